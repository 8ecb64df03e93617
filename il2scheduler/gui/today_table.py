"""The table of the Today view: what matters most is in sight at any width and size of text."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from il2scheduler.gui.today_model import Column, TodayModel
from il2scheduler.gui.today_rows import Row, Section

_MOST_MEASURED = 60
"""How many rows say how wide the columns are: about as many as can be seen."""
_MOST_WRAPPED = 200
"""How many sentences are measured; the others have a line and a tool tip."""
_MARGIN = 10
_GIVEN_BACK = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_LEAST_PLACE, _LEAST_WHAT = 5, 14
"""Letters for which there is room, at least, in the place where it is shown, and in what is to be done."""


class TodayTable(QTableView):
    """The list: one row chosen at a time, headings across it.

    Too narrow, windows and visits break into lines, then states and dates, then the place is cut (its tool
    tip says it); narrower still, dose, window and place stand under what is to be done.
    """

    entered_by_keys = Signal()
    """The list got the keys from elsewhere in the window."""

    def __init__(self, model: TodayModel) -> None:
        """Show the rows of a model."""
        super().__init__()
        self._model = model
        self._rows: list[Row] = []
        self._most = [0] * len(Column)
        self._least = [0] * len(Column)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(1)
        self.setWordWrap(True)

    def fit(self, rows: list[Row]) -> None:
        """Make rows and columns as large as their texts; headings and sentences go across."""
        self.clearSpans()
        for number, row in enumerate(rows):
            if row.heading:
                self.setSpan(number, 0, 1, len(Column))
            elif row.section is Section.ATTENTION:
                self.setSpan(number, Column.WHAT, 1, len(Column) - Column.WHAT)
        self._rows = rows
        self._measure()
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What has the keys is what is acted on; a dialog or menu that was left gave it back as it was."""
        super().focusInEvent(event)
        if event.reason() not in _GIVEN_BACK:
            self.entered_by_keys.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width there are other columns and lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    # --- Columns ---

    def _measure(self) -> None:
        """How wide each column would be (`_most`), and how wide it must be at least, its texts broken."""
        self._model.stack(False)
        header = self.horizontalHeader()
        heads = [header.sectionSizeHint(column) for column in Column]
        self._most, self._least = list(heads), list(heads)
        # The state of what is overdue reads its patient: only those are asked that can be seen.
        in_sight = {id(row) for row in self._rows[: self.viewport().height() // self._line()]}
        told = [row for row in self._rows if not row.heading]
        first = [row for row in told if row.section is not Section.ATTENTION][:_MOST_MEASURED]
        for row in first + [row for row in told if row.section is Section.ATTENTION][:_MOST_MEASURED]:
            # A sentence that goes across would make the first of its columns wide.
            for column in list(Column)[: Column.WHAT if row.section is Section.ATTENTION else None]:
                if column == Column.STATE and row.section is Section.OVERDUE and id(row) not in in_sight:
                    continue
                said = self._model.text(row, column)
                self._most[column] = max(self._most[column], self._wide(said))
                if column == Column.STATE:
                    self._least[column] = max(self._least[column], self._wide_of_two(said))
                elif column == Column.WHEN:
                    lines = [self._wide(line) for line in self._model.when_lines(row)]
                    self._least[column] = max(self._least[column], *lines)
                elif row.cycle is not None or column not in (Column.WHAT, Column.DOSE):
                    self._least[column] = max(self._least[column], self._wide(said))

    def _wide(self, said: str) -> int:
        return self.fontMetrics().horizontalAdvance(said) + _MARGIN if said else 0

    def _wide_of_two(self, said: str) -> int:
        """The width of a text broken into two lines at the best place."""
        words = said.split(" ")
        splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        return min((max(map(self._wide, split)) for split in splits), default=self._wide(said))

    def _arrange(self) -> None:
        """Give the columns what room there is."""
        room, letter = self.viewport().width(), self.fontMetrics().averageCharWidth()
        wide = list(self._most)
        wide[Column.WHAT], wide[Column.DOSE] = self._least[Column.WHAT], self._least[Column.DOSE]
        spare = room - sum(wide[: Column.PLACE])
        if spare < self._most[Column.PLACE]:
            wide[: Column.PATIENT] = self._least[: Column.PATIENT]
            spare = room - sum(wide[: Column.PLACE])
        stacked = spare < letter * _LEAST_PLACE
        self._model.stack(stacked)
        for column in (Column.DOSE, Column.PLACE):
            self.setColumnHidden(column, stacked)
        if stacked:
            wide[Column.WHAT] = max(room - sum(wide[: Column.WHAT]), letter * _LEAST_WHAT)
        else:
            for column in (Column.WHAT, Column.DOSE):
                more = min(max(spare - self._most[Column.PLACE], 0), self._most[column] - wide[column])
                wide[column] += more
                spare -= more
            wide[Column.PLACE] = spare
        for column in Column:
            if not self.isColumnHidden(column):
                self.setColumnWidth(column, wide[column])
        self._fit_rows()

    # --- Rows ---

    def _fit_rows(self) -> None:
        """Each row is as high as the lines of its texts; rows further down are as high as most are."""
        line = self._line()
        told = [number for number, row in enumerate(self._rows) if not row.heading]
        said = [number for number in told if self._rows[number].section is Section.ATTENTION]
        chosen = (*told[:_MOST_MEASURED], *said[:_MOST_WRAPPED])
        measured = {number: self._high(number, self._rows[number], line) for number in chosen}
        plain = [high for number, high in measured.items() if self._rows[number].section is Section.DAY]
        usual = max(plain, default=line) if self.isColumnHidden(Column.DOSE) else line
        self.verticalHeader().setDefaultSectionSize(usual)
        for number, row in enumerate(self._rows):
            high = line if row.heading else measured.get(number, usual)
            if self.rowHeight(number) != high:
                self.setRowHeight(number, high)

    def _line(self) -> int:
        return self.fontMetrics().height() + 10

    def _high(self, number: int, row: Row, line: int) -> int:
        """How high a row is whose texts break at the widths of their columns."""
        header, high = self.horizontalHeader(), line
        if row.section is Section.OVERDUE and self.columnWidth(Column.STATE) < self._most[Column.STATE]:
            high += self.fontMetrics().lineSpacing()
        for column in list(Column)[Column.WHEN if row.section is Section.OVERDUE else Column.STATE :]:
            across = column == Column.WHAT and row.section is Section.ATTENTION
            if self.isColumnHidden(column) or column == Column.PLACE:
                continue
            width = header.length() - header.sectionPosition(column) if across else self.columnWidth(column)
            said = str(self._model.index(number, column).data())
            if "\n" not in said and self._wide(said) <= width:
                continue
            room = QRect(0, 0, max(width - _MARGIN, 1), line)
            needed = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, said).height() + 10
            high = max(high, needed)
        return high
