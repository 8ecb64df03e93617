"""The text that tells somebody in 25 years what an archive holds and how to check it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from il2scheduler.i18n import Words

_WIDE = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text says of the study."""

    title: str
    site: str
    timezone: str
    product: str | None
    protocols: tuple[str, ...]
    patients: int
    entries: int
    first: str
    last: str
    head: str
    program: str


def readme(w: Words, facts: Facts, files: Mapping[str, str]) -> bytes:
    """The text, UTF-8 with CRLF line ends; `files` are names or patterns with what they are."""
    lines = [w("ARCHIVE OF A STUDY"), "", *_study(w, facts), "", w("THE FILES"), ""]
    for name, what in files.items():
        lines += [name, *_paragraph(what, indent=4), ""]
    lines += [w("HOW TO READ THE TABLES"), ""]
    for text in _reading(w):
        lines += [*_paragraph(text), ""]
    lines += [w("HOW TO CHECK THAT NOTHING WAS CHANGED"), ""]
    for text in _checking(w):
        lines += [*_paragraph(text), ""]
    lines += [f"    {formula}" for formula in _FORMULAS]
    lines += ["", *_paragraph(w("After the last entry the study's chain stands at: {head}", head=facts.head))]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


_FORMULAS = (
    "payload hash = SHA-256 of [salt, command, reason, changes]",
    'entry hash   = SHA-256 of ["il2scheduler entry 1", hash of the entry before, number, at, clock, who,',
    "               patient, revises, reverts, transcribed, batch, program, revision, payload_hash]",
    'patient hash = SHA-256 of ["il2scheduler patient 1", patient_hash of the same patient before, number,',
    "               at, clock, who, patient, revises, reverts, transcribed, batch, program, revision,",
    "               payload_hash]",
)


def _study(w: Words, facts: Facts) -> list[str]:
    lines = [
        w("Study: {title}", title=facts.title or "-"),
        w("Site: {site}", site=facts.site or "-"),
        *(w("Protocol: {protocol}", protocol=protocol) for protocol in facts.protocols),
        *_product(w, facts.product),
        w("Patients: {count}", count=facts.patients),
        w(
            "Entries: {count}, from {first} to {last} (UTC)",
            count=facts.entries,
            first=facts.first,
            last=facts.last,
        ),
        w("Time zone of the site: {zone}", zone=facts.timezone),
        w("Written by il2scheduler {version}", version=facts.program),
        "",
    ]
    about = w(
        "This folder was copied from a study file of the program il2scheduler. It holds what was planned and "
        "what was recorded of injections and visits, and who changed what, when and why. It can be read "
        "without that program: the tables with any spreadsheet program or text editor, the sheets with "
        "any PDF reader. It is no source record: the source records are the patients' files."
    )
    return [*lines, *_paragraph(about)]


def _product(w: Words, product: str | None) -> list[str]:
    return [] if product is None else _paragraph(w("Pharmacy's product: {product}", product=product))


def _reading(w: Words) -> list[str]:
    return [
        w(
            "Tables are text: UTF-8, one row a line, cells divided by commas, the names of the columns in "
            "the first row. Dates are year-month-day. Times are those of the clock at the site, except where "
            "UTC is said. A cell of text that begins with = + - or @ has an apostrophe before it, so that "
            "no spreadsheet program takes it for a formula."
        ),
        w(
            "Doses in columns that end in iu are whole international units: 4500000 is 4.5 million "
            "international units."
        ),
        w(
            "C3D1 is day 1 of cycle 3, W24 the visit of study week 24, U1 the first unscheduled visit, ET "
            "the visit of early termination. nominal is the date by the protocol, planned the date it was "
            "moved to, actual the date it took place. An empty window means that the protocol states none."
        ),
        w(
            "Status: planned, running (recorded in part), given, given-in-part, not-given, done, missed, "
            "omitted, cancelled. Why an injection was not given: A absent, H withheld, N drug not available, "
            "R refused, V unwell, O other."
        ),
        w(
            "Entries are never changed or removed. An undo is an entry of its own. Where personal data typed "
            "by mistake was erased, [redacted] stands in its place, and the entry that erased it is named."
        ),
    ]


def _checking(w: Words) -> list[str]:
    return [
        w(
            "SHA256SUMS holds the SHA-256 of every other file; on most computers the command "
            "sha256sum --check SHA256SUMS compares them all."
        ),
        w(
            "ledger.jsonl holds every entry as one line of JSON, oldest first. Each entry seals the one "
            "before it: whoever changes one must change all that follow. To check, compute for each line the "
            "hashes below and compare them with payload_hash, hash and patient_hash of the line. SHA-256 "
            "is taken of the JSON array written without spaces between its parts, in UTF-8, letters "
            "with accents as they are; null, true and false as they stand in the line; changes is the "
            "array in the line, each of its parts a text or null. Before the first entry the hash is the "
            "empty text."
        ),
        w(
            "Of an entry that was erased (redacted_by is a number), the payload hash cannot be computed any "
            "more from what is left. The hash of what is left stands in the command of the newest entry that "
            "erased text of it, under erased and the number of the entry."
        ),
        w(
            "The first 12 digits of patient_hash are printed on each sheet of a patient, those of hash on "
            "the lists: a sheet on paper so shows that the entries up to it are the same."
        ),
    ]


def _paragraph(text: str, *, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        text, _WIDE, initial_indent=" " * indent, subsequent_indent=" " * indent, break_on_hyphens=False
    )
