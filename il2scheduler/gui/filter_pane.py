"""Which patients the views show: by arm, by protocol, or only those that need attention."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.sentences import tool_tip
from il2scheduler.gui.study_session import Filter, StudySession

_MOST_LETTERS = 30


def shortened(name: str) -> str:
    """A name that leaves room for the view; the whole of it is in the tool tip."""
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1].rstrip() + "…"


class FilterPane(QWidget):
    """Tick boxes over the arms and protocols that have patients."""

    def __init__(self, session: StudySession) -> None:
        """Build the pane; `refresh` fills it."""
        super().__init__()
        self._session = session
        self.title = QLabel()
        self.arms: dict[str, QCheckBox] = {}
        self.trials: dict[str, QCheckBox] = {}
        self.attention = QCheckBox()
        self.clear = QPushButton()
        self.clear.setAutoDefault(False)
        self._boxes = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 4)
        column.addWidget(self.title)
        column.addLayout(self._boxes)
        column.addWidget(self.attention)
        column.addWidget(self.clear)
        self.attention.clicked.connect(self._apply)
        self.clear.clicked.connect(self.clear_all)
        self.setFocusProxy(self.attention)

    def refresh(self) -> None:
        """Offer the arms and protocols that have patients; no choice where there is one only."""
        if not self._session.is_open:
            return
        lines = self._session.patients()
        protocols = self._session.study.protocols
        w = language.current()
        arms = {
            line.arm: protocols[line.protocol].protocol.arm(line.arm).label.said(w.language)
            if line.arm
            else w("arm not shown")
            for line in lines
        }
        trials = {line.trial: line.trial for line in lines}
        for known, wanted in ((self.arms, arms), (self.trials, trials)):
            self._offer(known, wanted if len(wanted) > 1 else {})
        self._show()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.title.setText(w("Patients shown"))
        self.clear.setText(w("Clear filter"))
        self.refresh()

    def clear_all(self) -> None:
        """Show all patients."""
        self._session.show_only(Filter())
        self._show()

    def _offer(self, known: dict[str, QCheckBox], wanted: dict[str, str]) -> None:
        for gone in set(known) - set(wanted):
            box = known.pop(gone)
            box.hide()
            box.deleteLater()
        for code, name in sorted(wanted.items()):
            if code not in known:
                known[code] = QCheckBox()
                known[code].clicked.connect(self._apply)
                self._boxes.addWidget(known[code])
            known[code].setText(shortened(name).replace("&", "&&"))
            known[code].setAccessibleName(name)
            known[code].setToolTip(tool_tip(name))

    def _show(self) -> None:
        w = language.current()
        now = self._session.filter
        for boxes, hidden in ((self.arms, now.hidden_arms), (self.trials, now.hidden_trials)):
            for code, box in boxes.items():
                box.setChecked(code not in hidden)
        count = len(self._session.attention())
        self.attention.setText(w("Needs attention: {count}", count=count))
        self.attention.setChecked(now.attention_only)
        self.clear.setVisible(now != Filter())

    def _apply(self) -> None:
        hidden = [
            frozenset(code for code, box in boxes.items() if not box.isChecked())
            for boxes in (self.arms, self.trials)
        ]
        self._session.show_only(Filter(hidden[0], hidden[1], self.attention.isChecked()))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """The title stays bold in another size of text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            font = QFont(self.font())
            font.setBold(True)
            self.title.setFont(font)
