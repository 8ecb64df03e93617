"""Tables as files: CSV for scripts and statisticians, XLSX workbooks for spreadsheet programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from il2scheduler.refusal import Refusal

Cell = str | int | date | time | datetime | Decimal | None
Line = Mapping[str, Cell]

# What a spreadsheet program may take for a formula, in wide characters too.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
MOST_ROWS = 1_048_576
"""What a worksheet holds, its header included."""
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the same study gives the same bytes, so no time of writing
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDEST = 60
_STEP = 200

Steps = Generator[None, None, bytes]
"""A file in the making: it stops after every two hundred rows, and returns the bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A worksheet: its name, its columns, and rows that name their cells; what a row lacks is empty."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Line]


def drained(steps: Generator[object, None, bytes]) -> bytes:
    """The file, made without stopping."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            data: bytes = end.value
            return data


# --- CSV ---


def table(columns: tuple[str, ...], rows: Iterable[Line]) -> bytes:
    """A CSV file at once, as `table_steps` describes it."""
    return drained(table_steps(columns, rows))


def table_steps(columns: tuple[str, ...], rows: Iterable[Line]) -> Steps:
    """A CSV file of rows that name their cells; what a row lacks is empty.

    Commas, CRLF, UTF-8 with a byte order mark (spreadsheet programs take it for Latin-1 otherwise); dates
    YYYY-MM-DD, times HH:MM, decimals with a point. A text that a spreadsheet program would take for a formula
    begins with an apostrophe; numbers below zero are numbers.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([written(row.get(column)) for column in columns])
        if not number % _STEP:
            yield
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def written(cell: Cell) -> str | int:
    """A cell as it stands in a CSV file; empty where nothing is known."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, time | datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "'" + cell if cell.startswith(FORMULA) else cell


# --- XLSX ---


def workbook_steps(parts: Sequence[Part], *, title: str) -> Steps:
    """An XLSX workbook: dates, times and numbers as such, every text as text, never a formula or a link.

    The first row is the header, stays in sight and filters. The same parts give the same bytes. `Refusal`
    where a part has more rows than a worksheet holds.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    file = io.BytesIO()
    # Each row is written out when the next begins: a study of a thousand patients has millions of cells.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book: Any = xlsxwriter.Workbook(file, {"constant_memory": True, **plain})
    book.set_properties({"title": _plain(title), "created": _MADE})
    formats = _Formats(book)
    try:
        for part in parts:
            yield from _worksheet(book, formats, part)
    finally:
        book.close()
    return file.getvalue()


class _Formats:
    """How each kind of cell is shown."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - the library has no types
        self.header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8E8E8"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.time = book.add_format({"num_format": "hh:mm", "align": "left"})
        self.text = book.add_format({"num_format": "@"})
        self.long = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        # Somebody who edits the cell and leaves it would make a formula of it.
        self.guarded = book.add_format({"num_format": "@", "quote_prefix": True})


def _worksheet(book: Any, formats: _Formats, part: Part) -> Iterator[None]:  # noqa: ANN401 - as above
    sheet = book.add_worksheet(part.name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    widths = [len(column) + 3 for column in part.columns]
    for at, column in enumerate(part.columns):
        sheet.write_string(0, at, column, formats.header)
    number = 0
    for number, row in enumerate(part.rows, 1):
        if number >= MOST_ROWS:
            raise Refusal("table-too-long", limit=MOST_ROWS - 1)
        for at, column in enumerate(part.columns):
            widths[at] = max(widths[at], _write(sheet, formats, number, at, row.get(column)))
        if not number % _STEP:
            yield
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width, _WIDEST))
    sheet.autofilter(0, 0, number, len(part.columns) - 1)


def _write(sheet: Any, formats: _Formats, row: int, at: int, cell: Cell) -> int:  # noqa: ANN401 - as above
    """Write a cell; how many letters wide it is."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, str):
        text = _plain(cell)
        shown = formats.text if len(text) < _WIDEST else formats.long
        if sheet.write_string(row, at, text, formats.guarded if text.startswith(FORMULA) else shown):
            raise ValueError(text[:100])
        return max(map(len, text.split("\n"))) + 1
    if isinstance(cell, int | Decimal):
        sheet.write_number(row, at, cell)
        return len(str(cell)) + 1
    shown = formats.date
    if isinstance(cell, datetime | time):
        shown = formats.moment if isinstance(cell, datetime) else formats.time
    sheet.write_datetime(row, at, cell, shown)
    return 17 if isinstance(cell, datetime) else 11


def _plain(text: str) -> str:
    """The text without what a workbook cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
