"""The clinic's list of a day or week: all patients in the order of the day, with room to tick and initial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from il2scheduler.clinic import Closed, ClosedBy
from il2scheduler.i18n import Words, words
from il2scheduler.protocol import Protocol
from il2scheduler.sheets import phrases
from il2scheduler.sheets.clinic_rows import Listed, day_tables, overdue_table, week_table
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import Field, quotation
from il2scheduler.sheets.list_furniture import ListFurniture, list_flow
from il2scheduler.sheets.pdf import Laid
from il2scheduler.sheets.printing import Printing

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a day: patients with an injection in the clinic, at home only, and visits.

    `injection_places` and `visit_places` are None where the site set no limit.
    """

    in_clinic: int = 0
    at_home: int = 0
    visits: int = 0
    injection_places: int | None = None
    visit_places: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a list with what is due on it; `closed` says why the clinic is closed."""

    day: date
    due: tuple[Listed, ...] = ()
    taken: Taken = field(default_factory=Taken)
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class ClinicList:
    """What a list shows: one day, or the days of a week, and what is overdue as of `today`.

    `only` names the patients it was restricted to; empty it is of all patients.
    """

    days: tuple[Day, ...]
    overdue: tuple[Listed, ...]
    today: date
    protocols: tuple[Protocol, ...]
    only: tuple[str, ...] = ()


def document(listed: ClinicList, printing: Printing) -> Laid:
    """The pages of a list: of one day upright, a row an injection; of a week across, a row a patient."""
    w = words(printing.language)
    whole_week = len(listed.days) > 1
    title = w("Week list") if whole_week else w("Day list")
    flow = list_flow(_furniture(w, listed, printing, title), landscape=whole_week)
    first, last = w.staff_date(listed.days[0].day), w.staff_date(listed.days[-1].day)
    said = w("{first} to {last}", first=first, last=last) if whole_week else first
    flow.start(bookmark=f"{title} \u2013 {said}")
    _unsettled(flow, listed.protocols)
    _overdue(flow, listed)
    for day in listed.days:
        _day(flow, day, listed, whole_week=whole_week)
    return flow.finish(f"{title} \u2013 {said}")


def _furniture(w: Words, listed: ClinicList, printing: Printing, title: str) -> ListFurniture:
    first, last = listed.days[0].day, listed.days[-1].day
    week = w("calendar week {week}", week=first.isocalendar().week)
    days = Field(w("Days:"), w("{first} to {last}", first=w.staff_date(first), last=w.staff_date(last)))
    trials = w("; ").join(
        w(
            "{trial} ({code}, version {version}, reading {reading})",
            trial=protocol.short_title,
            code=protocol.code,
            version=protocol.version,
            reading=protocol.reading.name,
        )
        for protocol in listed.protocols
    )
    fields = [days] if last != first else []
    fields.append(Field(w("Patients:"), _patients(w, listed)))
    fields += [Field(w("Trials:"), trials)] if trials else []
    corner = phrases.upper(week) if last != first else w.staff_date(first)
    reconstructed = not listed.protocols or any(known.reconstructed for known in listed.protocols)
    return ListFurniture(title, corner, tuple(fields), printing, reconstructed=reconstructed)


def _patients(w: Words, listed: ClinicList) -> str:
    """Whom the list is of; many are counted, so that the head stays a head."""
    if not listed.only:
        return w("all")
    if len(listed.only) > _MOST_NAMED:
        return w("{count} chosen, not all", count=len(listed.only))
    return w("only {codes}", codes=", ".join(listed.only))


def _unsettled(flow: Flow, protocols: Sequence[Protocol]) -> None:
    """For each protocol with open fields, how many there are and where they are listed."""
    w = flow.w
    for protocol in protocols:
        count = len(protocol.open_fields())
        if count:
            said = w.plural(
                "{trial}: {count} field of the protocol template is assumed or unknown; it is listed on the "
                "patients' sheets.",
                "{trial}: {count} fields of the protocol template are assumed or unknown; they are listed on "
                "the patients' sheets.",
                count,
                trial=protocol.short_title,
            )
            flow.paragraph(f"\u25b2 {said}")


def _overdue(flow: Flow, listed: ClinicList) -> None:
    if not listed.overdue:
        return
    w = flow.w
    flow.heading(w("Overdue on {date}", date=w.staff_date(listed.today)), keep=60)
    # The pages it goes on for say so in their heads: nothing of it is of the day.
    flow.part = w("Overdue")
    overdue_table(flow, listed.overdue, several=len(listed.protocols) > 1)
    flow.part = ""


def _day(flow: Flow, day: Day, listed: ClinicList, *, whole_week: bool) -> None:
    w, several = flow.w, len(listed.protocols) > 1
    facts = _facts(w, day, only=bool(listed.only))
    if whole_week:
        said = w.staff_date(day.day)
        # A page that goes on with this day, or begins with it, says so in its head.
        flow.part = said
        flow.heading(said, keep=90 if day.due else 30)
        flow.page.bookmarks.append((said, 1))
    if day.closed is not None:
        flow.boxed([(_closed(w, day.closed), True)])
    if facts:
        flow.paragraph(" ".join(facts))
    if not day.due:
        flow.paragraph(w("Nothing is planned on this day."), bold=not whole_week)
        flow.y += 6
    elif whole_week:
        week_table(flow, sorted(day.due, key=lambda one: one.place), several=several)
    if not whole_week:
        day_tables(flow, sorted(day.due, key=lambda one: one.place), several=several)


def _facts(w: Words, day: Day, *, only: bool) -> list[str]:
    """How much is due, and the places taken by all patients."""
    said: list[str] = []
    injections = sum(len(one.injections) for one in day.due)
    visits = sum(1 for one in day.due if not one.appointment.injections)
    if day.due:
        facts = [
            w.plural("{count} injection", "{count} injections", injections),
            w.plural("{count} visit", "{count} visits", visits),
        ]
        said.append(w("On this day: {facts}.", facts=", ".join(facts)))
    taken = day.taken
    if taken.injection_places is None and taken.visit_places is None:
        return said
    parts: list[str] = []
    if taken.injection_places is not None:
        parts.append(_places(w, w("injections"), taken.in_clinic, taken.injection_places))
    if taken.visit_places is not None:
        parts.append(_places(w, w("visits"), taken.visits, taken.visit_places))
    if only:
        said.append(w("Places taken by all patients: {places}.", places=w("; ").join(parts)))
    else:
        said.append(w("Places taken: {places}.", places=w("; ").join(parts)))
    return said


def _places(w: Words, what: str, taken: int, places: int) -> str:
    said = w("{what} {taken} of {places}", what=what, taken=taken, places=places)
    if taken > places:
        return w("{places} (! {count} too many)", places=said, count=taken - places)
    return w("{places} (full)", places=said) if taken == places else said


def _closed(w: Words, closed: Closed) -> str:
    if closed.by is ClosedBy.WEEKDAY or closed.name is None:
        return w("The clinic is closed on this day of the week.")
    name = closed.name.said(w.language)
    if closed.by is ClosedBy.HOLIDAY:
        return w("The clinic is closed: public holiday ({name}).", name=name)
    if not name:
        return w("The clinic is closed.")
    return w("The clinic is closed: {name}.", name=quotation(w, name))
