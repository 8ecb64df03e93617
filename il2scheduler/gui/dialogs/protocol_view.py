"""What a protocol says and where it says it: dates and doses, activities, readings side by side, sources."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.enrol import said
from il2scheduler.gui.fields import Choice, Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.protocol import Protocol, Provenance

_LETTERS = 44
_MARK_LETTERS = 15
_READING_LETTERS = 28
_LEAST_LETTERS = 4


class ProtocolDialog(QDialog):
    """Read only; every field that no source settles is marked."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Show the first protocol of the study."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("Protocol"))
        self._protocols = session.study.protocols
        self.protocol, self.arm = Choice(), Choice()
        offered: list[tuple[str, str, object]] = [
            (said(known.protocol), said(known.protocol), number) for number, known in self._protocols.items()
        ]
        self.protocol.offer(offered)
        self.title, self.note = Wrapped(), Wrapped(muted=True)
        self.dates, self.activities = _Table(), _Table()
        self.readings, self.sources = _Table(), _Table()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(w("What the protocol says"))
        for table, text in (
            (self.dates, w("&Dates and doses")),
            (self.activities, w("Schedule of &activities")),
            (self.readings, w("&Readings")),
            (self.sources, w("&Where it comes from")),
        ):
            table.setAccessibleName(text.replace("&", ""))
            self.tabs.addTab(table, text)
        self._lay_out()
        self.protocol.activated.connect(self.refresh)
        self.arm.activated.connect(self._show_arm)
        resize_within(self, 130, 36)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.refresh()

    def _lay_out(self) -> None:
        w = language.current()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in ((w("&Protocol"), self.protocol), (w("A&rm"), self.arm)):
            form.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        for widget in (self.title, self.note):
            column.addWidget(widget)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)

    def _chosen(self) -> tuple[Protocol, tuple[Protocol, ...]] | None:
        number = self.protocol.chosen()
        if not isinstance(number, int):
            return None
        known = self._protocols[number]
        return known.protocol, known.readings

    def refresh(self) -> None:
        """Show the chosen protocol."""
        chosen = self._chosen()
        if chosen is None:
            return
        protocol, _ = chosen
        w = language.current()
        self.title.setText(protocol.title.said(w.language))
        self.note.setText(protocol.status_note.said(w.language))
        arms = [(a.label.said(w.language), a.label.said(w.language), a.code) for a in protocol.arms]
        self.arm.offer([*arms])
        self._show_sources(protocol)
        self._show_arm()

    def _show_arm(self) -> None:
        chosen, arm = self._chosen(), self.arm.chosen()
        if chosen is None or not isinstance(arm, str):
            return
        protocol, readings = chosen
        self._show_dates(protocol, arm)
        self._show_activities(protocol, arm)
        self._show_readings(protocol, readings, arm)

    def _show_dates(self, protocol: Protocol, arm: str) -> None:
        from il2scheduler import nominal
        from il2scheduler.wording import nominal_table, on_demand_sentence

        w = language.current()
        planned = nominal.schedule(protocol, arm)
        rows = [
            (
                sentences.capital(nominal_table.row_name(w, protocol, row.code)),
                nominal_table.row_day(w, protocol, row.offset),
                nominal_table.row_doses(w, row) or nominal_table.row_window(w, protocol, row),
            )
            for row in nominal.rows(planned)
        ]
        if more := on_demand_sentence(w, planned):
            rows.append((w("Further cycles"), w("on demand"), more))
        self.dates.show_rows((w("What"), w("When"), w("Injections, or window")), rows)

    def _show_activities(self, protocol: Protocol, arm: str) -> None:
        from il2scheduler import nominal
        from il2scheduler.wording import nominal_table

        w = language.current()
        planned = nominal.schedule(protocol, arm)
        columns = nominal.columns(planned)
        header = [w("Visit or days")]
        header += [w("Injections")] if planned.arm.cycles else []
        header += [sentences.capital(activity.label.said(w.language)) for activity in protocol.activities]
        rows: list[tuple[str, ...]] = []
        for column in columns:
            cells = [sentences.capital(nominal_table.column_name(w, protocol, column))]
            if planned.arm.cycles:
                each = w("{count} each day", count=column.injections)
                cells.append(each if column.injections else "")
            cells += ["X" if a.code in column.activities else "" for a in protocol.activities]
            rows.append(tuple(cells))
        self.activities.show_rows(header, rows, letters=_MARK_LETTERS)

    def _show_readings(self, protocol: Protocol, readings: Sequence[Protocol], arm: str) -> None:
        """The readings in words, then what each changes in dates against the one in use."""
        from il2scheduler import nominal
        from il2scheduler.wording import nominal_table

        w = language.current()
        used = protocol.reading.name
        ordered = sorted(readings, key=lambda other: other.reading.name != used)
        names = [r.reading.name for r in ordered]
        names[0] = w("{reading} (used here)", reading=names[0])
        rows = [
            (w("What it means"), *(sentences.capital(r.reading.label.said(w.language)) for r in ordered)),
            *(
                (
                    sentences.capital(nominal_table.row_name(w, protocol, row.code)),
                    *nominal_table.offsets_said(row),
                )
                for row in nominal.compared(ordered, arm)
                if row.differs
            ),
        ]
        self.readings.show_rows((w("Days after the start"), *names), rows, letters=_READING_LETTERS)

    def _show_sources(self, protocol: Protocol) -> None:
        from il2scheduler.wording import nominal_table

        w = language.current()
        rows: list[tuple[str, ...]] = []
        for entry in protocol.provenance:
            unsettled = entry.status in (Provenance.ASSUMED, Provenance.UNKNOWN)
            name = f"! {entry.field}" if unsettled else entry.field
            rows.append((name, nominal_table.source_sentence(w, entry)))
        self.sources.show_rows((w("What"), w("Says")), rows)


class _Table(QTableWidget):
    """A table to read: rows grow with their text, the last column takes the room that is left."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self._letters = _LETTERS
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        )

    def show_rows(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, letters: int = _LETTERS
    ) -> None:
        """Show rows of as many cells as the header; no column but the first is wider than `letters`."""
        self._letters = letters
        self.clear()
        self.setColumnCount(len(header))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(header))
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                self.setItem(number, place, QTableWidgetItem(text))
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The size of the text is known now."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns as wide as their text up to a limit; the header as high as its words need, wrapped."""
        letter, header = self.fontMetrics().averageCharWidth(), self.horizontalHeader()
        header.setStretchLastSection(False)
        tallest = self.fontMetrics().height()
        for place in range(self.columnCount()):
            item = self.horizontalHeaderItem(place)
            title = "" if item is None else item.text()
            limit = letter * (_LETTERS if place == 0 else self._letters)
            longest_word = max(map(self.fontMetrics().horizontalAdvance, title.split()), default=0)
            wanted = max(self.sizeHintForColumn(place), header.sectionSizeHint(place))
            width = max(letter * _LEAST_LETTERS, longest_word + 2 * letter, min(wanted, limit))
            self.setColumnWidth(place, width)
            room = QRect(0, 0, width - 2 * letter, self.fontMetrics().height() * 9)
            needed = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap.value, title)
            tallest = max(tallest, needed.height())
        header.setFixedHeight(tallest + letter)
        header.setStretchLastSection(True)
