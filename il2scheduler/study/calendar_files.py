"""Calendar files of a study, as the window and the command line both make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from il2scheduler import calendars
from il2scheduler.calendars.ended import ended_events
from il2scheduler.i18n import words
from il2scheduler.study import Study
from il2scheduler.study.stamps import stamps_of

REFRESH = timedelta(hours=4)
"""How often a calendar that is subscribed to asks to be read again."""


def events(study: Study, code: str, language: str) -> tuple[calendars.Event, ...]:
    """The events of a patient with the identities and stamps of the study; those that ended come last."""
    state = study.state(code)
    number, study_id = state.enrolled.id, UUID(study.settings.study_id)
    stamps = stamps_of(study.store.entries(patient=number, with_changes=True))
    present = calendars.events(
        state.schedule,
        language=language,
        study_id=study_id,
        patient_id=str(number),
        stamps=stamps.present,
    )
    ended = ended_events(
        stamps.ended, patient=code, patient_id=str(number), study_id=study_id, language=language
    )
    return (*present, *ended)


def calendar(
    study: Study, code: str, language: str, *, refresh: timedelta | None = None, private: bool = True
) -> bytes:
    """The calendar file of one patient."""
    return calendars.write(
        events(study, code, language),
        timezone=study.settings.timezone,
        name=calendars.calendar_name(code, language=language),
        language=language,
        refresh=refresh,
        private=private,
    )


def clinic_calendar(
    study: Study,
    codes: Sequence[str],
    language: str,
    *,
    refresh: timedelta | None = None,
    private: bool = True,
) -> bytes:
    """One calendar file of several patients."""
    w = words(language)
    return calendars.write(
        [event for code in codes for event in events(study, code, language)],
        timezone=study.settings.timezone,
        name=w("Appointments"),
        language=language,
        refresh=refresh,
        private=private,
    )
