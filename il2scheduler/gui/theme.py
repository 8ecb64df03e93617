"""Light, dark and high-contrast colours, the bundled font, and the size of the text."""

from __future__ import annotations

import sys
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from il2scheduler import resources

FAMILY = "DejaVu Sans"
BASE_POINTS = 10.0
_LEAST_POINTS, _MOST_POINTS = 8.0, 24.0
TEXT_SIZES = (100, 125, 150, 200)
THEMES = ("system", "light", "dark", "contrast")
MIN_CONTRAST = 4.5
"""WCAG 2 AA for text."""


class Shades(NamedTuple):
    """The colours of one theme as `#rrggbb`; names end in `_text` where the colour is written with."""

    window: str
    base: str
    alternate: str
    text: str
    muted_text: str
    disabled_text: str
    button: str
    edge: str
    focus: str
    highlight: str
    highlight_text: str
    link_text: str
    closed: str
    cycle: str
    cycle_text: str
    visit: str
    visit_text: str
    clash: str
    clash_text: str
    notice: str
    notice_text: str
    refusal: str
    refusal_text: str

    def written(self) -> tuple[tuple[str, str], ...]:
        """Every pair of a text's colour and the colour it is written on."""
        grounds = (self.window, self.base, self.alternate, self.button, self.closed)
        return (
            *((self.text, ground) for ground in grounds),
            *((self.muted_text, ground) for ground in grounds),
            *((self.disabled_text, ground) for ground in (self.window, self.base, self.button)),
            *((self.link_text, ground) for ground in (self.window, self.base)),
            (self.highlight_text, self.highlight),
            *((text, self.base) for text in (self.cycle_text, self.visit_text, self.clash_text)),
            *((text, self.closed) for text in (self.cycle_text, self.visit_text, self.clash_text)),
            (self.cycle_text, self.cycle),
            (self.visit_text, self.visit),
            (self.clash_text, self.clash),
            (self.notice_text, self.notice),
            (self.refusal_text, self.refusal),
        )


LIGHT = Shades(
    window="#f3f4f6",
    base="#ffffff",
    alternate="#f7f8fa",
    text="#17202a",
    muted_text="#4a5563",
    disabled_text="#5c6673",
    button="#e9ebef",
    edge="#a9b1bc",
    focus="#0b57a4",
    highlight="#0b57a4",
    highlight_text="#ffffff",
    link_text="#0b57a4",
    closed="#dfe3e8",
    cycle="#cfe3f7",
    cycle_text="#0d3359",
    visit="#d9efd9",
    visit_text="#153f1c",
    clash="#ffd9a8",
    clash_text="#5e2500",
    notice="#fff3cd",
    notice_text="#553a00",
    refusal="#fbdcdc",
    refusal_text="#6f1111",
)
DARK = Shades(
    window="#22262b",
    base="#1a1d21",
    alternate="#20242a",
    text="#e9ecef",
    muted_text="#b4bdc8",
    disabled_text="#9aa3ad",
    button="#30363d",
    edge="#5d6874",
    focus="#7db8f5",
    highlight="#2a69ab",
    highlight_text="#ffffff",
    link_text="#8cc4ff",
    closed="#343a41",
    cycle="#1f4468",
    cycle_text="#e3f0fd",
    visit="#21492b",
    visit_text="#e2f5e4",
    clash="#6b3a00",
    clash_text="#ffe7c7",
    notice="#443708",
    notice_text="#ffeab0",
    refusal="#5a1d1d",
    refusal_text="#ffdede",
)
HIGH_CONTRAST = Shades(
    window="#000000",
    base="#000000",
    alternate="#141414",
    text="#ffffff",
    muted_text="#e6e6e6",
    disabled_text="#a8a8a8",
    button="#1a1a1a",
    edge="#ffffff",
    focus="#ffff00",
    highlight="#ffff00",
    highlight_text="#000000",
    link_text="#ffff00",
    closed="#3a3a3a",
    cycle="#00357f",
    cycle_text="#ffffff",
    visit="#004d12",
    visit_text="#ffffff",
    clash="#7a2e00",
    clash_text="#fff0d8",
    notice="#3d3200",
    notice_text="#ffff99",
    refusal="#6b0000",
    refusal_text="#ffffff",
)
_WORN = {"light": LIGHT, "dark": DARK, "contrast": HIGH_CONTRAST}


class _Dress:
    """The shades the window wears now; delegates read them while they paint."""

    shades: Shades = LIGHT
    points: float = BASE_POINTS


def shades() -> Shades:
    """The colours of the theme that is on."""
    return _Dress.shades


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 (equal) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def load_fonts() -> None:
    """Make the bundled fonts known, so that every computer shows the same."""
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))


def dress(app: QApplication, *, theme: str, text_percent: int) -> None:
    """Put on a theme and a size of text; widgets that are open take both at once."""
    colour(app, theme=theme, text_percent=text_percent)
    finish(app)


def colour(app: QApplication, *, theme: str, text_percent: int) -> None:
    """The font and the colours of a theme, without the style sheet."""
    _Dress.shades = _WORN.get(theme) or (DARK if _is_dark(app) else LIGHT)
    font = QFont(FAMILY)
    # Qt draws "&Text" in pieces around the underlined letter but measures it whole: kerned, it is cut off.
    font.setKerning(False)
    font.setPointSizeF(_Dress.points * text_percent / 100)
    app.setFont(font)
    app.setPalette(palette(_Dress.shades))
    _outline(app, _Dress.shades)


def finish(app: QApplication) -> None:
    """The style sheet of the theme that is on; a window is built faster without, and shown with it."""
    app.setStyleSheet(style_sheet(_Dress.shades, QFontMetrics(app.font()).height()))


_TICK = 13
"""How wide Fusion draws a tick, in pixels."""
STYLE = () if sys.platform == "darwin" else ("-style", "Fusion")
"""Fusion where the desktop's own style may not follow a palette; as Qt is told when it starts."""


def style(app: QApplication) -> None:
    """The same for an application that runs already; Python then learns all about styles first."""
    if STYLE:
        app.setStyle(STYLE[1])
    take_text_size(app)


def take_text_size(app: QApplication) -> None:
    """Text as large as the desktop's own."""
    size = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    if app.platformName() not in {"offscreen", "minimal"} and _LEAST_POINTS <= size <= _MOST_POINTS:
        _Dress.points = size


def _is_dark(app: QApplication) -> bool:
    return app.styleHints().colorScheme() is Qt.ColorScheme.Dark


def palette(worn: Shades) -> QPalette:
    """The palette of a theme; Fusion's own selection has too little contrast."""
    role = QPalette.ColorRole
    colours = {
        role.Window: worn.window,
        role.WindowText: worn.text,
        role.Base: worn.base,
        role.AlternateBase: worn.alternate,
        role.Text: worn.text,
        role.Button: worn.button,
        role.ButtonText: worn.text,
        role.BrightText: worn.refusal_text,
        role.ToolTipBase: worn.notice,
        role.ToolTipText: worn.notice_text,
        role.PlaceholderText: worn.muted_text,
        role.Highlight: worn.highlight,
        role.HighlightedText: worn.highlight_text,
        role.Accent: worn.highlight,
        role.Link: worn.link_text,
        role.LinkVisited: worn.link_text,
        role.Mid: worn.edge,
    }
    made = QPalette(QColor(worn.button), QColor(worn.window))
    for place, colour in colours.items():
        made.setColor(place, QColor(colour))
    for place in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, place, QColor(worn.disabled_text))
    return made


def _outline(app: QApplication, worn: Shades) -> None:
    """Give fields and boxes an outline one can see on a dark ground.

    Fusion draws it in the window's colour, darkened to five sevenths; these widgets paint no window.
    """
    outlined = palette(worn)
    outlined.setColor(QPalette.ColorRole.Window, QColor(worn.edge).lighter(140))
    for name in (
        "QCheckBox",
        "QRadioButton",
        "QGroupBox",
        "QListView",
        "QTableView",
        "QPlainTextEdit",
        "QTextEdit",
        "QLineEdit",
        "QComboBox",
        "QAbstractSpinBox",
        "QPushButton",
        "QToolButton",
    ):
        app.setPalette(outlined, name)  # type: ignore[arg-type] # takes text, the stubs say bytes


def style_sheet(worn: Shades, line: int) -> str:
    """Only what a palette cannot say: the grounds of bars, tool tips, ticks and arrows as large as the text.

    `line` is the height of a line of text in pixels: Fusion draws ticks 13 pixels wide at any size.
    """
    box = max(_TICK, round(line * 0.82))
    return f"""{_arrows(worn, box)}
        QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator, QAbstractItemView::indicator {{
            width: {box}px; height: {box}px;
        }}
        QLabel#status {{ background: {worn.notice}; color: {worn.notice_text}; padding: 4px; }}
        QFrame#notice {{ background: {worn.notice}; border: 1px solid {worn.edge}; border-radius: 4px; }}
        QFrame#notice QLabel {{ color: {worn.notice_text}; }}
        QFrame#refusal {{ background: {worn.refusal}; border: 1px solid {worn.refusal_text}; }}
        QFrame#refusal QLabel {{ color: {worn.refusal_text}; }}
        QPushButton#link {{
            color: {worn.link_text}; border: 1px solid transparent; padding: 2px; text-decoration: underline;
        }}
        QPushButton#link:focus {{ border: 1px solid {worn.focus}; }}
        QCalendarWidget QToolButton {{ color: {worn.highlight_text}; font-weight: bold; }}
        QCalendarWidget QToolButton::menu-indicator {{ image: none; }}
        QAbstractScrollArea::corner {{ background: {worn.window}; }}
        QLabel#muted {{ color: {worn.muted_text}; }}
        QToolTip {{ background: {worn.notice}; color: {worn.notice_text}; border: 1px solid {worn.edge}; }}
    """


def _arrows(worn: Shades, box: int) -> str:
    """The arrows of lists and numbers beside large text; Fusion's own are small at any size."""
    if not STYLE or box == _TICK:
        return ""
    ink = "light" if contrast(worn.text, "#000000") > contrast(worn.text, "#ffffff") else "dark"
    up, down = (
        f'image: url("{resources.path("icons", f"arrow-{way}-{ink}.png").as_posix()}");'
        for way in ("up", "down")
    )
    size = f"width: {round(box * 0.6)}px; height: {round(box * 0.6)}px;"
    return f"""
        QComboBox::drop-down {{
            subcontrol-origin: padding; subcontrol-position: center right; width: {box + 8}px; border: none;
        }}
        QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{ {down} {size} }}
        QAbstractSpinBox::up-arrow {{ {up} {size} }}
        QAbstractSpinBox {{ border: 1px solid {worn.edge}; padding: 1px 2px; background: {worn.base}; }}
        QAbstractSpinBox:focus {{ border-color: {worn.focus}; }}
        QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: {box + 4}px; border: none; }}
    """
