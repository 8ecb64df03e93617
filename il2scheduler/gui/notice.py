"""The bar for what a person must know, and the foot that says what was done and offers the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.fields import Wrapped


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say a text at once."""
    if text:
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class NoticeBar(QFrame):
    """A refusal or a fault of the surroundings, with at most one action; Escape puts it away."""

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.sign = QLabel("!")
        font = self.sign.font()
        font.setBold(True)
        self.sign.setFont(font)
        self.text = Wrapped(selectable=True)
        self.action = QPushButton()
        self.close_button = QToolButton()
        self.close_button.setText("×")
        row = QHBoxLayout(self)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self._do: Callable[[], None] | None = None
        self.action.clicked.connect(self._act)
        self.close_button.clicked.connect(self.hide)
        self.setObjectName("refusal")
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Name the button."""
        w = language.current()
        self.close_button.setToolTip(w("Put this message away (Escape)"))
        self.close_button.setAccessibleName(w("Put this message away"))
        self.action.setAccessibleName(self.action.text() or w("no action"))

    def say(self, text: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show a message, also to a screen reader; `action` labels what `do` does."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self._do = do
        self.action.setText(action)
        self.action.setAccessibleName(action or "-")
        self.action.setVisible(bool(action))
        self.show()
        announce(self, text)

    def _act(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()


class Foot(QFrame):
    """One line about what was just done, already in force when it appears."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.text = Wrapped(selectable=True)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.attention, self.others = QLabel(), QLabel()
        for label in (self.attention, self.others):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.acting = QPushButton()
        self.acting.setAutoDefault(False)
        self.acting.setFlat(True)
        self.acting.hide()
        self.others.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addSpacing(12)
        for widget in (self.attention, self.others, self.acting):
            row.addWidget(widget)
        self._do: Callable[[], None] | None = None
        self.button.clicked.connect(self._act)
        self.say("")

    def say(self, text: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Say what was done; `action` labels what `do` does (undo it, open the folder)."""
        self.text.setText(text)
        self._do = do
        self.button.setText(action)
        self.button.setAccessibleName(action or "-")
        self.button.setVisible(bool(action))
        announce(self, text)

    def say_who(self, name: str | None) -> None:
        """Say who is acting; nothing for None."""
        w = language.current()
        said = "" if name is None else w("Acting as {name}", name=name or w("nobody yet"))
        # An & in a name is no key of the button.
        self.acting.setText(said.replace("&", "&&"))
        self.acting.setAccessibleName(said or "-")
        self.acting.setToolTip(w("Let another person act (F2)"))
        self.acting.setVisible(name is not None)

    def say_others(self, text: str) -> None:
        """Say who else has the study open."""
        if text and text != self.others.text():
            announce(self, text)
        self.others.setText(text)
        self.others.setVisible(bool(text))

    def _act(self) -> None:
        if self._do is not None:
            self._do()
