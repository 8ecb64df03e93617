"""What dialogs that change a patient share: a preview that follows the fields, a reason, one button."""

from __future__ import annotations

import contextlib
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.commands.values import PastCap, PatientCommand
from il2scheduler.gui import entry_words, language, sentences
from il2scheduler.gui.dialogs.preview_table import PreviewTable
from il2scheduler.gui.fields import Pane, TextField, Wrapped, resize_within, room_for, tab_in_order
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind
from il2scheduler.store import StoreRefusal
from il2scheduler.study import Answers, Preview

MOST_LINES = 10
"""How much of what is to be checked stands in a dialog at once."""
_LEAST_LINES = 5
"""How much of the fields is seen at least."""
_HIGH = 28
"""Lines of a dialog whose fields scroll, at least."""


class Findings(Pane):
    """As high as what it says; where that is long it scrolls, so that the buttons stay on the screen."""

    def __init__(self, said: Wrapped) -> None:
        """Show a text that may change."""
        super().__init__()
        self._said = said
        policy = said.sizePolicy()
        # Its own hint asks for lines that read well, not for those that this width needs.
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        said.setSizePolicy(policy)
        said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setFrameShape(Pane.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setWidget(said)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text as it is now; the keys scroll it where there is more."""
        long = self._needed() > self._most()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if long else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """As high as the text, up to a number of lines."""
        return QSize(super().minimumSizeHint().width(), min(self._needed(), self._most()))

    def sizeHint(self) -> QSize:
        """The least: it takes no room from the fields."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the text has other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _needed(self) -> int:
        return self._said.heightForWidth(self.viewport().width())

    def _most(self) -> int:
        sixth = self.screen().availableGeometry().height() // 6
        return min(self.fontMetrics().lineSpacing() * MOST_LINES, sixth)


class Rows(Pane):
    """The fields of a dialog, as high as they are; on a small screen they scroll."""

    def __init__(self, rows: QFormLayout) -> None:
        """Show the rows of a form; they may still be added to."""
        super().__init__()
        self.setFrameShape(Pane.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        content = QWidget()
        rows.setContentsMargins(0, 0, 0, 0)
        content.setLayout(rows)
        self._rows = rows
        self.setWidget(content)
        content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Other rows ask for another height."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """As high as all rows."""
        return QSize(super().sizeHint().width(), self._needed())

    def minimumSizeHint(self) -> QSize:
        """As high as some of the rows."""
        least = self.fontMetrics().height() * _LEAST_LINES
        return QSize(super().minimumSizeHint().width(), min(self._needed(), least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the texts have other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _needed(self) -> int:
        return max(
            self._rows.totalHeightForWidth(self.viewport().width()), self._rows.totalMinimumSize().height()
        )


class CommandDialog(QDialog):
    """Asks for one command of one patient.

    A subclass fills `rows` with its fields, connects them to `changed`, and gives `command()`. The preview
    is decided by the study, exactly as the commit will be; nothing is computed here.
    """

    OF_MANY = False
    """True where it is about many patients: then so is what anybody else does."""

    def __init__(
        self, session: StudySession, code: str, title: str, act: str, parent: QWidget | None
    ) -> None:
        """`act` labels the button that commits."""
        super().__init__(parent)
        w = language.current()
        self.session, self.code = session, code
        self.preview: Preview | None = None
        self._shown = self._high = False
        self.setWindowTitle(title)
        self.rows = QFormLayout()
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.table = PreviewTable()
        self.said = Wrapped(selectable=True)
        self.findings = Findings(self.said)
        self.cap = QGroupBox(w("Cycles past the last start the protocol allows"))
        self.omit_past_cap = QRadioButton(w("&Omit them"))
        self.keep_past_cap = QRadioButton(w("&Keep them (a deviation)"))
        self.accept_gap = QCheckBox(w("&Accept the shorter gap (a deviation)"))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act: QPushButton = self.buttons.addButton(act, QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        for radio in (self.omit_past_cap, self.keep_past_cap):
            radio.toggled.connect(self.changed)
        self.accept_gap.toggled.connect(self.changed)
        self.reason.textChanged.connect(self._enable)
        self.buttons.accepted.connect(self._commit)
        self.buttons.rejected.connect(self.reject)
        self._refusal: Refusal | None = None
        self._meanwhile = ""
        self._anew = False
        session.refused.connect(self._refused)
        session.elsewhere.connect(self._overtaken)
        QTimer.singleShot(0, self, self.refresh)

    def give_room_to_rows(self) -> None:
        """The fields scroll: they take the room that is left."""
        self._fields.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._column.setStretchFactor(self._fields, 1)
        self._high = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter commits from anywhere, also where Enter makes a new line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Opens with its preview, as high as that needs, with the keys in the first field."""
        super().showEvent(event)
        if event.spontaneous() or self._shown:
            return
        self._shown = True
        order = tab_in_order(self)
        # Qt gives None before anything had the keys.
        holder = cast("QWidget | None", self.focusWidget())
        if holder is None or holder in self.buttons.buttons():
            next((w for w in order if w.isEnabled() and w.isVisibleTo(self)), self.act).setFocus()
        self._timer.stop()
        self.refresh()

    def _fit(self) -> None:
        """Take more room where what is shown needs it; it is never taken back under a person's hands."""
        layout = self.layout()
        if not self._shown or layout is None:
            return
        room = room_for(self).height()
        self.table.setMinimumHeight(min(self.table.minimumSizeHint().height(), room // 5))
        # What scrolls learns its width first, and then asks for its height.
        for _ in range(2):
            self._fields.updateGeometry()
            layout.activate()
        self._fields.updateGeometry()
        lines = _HIGH if self._high else 0
        asked = max(layout.totalHeightForWidth(self.width()), layout.totalSizeHint().height())
        needed = max(asked, self.fontMetrics().height() * lines)
        if self.height() < min(needed, room):
            self.resize(self.width(), min(needed, room))

    def command(self) -> PatientCommand | str:
        """The command the fields ask for, or the sentence that says what is missing."""
        raise NotImplementedError

    def reason_text(self) -> str | None:
        """The reason that was typed, None when empty."""
        return self.reason.text().strip() or None

    def answers(self) -> Answers:
        """What the person answered."""
        past_cap = None
        if self.omit_past_cap.isChecked():
            past_cap = PastCap.OMIT
        elif self.keep_past_cap.isChecked():
            past_cap = PastCap.KEEP
        accept = frozenset({FindingKind.GAP_TOO_SHORT} if self.accept_gap.isChecked() else ())
        return Answers(reason=self.reason_text(), accept=accept, past_cap=past_cap)

    def changed(self) -> None:
        """A field changed: preview anew once the event is over."""
        self._timer.start()

    def refresh(self) -> None:
        """Ask the study what the command would change, and show it."""
        self._ask()
        self._fit()

    def _ask(self) -> None:
        command = self.command()
        self.preview = None
        if isinstance(command, str):
            self.table.show_moves(None)
            self._say(command)
            return
        found = self.session.preview(self.code, command, self.answers())
        if isinstance(found, Refusal):
            self.table.show_moves(None)
            self._say(sentences.refusal(found))
            return
        self.preview = found
        self._show(found)

    def _show(self, preview: Preview) -> None:
        decision = preview.decision
        protocol = decision.after.schedule.protocol
        self.table.show_moves(decision)
        # The choice stays on the screen once it was offered, so that it can be changed.
        refused = {finding.kind for finding in decision.refused}
        self.cap.setVisible(FindingKind.PAST_CAP in refused or self.answers().past_cap is not None)
        self.accept_gap.setVisible(FindingKind.GAP_TOO_SHORT in refused or self.accept_gap.isChecked())
        loud = [f for f in decision.findings if f.severity.value != "notes"]
        self._say("\n".join(sentences.findings(loud, protocol)))

    def _say(self, text: str) -> None:
        text = "\n".join(part for part in (self._meanwhile, text) if part)
        self.said.setText(text)
        self.findings.setVisible(bool(text))
        self.findings.fit()
        self._enable()

    def _enable(self) -> None:
        preview = self.preview
        ready = preview is not None and not preview.decision.refused and bool(preview.decision.changes)
        missing = preview is not None and preview.decision.needs_reason and self.reason_text() is None
        self.act.setEnabled(ready and not missing)
        w = language.current()
        needed = preview is not None and preview.decision.needs_reason
        self.reason.setPlaceholderText(w("required") if needed else w("not required"))

    def _commit(self) -> None:
        self.refresh()
        if self.preview is None or not self.act.isEnabled() or self.came_between():
            return
        if self.session.commit(self.preview) is not None:
            self.accept()
        elif self._refusal is not None:
            # The bar of the window lies behind this dialog: what keeps it from being saved is said here, too.
            self._say(sentences.refusal(self._refusal))

    def came_between(self) -> bool:
        """True where others changed since what is shown; it is shown anew then, to be decided anew."""
        self._anew = False
        # Where the file cannot be read, saving says so.
        with contextlib.suppress(StoreRefusal):
            self.session.look()
        return self._anew

    def _concerns(self, entry: Entry) -> bool:
        """True where what somebody else did may change what is shown here."""
        if entry_words.kind(entry) in {"print", "calendar"}:
            return False
        of_study = entry.patient is None
        return self.OF_MANY or of_study or entry_words.patient_code(self.session, entry) == self.code

    def _overtaken(self, entries: tuple[Entry, ...]) -> None:
        theirs = [entry for entry in entries if self._concerns(entry)]
        if not theirs or not self.isVisible():
            return
        w = language.current()
        what = entry_words.said(self.session, theirs[-1])
        said = w("Meanwhile {who}: {what}", who=theirs[-1].who, what=what)
        self._meanwhile = f"{said}\n" + w("Look at it again and decide anew.")
        self._anew = True
        self.refresh()

    def _refused(self, refusal: Refusal) -> None:
        self._refusal = refusal

    def _lay_out(self) -> None:
        w = language.current()
        choice = QVBoxLayout(self.cap)
        choice.addWidget(self.omit_past_cap)
        choice.addWidget(self.keep_past_cap)
        self.cap.hide()
        self.accept_gap.hide()
        self.findings.setAccessibleName(w("To be checked"))
        self.findings.hide()
        column = self._column = QVBoxLayout(self)
        self._fields = Rows(self.rows)
        column.addWidget(self._fields)
        column.addWidget(self.table, 1)
        column.addWidget(self.findings)
        column.addWidget(self.cap)
        column.addWidget(self.accept_gap)
        reason = QFormLayout()
        reason.addRow(w("&Reason"), self.reason)
        column.addLayout(reason)
        column.addStretch()
        column.addWidget(self.buttons)
        self.reason.setAccessibleName(w("Reason"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_within(self, 90, 0)
