"""The CSV file of an import as rows of cells, whatever spreadsheet program wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from il2scheduler.refusal import Refusal

MAX_BYTES = 4_000_000
MAX_ROWS = 20_000
MAX_CELL = 4000
COLUMNS = (
    "patient",
    "what",
    "protocol",
    "arm",
    "date",
    "cycle",
    "day",
    "time",
    "at",
    "visit",
    "dose",
    "site",
    "batch",
    "by",
    "code",
    "reason",
    "note",
    "accept",
    "past_cap",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the file: the row as a spreadsheet program numbers it (the names are row 1), the column."""

    row: int | None = None
    column: str | None = None


class Misplaced(Refusal):
    """A refusal that knows its place in the file."""

    def __init__(self, place: Place, refusal: Refusal) -> None:
        """Keep the place beside what is refused."""
        super().__init__(refusal.kind, **refusal.facts)
        self.place = place


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the cells that hold something, by column."""

    row: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """What could be read of a file, and each thing that could not."""

    lines: list[Line] = field(default_factory=list[Line])
    problems: list[Misplaced] = field(default_factory=list[Misplaced])


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file: UTF-8 with or without a mark; commas, semicolons or tabs; any line ends.

    A column is known by its name, in any order; a cell is taken without the spaces around it.
    """
    sheet = Sheet()
    try:
        for line in _lines(_text(data), sheet):
            sheet.lines.append(line)
    except Misplaced as problem:
        sheet.problems.append(problem)
    return sheet


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Misplaced(Place(), Refusal("import-too-big", limit=MAX_BYTES // 1_000_000))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    # Workbooks, and texts in UTF-16, may pass for UTF-8; no text in it holds a zero.
    if "\0" in text:
        raise Misplaced(Place(), Refusal("import-not-utf8"))
    if not text.strip():
        raise Misplaced(Place(), Refusal("import-empty"))
    return text


def _lines(text: str, sheet: Sheet) -> Iterator[Line]:
    rows = enumerate(_rows(text), 1)
    _, names = next(rows)
    columns = [name.strip().lower() for name in names]
    while columns and not columns[-1]:
        columns.pop()
    sheet.problems.extend(_wrong_columns(columns))
    if sheet.problems:
        return
    for number, cells in rows:
        if number > MAX_ROWS + 1:
            raise Misplaced(Place(number), Refusal("import-too-long", limit=MAX_ROWS))
        stripped = [cell.strip() for cell in cells]
        if any(stripped[len(columns) :]):
            sheet.problems.append(Misplaced(Place(number), Refusal("import-cells", count=len(columns))))
            continue
        held = {name: cell for name, cell in zip(columns, stripped, strict=False) if cell}
        long = [name for name, cell in held.items() if len(cell) > MAX_CELL]
        for name in long:
            refusal = Refusal("text-too-long", found=len(held[name]), limit=MAX_CELL)
            sheet.problems.append(Misplaced(Place(number, name), refusal))
        if held and not long:
            yield Line(number, held)


def _rows(text: str) -> Iterator[list[str]]:
    names = io.StringIO(text, newline="").readline()
    delimiter = max(",;\t", key=names.count)
    number = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number += 1
            yield row
    except csv.Error:
        raise Misplaced(Place(number + 1), Refusal("import-quotes")) from None


def _wrong_columns(columns: list[str]) -> Iterator[Misplaced]:
    known = ", ".join(COLUMNS)
    for number, name in enumerate(columns):
        if name not in COLUMNS:
            yield Misplaced(Place(1), Refusal("import-column", found=name[:60], known=known))
        elif name in columns[:number]:
            yield Misplaced(Place(1, name), Refusal("import-column-twice", column=name))
    for name in ("patient", "what"):
        if name not in columns:
            yield Misplaced(Place(1), Refusal("import-column-missing", column=name))
