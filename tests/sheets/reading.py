"""PDFs read back: texts with their boxes, rules, and the tools that must be there."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Said:
    """One text object and the box of its ink, counted from the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class PageRead:
    """A page: its size, its text objects, and the straight lines on it as (x1, y1, x2, y2)."""

    wide: float
    high: float
    texts: tuple[Said, ...]
    lines: tuple[tuple[float, float, float, float], ...]


def tool(name: str) -> str:
    """The path of a program that the tests need; the run fails with its name when it is missing."""
    path = shutil.which(name)
    assert path is not None, f"{name} is missing: apt-get install poppler-utils qpdf"
    return path


def run(name: str, *arguments: str) -> str:
    """What a tool says; the run fails with its words when it complains."""
    done = subprocess.run(
        [tool(name), *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def plain(text: str) -> str:
    """One line, no-break spaces as spaces, the hyphen at the end of a line as a hyphen."""
    return " ".join(text.replace("\u00a0", " ").replace("\x02", "-").split())


def layout(path: Path) -> str:
    """The text of a PDF in reading order, as pdftotext lays it out."""
    return run("pdftotext", "-layout", str(path), "-")


def text_of(data: bytes) -> str:
    """All text, page after page, object after object."""
    return plain(" ".join(said.text for page in pages_of(data) for said in page.texts))


def pages_of(data: bytes) -> list[PageRead]:
    """Every page with its text objects and lines."""
    document = pypdfium2.PdfDocument(data)
    pages: list[PageRead] = []
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        texts: list[Said] = []
        lines: list[tuple[float, float, float, float]] = []
        things: list[Any] = list(page.get_objects())
        for thing in things:
            if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
                left, bottom, right, top = thing.get_bounds()
                texts.append(Said(_text(thing, textpage), left, bottom, right, top))
            elif thing.type == pdfium.FPDF_PAGEOBJ_PATH:
                lines.extend(_segments(thing))
        pages.append(PageRead(page.get_width(), page.get_height(), tuple(texts), tuple(lines)))
        textpage.close()
        page.close()
    document.close()
    return pages


def _text(thing: Any, textpage: Any) -> str:  # noqa: ANN401 - the library has no types
    size = pdfium.FPDFTextObj_GetText(thing.raw, textpage.raw, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(thing.raw, textpage.raw, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le")


def _segments(thing: Any) -> list[tuple[float, float, float, float]]:  # noqa: ANN401 - as above
    """The stroked straight lines of a path; curves and fills without border are left out."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(thing.raw, fill, stroke)
    if not stroke.value:
        return []
    found: list[tuple[float, float, float, float]] = []
    last: tuple[float, float] | None = None
    first: tuple[float, float] | None = None
    for i in range(pdfium.FPDFPath_CountSegments(thing.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(thing.raw, i)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        here = (x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return []
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = here
        elif last is not None:
            found.append((*last, *here))
        last = here
        if pdfium.FPDFPathSegment_GetClose(segment) and first is not None:
            found.append((*last, *first))
    return found


def rows_of(page: PageRead) -> list[list[str]]:
    """The rows of the tables of a page, from the top: what stands in their cells, empty ones left out."""
    upright = [line for line in page.lines if abs(line[0] - line[2]) < 0.1]
    # A rule to write on, or one that strikes a row out, does not begin at the edge of a cell.
    edges = {round(line[0]) for line in upright}
    across = [
        line for line in page.lines if abs(line[1] - line[3]) < 0.1 and round(min(line[0], line[2])) in edges
    ]
    cells: dict[float, dict[float, list[Said]]] = {}
    for said in page.texts:
        x, y = (said.left + said.right) / 2, (said.bottom + said.top) / 2
        lefts = [a for a, b, _, d in upright if a <= x and min(b, d) <= y <= max(b, d)]
        rights = [a for a, b, _, d in upright if a > x and min(b, d) <= y <= max(b, d)]
        tops = [b for a, b, c, _ in across if b >= y and min(a, c) <= x <= max(a, c)]
        if lefts and rights and tops:
            row = next((top for top in cells if abs(top - min(tops)) < 1), min(tops))
            cells.setdefault(row, {}).setdefault(round(max(lefts)), []).append(said)
    return [
        [plain(" ".join(said.text for said in by_left[left])) for left in sorted(by_left)]
        for by_left in (cells[top] for top in sorted(cells, reverse=True))
    ]


def faults(page: PageRead) -> list[str]:
    """Texts outside the page, texts that overlap, and lines that run through a text."""
    found: list[str] = []
    texts = sorted((said for said in page.texts if said.text.strip()), key=lambda said: said.left)
    for i, said in enumerate(texts):
        if said.left < 12 or said.bottom < 12 or said.right > page.wide - 12 or said.top > page.high - 12:
            found.append(f"outside the page: {said}")
        for other in texts[i + 1 :]:
            if other.left >= said.right - 0.3:
                break
            if other.bottom < said.top - 0.3 and other.top > said.bottom + 0.3:
                found.append(f"overlap: {said} and {other}")
    texts.sort(key=lambda said: said.bottom)
    bottoms = [said.bottom for said in texts]
    tallest = max((said.top - said.bottom for said in texts), default=0.0)
    for x1, y1, x2, y2 in {tuple(round(number, 2) for number in line) for line in page.lines}:
        low, high = min(y1, y2), max(y1, y2)
        crossed = (
            said
            for said in texts[bisect_left(bottoms, low - tallest) : bisect_left(bottoms, high - 0.4)]
            if said.top - 0.4 > low and said.left < max(x1, x2) - 0.3 and said.right > min(x1, x2) + 0.3
        )
        found.extend(f"a line through: {said} at {(x1, y1, x2, y2)}" for said in crossed)
    return found
