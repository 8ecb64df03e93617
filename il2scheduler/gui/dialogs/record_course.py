"""Record a whole course from a returned diary: a grid to type in, committed as one entry."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from il2scheduler.appointment import NotGiven
from il2scheduler.commands.values import PatientCommand
from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs import recording_fields as told
from il2scheduler.gui.dialogs.command_dialog import CommandDialog
from il2scheduler.gui.dialogs.course_model import GIVEN, UNTOLD, Column, CourseModel
from il2scheduler.gui.dialogs.recording_fields import Suggesting
from il2scheduler.gui.fields import TextField, Wrapped, resize_within
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import StudySession
from il2scheduler.refusal import Refusal
from il2scheduler.study import Preview
from il2scheduler.wording.sites import site_names

Index = QModelIndex | QPersistentModelIndex
_KEYS = {"g": GIVEN, "-": UNTOLD, **{code.value.lower(): code.value for code in NotGiven}}


class _CourseDelegate(QStyledItemDelegate):
    """Results are picked, sites are picked or typed, the rest is typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The editor of a cell, named by its column."""
        del option
        name = str(index.model().headerData(index.column(), Qt.Orientation.Horizontal))
        if index.column() == Column.RESULT:
            return self._results(parent, name)
        editor: QWidget
        if index.column() == Column.SITE:
            w = language.current()
            editor = Suggesting(name, site_names(w))
        else:
            editor = TextField()
            editor.setMaxLength(200)
            editor.setFrame(False)
        editor.setParent(parent)
        editor.setAccessibleName(name)
        return editor

    def _results(self, parent: QWidget, name: str) -> QComboBox:
        w = language.current()
        editor = QComboBox(parent)
        editor.setAccessibleName(name)
        for _, said, code in told.results():
            editor.addItem(said, GIVEN if code is None else code)
        editor.addItem(w("not told yet"), UNTOLD)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show what the cell holds."""
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if index.column() == Column.RESULT and isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(text))
        elif isinstance(editor, Suggesting):
            editor.setEditText(text)
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take what was picked or typed."""
        if index.column() == Column.RESULT and isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        elif isinstance(editor, Suggesting):
            model.setData(index, editor.currentText())
        else:
            super().setModelData(editor, model, index)


class CourseGrid(QTableView):
    """The grid: arrows move, typing edits, a letter in "How it went" sets the code."""

    def __init__(self, model: CourseModel, leave_to: QWidget) -> None:
        """Enter after the last row goes to `leave_to`."""
        super().__init__()
        w = language.current()
        self._leave_to = leave_to
        self.setModel(model)
        self.setItemDelegate(_CourseDelegate(self))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            trigger.AnyKeyPressed | trigger.DoubleClicked | trigger.SelectedClicked | trigger.EditKeyPressed
        )
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 12)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.resizeColumnsToContents()
        room = self.fontMetrics().averageCharWidth()
        for column, letters in ((Column.RESULT, 22), (Column.SITE, 18), (Column.BY, 14), (Column.BATCH, 12)):
            self.setColumnWidth(column, max(self.columnWidth(column), room * letters))
        self.setAccessibleName(w("Injections of the course"))
        self.setWhatsThis(
            w(
                "In the column How it went, G is given, the letters A, H, N, R, V and O are the codes of "
                "what was not given, and - leaves it planned. Enter goes down, Ctrl+Enter records."
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters set the result; Enter goes down, and from the last row on to the button."""
        here = self.currentIndex()
        if not here.isValid() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._down(here)
            return
        if here.column() == Column.RESULT:
            text = event.text().lower()
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                text = UNTOLD
            elif event.key() == Qt.Key.Key_Space:
                told_now = here.data(Qt.ItemDataRole.EditRole) == UNTOLD
                text = "g" if told_now else UNTOLD
            if text in _KEYS:
                self.model().setData(here, _KEYS[text])
                return
        super().keyPressEvent(event)

    def _down(self, here: QModelIndex) -> None:
        if here.row() + 1 < self.model().rowCount():
            self.setCurrentIndex(self.model().index(here.row() + 1, here.column()))
        else:
            self._leave_to.setFocus(Qt.FocusReason.TabFocusReason)


class RecordCourseDialog(CommandDialog):
    """What a diary tells of a course; what it does not tell stays planned."""

    def __init__(self, session: StudySession, code: str, cycle: int, parent: QWidget | None = None) -> None:
        """Begin with everything given as planned up to now. `Refusal` where all is recorded."""
        w = language.current()
        schedule = session.state(code).schedule
        self.model = CourseModel(schedule, cycle, session.study.who, session.study.now())
        if not self.model.lines:
            raise Refusal("course-recorded", cycle=cycle)
        name = sentences.name_inside(f"C{cycle}", schedule.protocol)
        title = w("Record {what} of {patient}", what=name, patient=code)
        super().__init__(session, code, title, w("Re&cord"), parent)
        self.table.hide()
        self.grid = CourseGrid(self.model, self.act)
        self.echo = Wrapped(muted=True)
        self.by = Suggesting(w("Given by, all of them"), told.givers(schedule, session.study.who))
        self.batch = Suggesting(w("Batch number, all of them"), told.batches(schedule))
        self.all_given = QPushButton(w("All &given"))
        self.none_told = QPushButton(w("None &told yet"))
        self._add_rows()
        self.model.edited.connect(self._edited)
        self.grid.selectionModel().currentChanged.connect(self._echo)
        self.by.editTextChanged.connect(partial(self.model.set_all, Column.BY))
        self.batch.editTextChanged.connect(partial(self.model.set_all, Column.BATCH))
        self.all_given.clicked.connect(lambda: self.model.set_all(Column.RESULT, GIVEN))
        self.none_told.clicked.connect(lambda: self.model.set_all(Column.RESULT, UNTOLD))
        self.grid.setCurrentIndex(self.model.index(0, Column.RESULT))
        self.grid.setFocus()
        resize_within(self, 150, 0)

    def command(self) -> PatientCommand | str:
        """The course as one entry."""
        return self.model.command()

    def _show(self, preview: Preview) -> None:
        super()._show(preview)
        self.table.setVisible(bool(preview.decision.moves()))

    def _add_rows(self) -> None:
        w = language.current()
        bar = QWidget()
        row = FlowLayout(bar)
        for button in (self.all_given, self.none_told):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.rows.addRow(w("Given &by, all of them"), self.by)
        self.rows.addRow(w("B&atch number, all of them"), self.batch)
        self.rows.addRow("", bar)
        self.rows.addRow(self.grid)
        self.rows.addRow(self.echo)
        self.give_room_to_rows()

    def _edited(self) -> None:
        self._echo()
        self.changed()

    def _echo(self) -> None:
        """Say back the dose of the row in words, and where the injection before was given."""
        row = self.grid.currentIndex().row()
        if not 0 <= row < len(self.model.lines):
            return
        line = self.model.lines[row]
        said = [self.model.name(line)]
        if line.result == GIVEN and self.model.asks_dose(line):
            said.append(told.said_dose(line.texts.get(Column.DOSE, "")))
        said.append(told.said_before(self.model.previous(row)))
        self.echo.setText("; ".join(said))
