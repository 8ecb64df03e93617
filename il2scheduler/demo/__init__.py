"""The demonstration study: twelve made-up patients at all stages of two trials, around any date of today."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from il2scheduler import library
from il2scheduler.demo.stories import STORIES, closures
from il2scheduler.demo.telling import COORDINATOR, Teller, tell
from il2scheduler.i18n import words
from il2scheduler.protocol import Protocol
from il2scheduler.study import Settings, Study
from il2scheduler.study.acting import now_utc

__all__ = ["PROTOCOLS", "make"]

PROTOCOLS = ("anrs-123-etoile", "anrs-hc21-vascu-il2")
FIRST_ENTRY = timedelta(weeks=45)
# Names the calendar events of the demonstration: the same day gives the same study.
_NAMES = uuid.UUID("6f0c7d5e-3b0a-5d0b-9f7e-1d2f4a6b8c9d")


class _Clock:
    """The clock of the made-up past: it stands at the moment of the entry being told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def make(
    path: Path,
    *,
    who: str,
    clock: Callable[[], datetime] | None = None,
    today: date | None = None,
    language: str = "en",
    accept_cloud: bool = False,
) -> Study:
    """Make the demonstration at `path` and open it for `who`; `Exists` where there is a file already.

    Every entry is made by the same commands as any other, at a plausible time before `today` (default:
    today's date at the site). The same day gives the same patients, dates and entries; only the salts of
    the ledger differ. Reasons and notes are in `language`. A file half made is taken away again.
    `accept_cloud` makes it in a folder that a service copies elsewhere, too.
    """
    clock = clock or now_utc
    w = words(language)
    settings = Settings(
        study_id="",
        title=w("Demonstration"),
        site=w("Demonstration clinic"),
        places_injections=3,
        places_visits=4,
    )
    today = today or clock().astimezone(ZoneInfo(settings.timezone)).date()
    settings = replace(settings, study_id=str(uuid.uuid5(_NAMES, today.isoformat())))
    monday = today - timedelta(days=today.weekday())
    first = datetime.combine(monday - FIRST_ENTRY, time(8), UTC)
    past = _Clock(first)
    (first_text, first_protocol), *others = (_template(code) for code in PROTOCOLS)
    study = Study.create(
        path,
        (first_text, first_protocol, "shipped"),
        settings,
        who=COORDINATOR,
        clock=past,
        accept_cloud=accept_cloud,
    )
    try:
        with study:
            for text, protocol in others:
                past.now += timedelta(minutes=4)
                command = {
                    "command": "add-protocol",
                    "protocol": protocol.code,
                    "version": protocol.version,
                    "reading": protocol.reading.name,
                }
                study.add_protocol(text, protocol, "shipped", command, None)
            tellers = [Teller(study, code, today, w) for code in STORIES]
            stories = [story(teller) for teller, story in zip(tellers, STORIES.values(), strict=True)]
            clinic = Teller(study, "", today, w)
            tell(study, [*tellers, clinic], [*stories, closures(clinic)], past)
        return Study.open(path, who=who, clock=clock, accept_cloud=accept_cloud)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _template(code: str) -> tuple[str, Protocol]:
    template = library.find(code)
    protocol = template.file.protocol(None)
    if protocol is None:
        raise LookupError(code)
    return template.path.read_bytes().decode("utf-8"), protocol
