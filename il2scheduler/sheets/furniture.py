"""What stands on every page: who and what the sheet is for, how it was printed, and what is not settled."""

from __future__ import annotations

from dataclasses import dataclass

from il2scheduler.i18n import Words, words
from il2scheduler.protocol import FieldStatus, Provenance
from il2scheduler.schedule import Schedule
from il2scheduler.sheets import fonts
from il2scheduler.sheets.page import HAIR, THICK, THIN, Page, base_of, leading_of, wrapped
from il2scheduler.sheets.phrases import upper
from il2scheduler.sheets.printing import Printing
from il2scheduler.wording import arm_name, end_marks, field_name, version_name

MARGIN = 25.0
SIZE = 10.0
SMALL = 8.0
_GAP = 16.0


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value in bold, with a ruled blank `blank` points wide to write on, or alone."""

    label: str
    value: str = ""
    blank: float = 0.0


@dataclass(frozen=True, slots=True)
class Furniture:
    """The head and foot of the pages of one document.

    `for_patient` moves trial, protocol, reading and arm from the head into the small print of the foot.
    `banner_page` is where the unsettled fields are listed in full, 0 where that is another document.
    A `neutral` page, the cover of a patient's diary, has none of them at all.
    """

    schedule: Schedule
    printing: Printing
    title: str
    size: float = SIZE
    for_patient: bool = False
    banner_page: int = 1

    @property
    def w(self) -> Words:
        """The words of the document's language."""
        return words(self.printing.language)

    def head(self, page: Page, y: float, *, part: str = "", remind: bool = False) -> float:
        """Draw the head from `y` down; returns where the content may begin.

        With `remind` it says how many fields are open, and where they are listed.
        """
        w, right = self.w, page.wide - MARGIN
        big = 13.0
        patient = w("Patient {code}", code=self.schedule.patient.code)
        title = f"{self.title} \u2013 {part}" if part else self.title
        room = right - MARGIN - fonts.width(patient, big, bold=True) - _GAP
        lines = wrapped(title, big, max(room, 150.0), bold=True)
        page.to_right(right, y + base_of(big, leading_of(big)), patient, big, bold=True)
        y = page.lines(MARGIN, y, list(lines), big, bold=True)
        fields = self._fields()
        # The patient's pages have it in the small print.
        reminder = self._reminded() if remind and not self.for_patient else ""
        if reminder:
            fields.append(Field(f"\u25b2 {reminder}"))
        y = flowing(page, y, fields, self.size)
        page.rule(MARGIN, y + 3, right, y + 3, THICK)
        return y + 6

    def _fields(self) -> list[Field]:
        w = self.w
        second = Field(w("Second identifier:"), blank=130)
        site = Field(w("Site:"), self.printing.site, blank=220)
        if self.for_patient:
            return [second, site]
        trial, code, reading, arm = self._trial()
        return [trial, code, second, reading, arm, site, *self._ended()]

    def _ended(self) -> list[Field]:
        """That treatment was stopped or the patient withdrawn: on staff's pages only."""
        patient = self.schedule.patient
        marks = end_marks(self.w, patient.stopped, patient.withdrawn, lost=patient.lost)
        return [Field("\u25b2", upper(mark)) for mark in marks]

    def _trial(self) -> tuple[Field, Field, Field, Field]:
        w, protocol, arm = self.w, self.schedule.protocol, self.schedule.arm
        reading = protocol.reading
        return (
            Field(w("Trial:"), protocol.short_title),
            Field(
                w("Protocol:"),
                w("{code}, version {version}", code=protocol.code, version=version_name(w, protocol)),
            ),
            Field(w("Reading used:"), f"{reading.name} ({reading.label.said(w.language)})"),
            Field(w("Arm:"), arm_name(w, arm)),
        )

    def foot_height(self, page: Page, number: int, *, neutral: bool = False) -> float:
        """How much of the bottom of a page the foot takes."""
        return signed_height(self._notes(page, number, neutral=neutral))

    def foot(self, page: Page, number: int, count: int, *, neutral: bool = False) -> None:
        """Draw the foot: signatures, what the sheet is not, revision, print, page x of y."""
        signed_foot(self.w, page, number, count, self._notes(page, number, neutral=neutral))

    def _notes(self, page: Page, number: int, *, neutral: bool) -> list[str]:
        w, printing = self.w, self.printing
        revision = w("Schedule revision {revision}", revision=printing.revision)
        if printing.supersedes is not None:
            supersedes = w("supersedes revision {revision}", revision=printing.supersedes)
            revision = f"{revision}, {supersedes}"
        if printing.chain_head:
            revision += ", " + w("chain {head}", head=printing.chain_head[:12])
        said = [w("Not a prescription."), f"{revision}.", printed_said(w, printing)]
        if not neutral and self.schedule.protocol.reconstructed:
            said.insert(1, w("Reconstructed, not the approved protocol."))
        if printing.program_version:
            said.append(f"il2scheduler {printing.program_version}.")
        if self.for_patient and not neutral:
            said.append(w("; ").join(f"{entry.label} {entry.value}" for entry in self._trial()) + ".")
            said.append("" if number == self.banner_page else self._reminded())
        return list(wrapped(" ".join(said), SMALL, page.wide - 2 * MARGIN))

    def _reminded(self) -> str:
        count = len(self.schedule.protocol.open_fields())
        if not count:
            return ""
        if not self.banner_page:
            return self.w.plural(
                "{count} field of this protocol template is assumed or unknown: it is listed on the "
                "patient's sheets.",
                "{count} fields of this protocol template are assumed or unknown: they are listed on the "
                "patient's sheets.",
                count,
            )
        return self.w.plural(
            "{count} field is assumed or unknown: see page {page}.",
            "{count} fields are assumed or unknown: see page {page}.",
            count,
            page=self.banner_page,
        )

    def banner(self) -> tuple[str, list[str]]:
        """The heading of the banner and its paragraphs: each unsettled field with its note and its quote."""
        w, entries = self.w, self.schedule.protocol.open_fields()
        heading = self.schedule.protocol.status_note.said(w.language)
        if not entries and self.schedule.protocol.site_values:
            return heading, [
                w("Every field is stated or resolved by the sources of the template, or entered by the site.")
            ]
        if not entries:
            return heading, [w("Every field of the template is stated or resolved by its sources.")]
        intro = w.plural(
            "{count} field is assumed or unknown, to be checked with the sponsor:",
            "{count} fields are assumed or unknown, to be checked with the sponsor:",
            len(entries),
        )
        return heading, [intro, *(self._open_field(entry) for entry in entries)]

    def _open_field(self, entry: FieldStatus) -> str:
        w = self.w
        status = w("assumed") if entry.status is Provenance.ASSUMED else w("unknown")
        note = "" if entry.note is None else f" {entry.note.said(w.language)}"
        name = field_name(w, entry.field, self.schedule.protocol)
        heading = w("{title}:", title=f"{status}, {name}")
        said = f"\u25b2 {heading}{note}"
        if entry.quote:
            quoted = w("Source: {quote}", quote=quotation(w, entry.quote))
            said = f"{said} {quoted} ({entry.source})" if entry.source else f"{said} {quoted}"
        if entry.settled:
            names = [field_name(w, path, self.schedule.protocol) for path in entry.settled]
            said = f"{said} {w('Entered by the site so far: {fields}.', fields='; '.join(names))}"
        return said


def signed_height(notes: list[str]) -> float:
    """Height of the foot with the lines to sign on and these notes."""
    return 24 + leading_of(SMALL) * len(notes) + 4


def signed_foot(w: Words, page: Page, number: int, count: int, notes: list[str]) -> None:
    """Lines to sign on, the page's number, and the notes in small print below."""
    right = page.wide - MARGIN
    y = page.high - MARGIN - signed_height(notes) + 4
    number_said = w("page {number} of {count}", number=number, count=count)
    signed = right - fonts.width(number_said, SIZE, bold=True) - _GAP
    page.to_right(right, y + 14, number_said, SIZE, bold=True)
    middle = (MARGIN + signed) / 2
    for label, x, end in (
        (w("Sheet prepared by:"), MARGIN, middle - 8),
        (w("Sheet checked by:"), middle + 8, signed),
    ):
        after = page.text(x, y + 14, label, SIZE) + 4
        page.rule(after, y + 16, end, y + 16, HAIR)
    y += 21
    page.rule(MARGIN, y, right, y, THIN)
    page.lines(MARGIN, y + 3, notes, SMALL)


def printed_said(w: Words, printing: Printing) -> str:
    """`Printed on Fri 02-Jan-2026 at 14:05 by NA.`; a blank to write on where no date is printed."""
    if printing.printed_on is None:
        said = w("Printed on: {blank}", blank="_" * 18)
    else:
        said = w(
            "Printed on {date} at {time}",
            date=w.staff_date(printing.printed_on.date()),
            time=f"{printing.printed_on:%H:%M}",
        )
    if printing.printed_by:
        return w("{printed} by {who}.", printed=said, who=printing.printed_by)
    return said if printing.printed_on is None else f"{said}."


def quotation(w: Words, text: str) -> str:
    """A text in the quotation marks of the language, as it is; what no font has as its code point."""
    return w.quoted(fonts.spelt(text))


def flowing(page: Page, y: float, fields: list[Field], size: float, *, step: float = 0.0) -> float:
    """Fields one after another, broken between fields where the line is full; returns the bottom."""
    step = step or size + 3
    right = page.wide - MARGIN
    x = MARGIN
    for entry in fields:
        label = fonts.width(entry.label, size) + 4
        value = fonts.width(fonts.plain(entry.value), size, bold=True) if entry.value else entry.blank
        if x > MARGIN and x + label + value > right:
            x, y = MARGIN, y + step
        base = y + base_of(size, step)
        after = page.text(x, base, entry.label, size) + 4
        if not entry.value:
            if not entry.blank:
                x = after + _GAP
                continue
            end = min(after + entry.blank, right)
            page.rule(after, base + 2, end, base + 2, HAIR)
            x = end + _GAP
            continue
        lines = wrapped(entry.value, size, right - after, bold=True)
        for i, line in enumerate(lines):
            x = page.text(after, base + i * step, line, size, bold=True) + _GAP
        y += step * (len(lines) - 1)
    return y + step
