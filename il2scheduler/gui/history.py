"""The History view: who did what, when and why, with the way to undo what still can be undone."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import entry_words, language
from il2scheduler.gui.asking import Ask, What
from il2scheduler.gui.fields import Choice, DateField, Pane, Wrapped, turn
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.history_model import Column, HistoryModel, Wanted
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.ledger import Entry
from il2scheduler.study import Changed

KINDS = {
    "recorded": (N_("Recorded"), frozenset({"give", "give-course", "not-given", "withhold", "visit"})),
    "moved": (
        N_("Moved or omitted"),
        frozenset({"delay", "omit", "move", "date-cycle", "take-proposals", "anchor"}),
    ),
    "corrected": (N_("Corrected"), frozenset({"correct-injection", "correct-visit", "redact"})),
    "enrolled": (N_("Enrolled, stopped, withdrawn"), frozenset({"enrol", "stop", "withdraw", "amend"})),
    "undone": (N_("Undone or done again"), frozenset({"undo", "redo"})),
}
"""Kinds of entries by the commands that they keep."""
STUDY_ITSELF = -1


class HistoryView(QWidget):
    """The audit trail, filtered; the chosen entry in full below it."""

    asked = Signal(object)
    """Carries an `Ask`."""

    def __init__(self, session: StudySession) -> None:
        """Build the view; it reads when it is first seen."""
        super().__init__()
        self._session = session
        self._stale = True
        self.patient, self.kind, self.who = Choice(), Choice(), Choice()
        self.first_day, self.last_day = DateField(), DateField()
        self.first_label, self.last_label = QLabel(), QLabel()
        self.clear = QPushButton()
        self.model = HistoryModel(session, self)
        self.table = QTableView()
        self.detail = Wrapped(selectable=True)
        self.undo = QPushButton()
        self.show_patient_button = QPushButton()
        self.empty = Wrapped()
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        # Only what can be seen is measured.
        header.setResizeContentsPrecision(0)
        self.undo_action = QAction(table)
        self.undo_action.setShortcuts([QKeySequence("Del"), QKeySequence("U")])
        self.undo_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        table.addAction(self.undo_action)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        filters = QWidget()
        row = FlowLayout(filters)
        self.first_label.setBuddy(self.first_day)
        self.last_label.setBuddy(self.last_day)
        # A label stays beside its field where the row goes on in the next line.
        spans = [_pair(self.first_label, self.first_day), _pair(self.last_label, self.last_day)]
        for widget in (self.patient, self.kind, self.who, *spans, self.clear):
            row.addWidget(widget)
        below = QWidget()
        column = QVBoxLayout(below)
        column.addWidget(self.detail)
        acts = QWidget()
        buttons = FlowLayout(acts)
        for button in (self.undo, self.show_patient_button, self.clear):
            button.setAutoDefault(False)
        buttons.addWidget(self.undo)
        buttons.addWidget(self.show_patient_button)
        column.addWidget(acts)
        column.addStretch(1)
        pane = Pane()
        pane.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pane.setWidget(below)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.addWidget(table)
        both.addWidget(pane)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(both)
        self.stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(filters)
        whole.addWidget(self.stack, 1)
        self.setFocusProxy(table)

    def _connect(self) -> None:
        for choice in (self.patient, self.kind, self.who):
            choice.currentIndexChanged.connect(self.refresh)
        for field in (self.first_day, self.last_day):
            field.committed.connect(self.refresh)
            field.edit.textChanged.connect(self._say_hints)
        self.clear.clicked.connect(self.clear_filter)
        self._session.closed.connect(self._empty)
        self.undo.clicked.connect(self.ask_undo)
        self.undo_action.triggered.connect(self.ask_undo)
        self.show_patient_button.clicked.connect(self._ask_patient)
        self.table.selectionModel().currentRowChanged.connect(self._moved)

    # --- The contract of views ---

    def refresh(self) -> None:
        """Read anew what is shown; nothing while the view is not seen."""
        if not self.isVisible() or not self._session.is_open:
            self._stale = True
            return
        self._stale = False
        chosen = self.chosen()
        self._offer()
        self.model.show(self._wanted())
        self._fit()
        self._say_empty()
        row = None if chosen is None else self.model.row_of(chosen.number)
        self.table.setCurrentIndex(self.model.index(row or 0, Column.NUMBER))
        self._say_detail()

    def _empty(self) -> None:
        """The study was closed: no entry of it is shown any more."""
        self._stale = True
        self.model.show(Wanted())

    def news(self, changed: Changed) -> None:
        """Something was saved: it stands on top."""
        del changed
        self.refresh()
        if not self._stale:
            self.table.setCurrentIndex(self.model.index(0, Column.NUMBER))

    def _say_hints(self) -> None:
        """How a date is typed is said while one is typed: an empty field filters nothing."""
        for field in (self.first_day, self.last_day):
            field.said.setVisible(bool(field.text()))

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.patient.setAccessibleName(w("Entries of which patient"))
        self.kind.setAccessibleName(w("Kind of entries"))
        self.who.setAccessibleName(w("Entries by whom"))
        self.first_label.setText(w("From"))
        self.last_label.setText(w("to"))
        for field, name in ((self.first_day, w("From this day")), (self.last_day, w("To this day"))):
            field.name(name)
            field.retranslate()
        self._say_hints()
        self.clear.setText(w("Clear filter"))
        self.undo.setText(w("Undo this entry…"))
        self.undo.setToolTip(w("{action} ({key})", action=w("Undo this entry…"), key="Del"))
        self.undo_action.setText(w("Undo this entry…"))
        self.show_patient_button.setText(w("Show the patient"))
        self.table.setAccessibleName(w("History"))
        self.table.setWhatsThis(
            w("Everything that was done in the study. Nothing is ever erased: undo is an entry, too.")
        )
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width there is other room for the texts."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self.isVisible():
            # The table itself gets its width after this.
            QTimer.singleShot(0, self, self._fit)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the view was not seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()
        QTimer.singleShot(0, self, self._fit)

    def show_patient(self, code: str) -> None:
        """Show the entries of one patient."""
        number = next((line.id for line in self._session.patients() if line.code == code), None)
        self._offer()
        self.patient.choose(number)
        self.refresh()

    # --- Acting ---

    def chosen(self) -> Entry | None:
        """The entry that is chosen."""
        return self.model.entry(self.table.currentIndex().row())

    def can_undo(self, entry: Entry) -> bool:
        """True when nothing says at once that an entry cannot be undone; its dialog finds out the rest."""
        first = entry.number == 1
        return not first and entry.redacted_by is None and self.model.undone_by(entry) is None

    def ask_undo(self) -> None:
        """Ask to undo the chosen entry."""
        entry = self.chosen()
        if entry is not None and self.can_undo(entry) and not self._session.read_only:
            code = entry_words.patient_code(self._session, entry)
            self.asked.emit(Ask(What.UNDO_ENTRY, code, str(entry.number)))

    def clear_filter(self) -> None:
        """Show all entries."""
        for choice in (self.patient, self.kind, self.who):
            choice.choose(None)
        for field in (self.first_day, self.last_day):
            field.set_date(None)
        self._say_hints()
        self.refresh()

    def _ask_patient(self) -> None:
        entry = self.chosen()
        code = None if entry is None else entry_words.patient_code(self._session, entry)
        if code is not None:
            self.asked.emit(Ask(What.SHOW, code))

    def _moved(self, current: QModelIndex) -> None:
        del current
        self._say_detail()

    # --- Inside ---

    def _wanted(self) -> Wanted:
        patient, kind, who = self.patient.chosen(), self.kind.chosen(), self.who.chosen()
        return Wanted(
            patient=patient if isinstance(patient, int) and patient != STUDY_ITSELF else None,
            study_only=patient == STUDY_ITSELF,
            kinds=KINDS[kind][1] if isinstance(kind, str) else frozenset(),
            who=who if isinstance(who, str) else None,
            first=self.first_day.day(),
            last=self.last_day.day(),
        )

    def _offer(self) -> None:
        w = language.current()
        everybody: list[tuple[str, str, object]] = [
            (w("All patients"), w("All patients"), None),
            (w("The study itself"), w("The study itself"), STUDY_ITSELF),
        ]
        everybody += [(line.code, line.code, line.id) for line in self._session.patients()]
        for number, code in entry_words.unenrolled(self._session).items():
            said = w("{patient}, enrolment undone", patient=code)
            everybody.append((said, said, number))
        self.patient.offer(everybody, self.patient.chosen())
        kinds: list[tuple[str, str, object]] = [(w("All kinds"), w("All kinds"), None)]
        kinds += [(w(name), w(name), key) for key, (name, _) in KINDS.items()]
        self.kind.offer(kinds, self.kind.chosen())
        entries = self._session.study.store.entries(newest_first=True, limit=500)
        names = dict.fromkeys(entry.who for entry in entries)
        people: list[tuple[str, str, object]] = [(w("Everybody"), w("Everybody"), None)]
        people += [(name, name, name) for name in sorted(names)]
        self.who.offer(people, self.who.chosen())
        self.clear.setEnabled(self._wanted() != Wanted())

    def _fit(self) -> None:
        table, letters = self.table, self.fontMetrics().averageCharWidth()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        table.resizeColumnsToContents()
        reason = min(table.columnWidth(Column.REASON), letters * 24)
        table.setColumnWidth(Column.REASON, reason)
        others = sum(table.columnWidth(column) for column in Column if column is not Column.WHAT)
        left = table.viewport().width() - others
        if left < letters * 24:
            # The whole reason stands below the list.
            table.setColumnWidth(Column.REASON, max(reason - (letters * 24 - left), letters * 10))
            left = letters * 24
        table.setColumnWidth(Column.WHAT, min(table.columnWidth(Column.WHAT), left, letters * 90))
        # Measured, the last column forgets that it takes what room is left.
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setStretchLastSection(True)

    def _say_empty(self) -> None:
        w = language.current()
        there = self.model.rowCount() > 0
        turn(self.stack, 0 if there else 1, self, self.table if there else self.patient)
        self.empty.setText(w("No entry passes the filter."))

    def _say_detail(self) -> None:
        w = language.current()
        entry = self.chosen()
        self.undo.setEnabled(entry is not None and self.can_undo(entry) and not self._session.read_only)
        self.undo_action.setEnabled(self.undo.isEnabled())
        # Who is not enrolled any more has nothing to be shown; the code may be another patient's.
        there = entry is not None and entry.patient in self._session.study.patients()
        self.show_patient_button.setEnabled(there)
        if entry is None:
            self.detail.setText("")
            return
        lines = [
            w(
                "Entry {entry}, {moment}, {who}",
                entry=entry.number,
                moment=entry_words.moment_said(self._session, entry),
                who=entry.who,
            ),
            entry_words.said(self._session, entry),
        ]
        why = entry_words.reason(entry)
        if why:
            lines.append(w("Reason: {reason}", reason=why))
        if entry.transcribed:
            lines.append(w("Transcribed: it happened before it was copied in."))
        by = self.model.undone_by(entry)
        if by is not None:
            lines.append(w("It was undone by entry {entry}.", entry=by))
        lines += entry_words.lines(self._session, self._session.study.store.entry(entry.number))
        self.detail.setText("\n".join(lines))


def _pair(label: QWidget, field: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(field)
    return both
