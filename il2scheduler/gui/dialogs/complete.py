"""Complete the protocol: every open field in words, its value and page, and what they change for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QWidget

from il2scheduler.commands.values import PatientCommand
from il2scheduler.gui import language
from il2scheduler.gui.dialogs import field_words
from il2scheduler.gui.dialogs.batch_dialog import BatchDialog
from il2scheduler.gui.dialogs.field_model import FieldModel
from il2scheduler.gui.fields import Choice, TextField, Wrapped, resize_within, room_for
from il2scheduler.gui.flow import FlowLayout
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.protocol import Protocol, Provenance
from il2scheduler.refusal import Refusal
from il2scheduler.study import Preview, completing
from il2scheduler.study.completing import Completion, OpenField, Typed

_LEAST_LINES, _LINES = 4, 9


@dataclass(slots=True)
class _Entry:
    """What was typed for one field."""

    value: str = ""
    page: str = ""


class FieldList(QTableView):
    """The open fields; the arrow keys go through them, Enter goes on to the value."""

    def __init__(self, model: FieldModel) -> None:
        """Show a model."""
        super().__init__()
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(language.current()("Open fields of the protocol"))

    def minimumSizeHint(self) -> QSize:
        """Some rows."""
        line = self.fontMetrics().height() + 8
        return QSize(super().minimumSizeHint().width(), line * _LEAST_LINES)

    def sizeHint(self) -> QSize:
        """A few rows more, where the screen has room for the fields below, too."""
        wanted = min((self.fontMetrics().height() + 8) * _LINES, room_for(self).height() // 4)
        return QSize(super().sizeHint().width(), max(wanted, self.minimumSizeHint().height()))


class CompleteDialog(BatchDialog):
    """Lists what the template leaves open; what is typed for any of the fields is saved in one go."""

    needs_reason = False

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Begin with the first open field of the study's first protocol."""
        w = language.current()
        super().__init__(session, "", w("Complete the protocol"), w("&Save"), parent)
        self._completion: Completion | None = None
        self._typed: dict[str, _Entry] = {}
        self._filling = False
        self.protocol = Choice()
        self.model = FieldModel()
        self.list = FieldList(self.model)
        self.about = Wrapped(muted=True, selectable=True)
        self.choice = Choice()
        self.value, self.page = TextField(), TextField()
        self.as_assumed = QPushButton(w("As &assumed"))
        self.none = QPushButton(w("&None"))
        self._add_rows()
        self.protocol.activated.connect(self._another)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.value.textChanged.connect(self._edited)
        self.page.textChanged.connect(self._edited)
        self.choice.activated.connect(self._edited)
        self.as_assumed.clicked.connect(lambda: self.value.setText(w("confirmed")))
        self.none.clicked.connect(lambda: self.value.setText(w("none")))
        resize_within(self, 130, 0)
        self._another()
        self.list.setFocus()

    @property
    def field(self) -> OpenField | None:
        """The field that is being entered."""
        row = self.list.currentIndex().row()
        return self.model.fields[row] if 0 <= row < len(self.model.fields) else None

    def typed(self) -> tuple[Typed, ...]:
        """What is to be saved: every field with a value."""
        return tuple(
            Typed(path, entry.value, entry.page) for path, entry in self._typed.items() if entry.value.strip()
        )

    def command(self) -> PatientCommand | str:
        """No command of one patient: see `typed`."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the list goes on to the value; Ctrl+Enter saves from anywhere."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.act.click()
        elif enter and self.list.hasFocus():
            self._go_to_value()
        elif enter and not self.act.hasFocus():
            self._next()
        else:
            super().keyPressEvent(event)

    # --- The fields ---

    def _add_rows(self) -> None:
        w = language.current()
        protocols = dict[str, Protocol]()
        for known in self.session.study.protocols.values():
            protocols[known.protocol.code] = known.protocol
        self.protocol.offer([(p.short_title, p.short_title, code) for code, p in protocols.items()])
        self.protocol.setAccessibleName(w("Protocol"))
        self.value.setAccessibleName(w("Value in the approved protocol"))
        self.choice.setAccessibleName(w("Value in the approved protocol"))
        self.page.setAccessibleName(w("Version and page of the approved protocol"))
        self.page.setPlaceholderText(w("such as: version 3.0, p. 41"))
        for field in (self.value, self.page):
            field.setMaxLength(200)
        bar = QWidget()
        words = FlowLayout(bar)
        for button in (self.as_assumed, self.none):
            button.setAutoDefault(False)
            words.addWidget(button)
        if len(protocols) > 1:
            self.rows.addRow(w("&Protocol"), self.protocol)
        self.rows.addRow(self.list)
        self.rows.addRow(self.about)
        self.rows.addRow(w("&Value"), self.value)
        self.rows.addRow(w("Va&lue"), self.choice)
        self.rows.addRow("", bar)
        self.rows.addRow(w("Version and pa&ge"), self.page)
        self._words = bar
        self.give_room_to_rows()

    def _another(self) -> None:
        """Another protocol: what was typed for the one before is let go."""
        code = str(self.protocol.chosen())
        self._typed.clear()
        known = self.session.study.protocols
        newest = max(number for number, one in known.items() if one.protocol.code == code)
        self.model.show(completing.open_fields(self.session.study, code), known[newest].protocol)
        self.list.setCurrentIndex(self.model.index(0, 0))
        self._chosen(self.list.currentIndex(), QModelIndex())
        self.changed()

    def _chosen(self, _now: object, _before: object) -> None:
        """Show the field of the row: what is known of it, how it is written, what was typed."""
        field = self.field
        self.value.setEnabled(field is not None)
        if field is None:
            self.about.setText(language.current()("No field of the protocol is open any more."))
            return
        entry = self._typed.get(field.path, _Entry())
        self._filling = True
        self.about.setText(field_words.about(field))
        options = field_words.options(field)
        self.choice.offer([(said, said, value) for said, value in options], entry.value)
        self.value.setText(entry.value)
        self.page.setText(entry.page)
        self.rows.setRowVisible(self.value, not options)
        self.rows.setRowVisible(self.choice, bool(options))
        self.rows.setRowVisible(self._words, not options)
        self.as_assumed.setEnabled(field.standing.status is Provenance.ASSUMED)
        self.none.setEnabled(field.spot.optional)
        self._filling = False

    def _edited(self) -> None:
        field = self.field
        if self._filling or field is None:
            return
        value = str(self.choice.chosen() or "") if self.choice.isVisibleTo(self) else self.value.text()
        self._typed[field.path] = _Entry(value, self.page.text())
        # Another protocol would begin anew: what is typed is saved first, or emptied.
        self.protocol.setEnabled(not self.typed())
        self.model.show_typed(self._shown_entries())
        self.changed()

    def _shown_entries(self) -> dict[str, str]:
        w = language.current()
        shown: dict[str, str] = {}
        for field in self.model.fields:
            entry = self._typed.get(field.path)
            if entry is None or not entry.value.strip():
                continue
            value = field_words.read_as(field, entry.value)
            page = entry.page.strip() or w("page?")
            shown[field.path] = w("{value} ({page})", value=value, page=page)
        return shown

    def _next(self) -> None:
        """Go on to the next field."""
        row = self.list.currentIndex().row() + 1
        if row < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(row, 0))
        self._go_to_value()

    def _go_to_value(self) -> None:
        (self.value if self.value.isVisibleTo(self) else self.choice).setFocus()
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """In large text the fields scroll: the one with the keys stays where it is seen."""
        for widget in (self.value, self.choice, self.page):
            if widget.hasFocus():
                self._fields.ensureWidgetVisible(widget)

    # --- What it changes ---

    def begin(self) -> Iterator[Preview] | str:
        """The versions that the values make, and what they mean for each patient."""
        w = language.current()
        typed = self.typed()
        if not typed:
            return ""
        missing = [field for field in self.model.fields if self._lacks_page(field)]
        if missing:
            named = w("; ").join(self.model.name(field) for field in missing)
            return w("Type the version and page of the approved protocol for: {fields}.", fields=named)
        study = self.session.study
        self._completion = completing.begin(study, str(self.protocol.chosen()), typed, self.answers())
        return completing.previewing(study, self._completion)

    def refusal_text(self, refusal: Refusal) -> str:
        """Why it cannot be saved, with the field as the list names it."""
        return field_words.said(refusal, self.model)

    def sum_up(self, count: int) -> str:
        """How many get the values."""
        return language.current().plural(
            "{count} patient gets these values; what is recorded stays as it was recorded.",
            "{count} patients get these values; what is recorded stays as it was recorded.",
            count,
        )

    def save(self, previews: tuple[Preview, ...]) -> Entry:
        """Save the versions and everybody's entry."""
        if self._completion is None:
            raise RuntimeError("nothing was begun")
        completion = replace(self._completion, previews=previews)
        return completing.commit(self.session.study, completion.because(self.reason_text()))[0]

    def show_all(self) -> None:
        """Show what changes, with the field that is typed in kept in sight."""
        super().show_all()
        QTimer.singleShot(0, self, self._keep_in_sight)

    def _enable(self) -> None:
        super()._enable()
        self.reason.setPlaceholderText(language.current()("not required: the pages are the reason"))

    def _lacks_page(self, field: OpenField) -> bool:
        entry = self._typed.get(field.path)
        return entry is not None and bool(entry.value.strip()) and not entry.page.strip()
