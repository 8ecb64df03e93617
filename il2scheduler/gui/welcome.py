"""What is seen first: the demonstration, a new study, a study that is there, or one patient without any."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language
from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.i18n import LANGUAGES

_WIDTH_IN_LETTERS = 88


class Welcome(QScrollArea):
    """The page of a window in which no study is open."""

    demo_asked = Signal()
    demo_elsewhere_asked = Signal()
    new_asked = Signal()
    open_asked = Signal()
    plan_asked = Signal()
    recent_asked = Signal(object)
    """Carries the `Path` of a study."""
    language_asked = Signal(str)

    def __init__(self) -> None:
        """Build the page; it imports nothing that takes long."""
        super().__init__()
        self.title = QLabel("il2scheduler")
        self.scope = Wrapped(muted=True)
        self.language = Choice()
        self.language_label = QLabel()
        self.language_label.setBuddy(self.language)
        self.demo, self.new, self.open, self.plan = (QPushButton() for _ in range(4))
        self.elsewhere = QPushButton()
        self.elsewhere.setObjectName("link")
        self.said = {button: Wrapped(muted=True) for button in (self.demo, self.new, self.open, self.plan)}
        self.recent_title = QLabel()
        self.recents: list[QPushButton] = []
        self._paths: tuple[Path, ...] = ()
        self._lay_out()
        self.demo.clicked.connect(self.demo_asked)
        self.elsewhere.clicked.connect(self.demo_elsewhere_asked)
        self.new.clicked.connect(self.new_asked)
        self.open.clicked.connect(self.open_asked)
        self.plan.clicked.connect(self.plan_asked)
        self.language.activated.connect(self._language_chosen)
        self.retranslate()

    def _lay_out(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for label in (self.title, self.recent_title):
            label.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.language_label)
        head.addWidget(self.language)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for row, (button, said) in enumerate(self.said.items()):
            button.setAutoDefault(True)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignVCenter)
            if button is not self.demo:
                self._grid.addWidget(said, row, 1)
        beside = QVBoxLayout()
        beside.setSpacing(2)
        beside.addWidget(self.said[self.demo])
        beside.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addLayout(beside, 0, 1)
        self._list = QGridLayout()
        self._list.setColumnStretch(1, 1)
        self._list.setHorizontalSpacing(16)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.addLayout(head)
        column.addWidget(self.scope)
        column.addSpacing(16)
        column.addLayout(self._grid)
        column.addSpacing(16)
        column.addWidget(self.recent_title)
        column.addLayout(self._list)
        content = QWidget()
        middle = QGridLayout(content)
        middle.addWidget(self._column, 1, 1)
        for at, stretch in ((0, 1), (2, 2)):
            middle.setRowStretch(at, stretch)
        for at, stretch in ((0, 1), (1, 100), (2, 1)):
            middle.setColumnStretch(at, stretch)
        self.setWidget(content)
        self.fit()

    def fit(self) -> None:
        """Take the sizes from the font."""
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * 1.6)
        font.setBold(True)
        self.title.setFont(font)
        heading = QFont(self.font())
        heading.setBold(True)
        self.recent_title.setFont(heading)
        self.demo.setFont(heading)
        # No wider than it reads well; in a narrow window its texts wrap.
        self._column.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDTH_IN_LETTERS)

    def next_button(self, step: int) -> None:
        """Go to the next control of the page, or back (-1)."""
        self.focusNextPrevChild(step > 0)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the studies that were opened here last."""
        self._paths = tuple(paths)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                # Until it is gone it would lie over the others.
                widget.hide()
                widget.deleteLater()
        self.recents = []
        w = language.current()
        self.recent_title.setVisible(bool(paths))
        for row, path in enumerate(paths):
            button = QPushButton(path.stem.replace("&", "&&"))
            button.setAutoDefault(True)
            button.setAccessibleName(w("Open {file}", file=str(path)))
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self._recent, path))
            folder = Wrapped(str(path.parent), muted=True)
            self._list.addWidget(button, row, 0)
            self._list.addWidget(folder, row, 1)
            self.recents.append(button)

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.scope.setText(
            w(
                "Plans, records and prints the injections and visits of clinical trials of interleukin-2, as "
                "the protocol and the prescriber say. Not a medical device."
            )
        )
        self.language_label.setText(w("&Language"))
        self.language.setAccessibleName(w("Language"))
        names = [(language.NAMES[code], language.NAMES[code], code) for code in LANGUAGES]
        self.language.offer([*names], w.language)
        self.demo.setText(w("Try the &demonstration"))
        self.elsewhere.setText(w("&Choose where it is saved…"))
        self.new.setText(w("&New study…"))
        self.open.setText(w("&Open a study…"))
        self.plan.setText(w("&Plan one patient"))
        texts = {
            self.demo: w("A study with twelve made-up patients, to try everything on. Nothing can go wrong."),
            self.new: w("A file for the patients of your site: protocol, clinic days, places per day."),
            self.open: w("A study file that is there already; its name ends in .il2."),
            self.plan: w("Dates, calendar and sheets of one patient, without a study. Nothing is recorded."),
        }
        for button, text in texts.items():
            self.said[button].setText(text)
        self.recent_title.setText(w("Opened last"))
        self.setAccessibleName(w("Welcome"))
        self.show_recent(self._paths)

    def _recent(self, path: Path) -> None:
        self.recent_asked.emit(path)

    def _language_chosen(self) -> None:
        chosen = self.language.chosen()
        if isinstance(chosen, str):
            self.language_asked.emit(chosen)
