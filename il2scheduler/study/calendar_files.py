"""Calendar files of a study, as the window and the command line both make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from il2scheduler import calendars
from il2scheduler.calendars.ended import ended_events
from il2scheduler.i18n import words
from il2scheduler.jobs import Progress
from il2scheduler.ledger import Row, Table
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study
from il2scheduler.study.calendar_targets import Known
from il2scheduler.study.exporting import Making
from il2scheduler.study.stamps import ZoneChange, stamps_of

REFRESH = timedelta(hours=4)
"""How often a calendar that is subscribed to asks to be read again."""


@dataclass(frozen=True, slots=True)
class Content:
    """What calendar files say and how: language, private events, reminders, doses, hints for a subscriber.

    `to_server` leaves out the METHOD, which a CalDAV server must not be given.
    """

    language: str
    private: bool = True
    alarm: calendars.Alarm | None = None
    doses: bool = False
    refresh: timedelta | None = None
    to_server: bool = False


def codes(study: Study) -> Mapping[str, tuple[int, ...]]:
    """The patients' codes, each with the row ids that had it, by code.

    A patient whose enrolment was undone has a calendar still: its events are all cancelled, and would stay
    in people's calendars for ever if they only went. Where the code was given again both are in one file.
    """
    found: dict[str, list[int]] = {}
    patients = study.patients()
    for number in sorted(number for number in study.store.heads() if number is not None):
        row = patients.get(number) or _last_row(study, number)
        if row is not None:
            found.setdefault(str(row["code"]), []).append(number)
    return {code: tuple(found[code]) for code in sorted(found)}


def _last_row(study: Study, number: int) -> Row | None:
    """The row of a patient who is no more, None where there was nothing that a calendar could show."""
    changes = [c for e in study.store.entries(patient=number, with_changes=True) for c in e.changes]
    if not any(change.table is Table.APPOINTMENT for change in changes):
        return None
    rows = (change.before or change.after for change in reversed(changes) if change.table is Table.PATIENT)
    return next(rows, None)


def calendar(study: Study, code: str, content: Content) -> Making:
    """The calendar file of one patient; `Refusal` for a code that nobody ever had."""
    name = calendars.calendar_name(code, language=content.language)
    return _made(study, [code], content, name=name)


def clinic_calendar(study: Study, wanted: Sequence[str], content: Content) -> Making:
    """One calendar file of several patients."""
    return _made(study, wanted, content)


def changes(
    study: Study, wanted: Sequence[str], content: Content, known: Known, counts: dict[str, int]
) -> Making:
    """One calendar file of what a target lacks; `counts` gets how many events of each patient who has any."""
    return _made(study, wanted, content, known=known, counts=counts)


def _made(
    study: Study,
    wanted: Sequence[str],
    content: Content,
    *,
    name: str = "",
    known: Known | None = None,
    counts: dict[str, int] | None = None,
) -> Making:
    of = Events(study, content)
    events: list[calendars.Event] = []
    for number, code in enumerate(wanted):
        if len(wanted) > 1:
            yield Progress(number, len(wanted), code)
        found = of.of([code], known)
        events += found
        if counts is not None and found:
            counts[code] = len(found)
    return calendars.write(
        events,
        timezone=study.settings.timezone,
        name=name or words(content.language)("Appointments"),
        language=content.language,
        refresh=content.refresh,
        private=content.private,
        alarm=content.alarm,
        method=None if content.to_server else "PUBLISH",
    )


def revision_known(study: Study, code: str, known: Known) -> int | None:
    """The revision at which a target knows a patient of the study; None where it was never given any."""
    number = study.store.find_patient(code)
    if number is None:
        return None
    then = study.store.entries(patient=number, last=known.of(number), newest_first=True, limit=1)
    return then[0].revision if then else None


class Events:
    """The events of patients with the identities and stamps of the study."""

    def __init__(self, study: Study, content: Content) -> None:
        """Read what is the same for all patients."""
        self._study, self._content = study, content
        self._study_id = UUID(study.settings.study_id)
        self._codes = codes(study)
        self._zones = [
            ZoneChange(entry.number, datetime.fromisoformat(entry.at))
            for entry in study.store.entries(study_only=True, with_changes=True)
            for change in entry.changes
            if change.table is Table.SETTING and change.key == ("timezone",) and change.before is not None
        ]

    def of(self, wanted: Sequence[str], known: Known | None = None) -> list[calendars.Event]:
        """The events of some patients, in their order; with `known` only what a target lacks."""
        found: list[calendars.Event] = []
        for code in wanted:
            if code not in self._codes:
                raise Refusal("no-patient", found=code[:60])
            # One moment for each patient: a snapshot over all of them would keep writers waiting.
            with self._study.snapshot():
                for number in self._codes[code]:
                    found += self._of(code, number, None if known is None else known.of(number))
        return found

    def _of(self, code: str, number: int, since: int | None) -> list[calendars.Event]:
        """The events of one patient; those that ended come last."""
        study, language = self._study, self._content.language
        present = study.patients().get(number)
        doses = self._content.doses
        state = None if present is None else study.state(code)
        if state is not None and state.schedule.arm.blinded:
            doses = False
        entries = study.store.entries(patient=number, with_changes=True)
        protocols = {row: held.protocol for row, held in study.protocols.items()}
        stamps = stamps_of(entries, protocols, zones=self._zones, doses=doses)
        found: list[calendars.Event] = []
        if state is not None:
            found += calendars.events(
                state.schedule,
                language=language,
                study_id=self._study_id,
                patient_id=str(number),
                stamps=stamps.present,
                doses=doses,
                since=since,
            )
        found += ended_events(
            stamps.ended,
            patient=code,
            patient_id=str(number),
            study_id=self._study_id,
            language=language,
            since=since,
        )
        return found
