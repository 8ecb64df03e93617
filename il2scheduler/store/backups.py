"""Backups of a study: when one is due, which ones are kept, and making, listing and restoring them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from il2scheduler.jobs import Job
from il2scheduler.ledger import Head
from il2scheduler.store import reading
from il2scheduler.store.copying import copying, not_sound, restoring
from il2scheduler.store.file import open_connection
from il2scheduler.store.reading import reading_lock
from il2scheduler.store.refusals import Exists, copy_said_plainly, said_plainly

__all__ = ["Backup", "Occasion", "backing_up", "backups_of", "due", "folder_of", "restoring", "surplus"]

EVERY = timedelta(minutes=30)
ALL = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 9

_NAME = re.compile(
    r"(?P<stem>.+) (?P<at>\d{4}-\d\d-\d\d \d\d-\d\d-\d\d) entry (?P<entry>\d+) (?P<head>[0-9a-f]{12})"
)
_TIME = "%Y-%m-%d %H-%M-%S"


class Occasion(StrEnum):
    """Why a backup would be made now."""

    OPEN = "open"
    CLOSE = "close"
    TIMER = "timer"
    MIGRATION = "migration"
    IMPORT = "import"
    AMENDMENT = "amendment"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """A backup by its file name: when it was made (UTC), and the newest entry and chain head in it."""

    at: datetime
    entry: int
    head: str
    path: Path


def folder_of(study: Path) -> Path:
    """Where the backups of a study are: a folder beside it."""
    return study.with_name(f"{study.stem} backups")


def backups_of(study: Path) -> tuple[Backup, ...]:
    """The backups of a study, newest first."""
    found: list[Backup] = []
    folder = folder_of(study)
    with contextlib.suppress(FileNotFoundError), said_plainly(study):
        names = sorted(folder.glob("*.il2")) if folder.is_dir() else []
        for path in names:
            match = _NAME.fullmatch(path.stem)
            if match and match["stem"] == study.stem:
                with contextlib.suppress(ValueError):
                    at = datetime.strptime(match["at"], _TIME).replace(tzinfo=UTC)
                    found.append(Backup(at, int(match["entry"]), match["head"], path))
    return tuple(sorted(found, reverse=True))


def due(occasion: Occasion, newest: Backup | None, head: Head, now: datetime) -> bool:
    """Whether to make one: never of what is backed up already, and by the timer every 30 minutes at most."""
    if newest is not None and (newest.entry, newest.head) == (head.entry, head.hash[:12]):
        return False
    if occasion is Occasion.TIMER and newest is not None:
        # A backup dated in the future (the clock was set back) must not stop the timer.
        return not timedelta(0) <= now - newest.at < EVERY
    return True


def surplus(backups: Iterable[Backup], now: datetime) -> tuple[Backup, ...]:
    """Which ones may go: kept are all of 2 days, then the newest of 12 days, 10 weeks and 9 months.

    Days, weeks and months count only where there are backups, so a study left alone for a year loses none.
    """
    newest_first = sorted(backups, reverse=True)
    older = [one for one in newest_first if now - one.at > ALL]
    kept = set(newest_first[:1])
    rest = older
    for number, period in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        firsts: dict[str, Backup] = {}
        for one in rest:
            firsts.setdefault(one.at.strftime(period), one)
        chosen = list(firsts.values())[:number]
        kept.update(chosen)
        # What is younger than the last one kept is thinned; the next, coarser period begins after it.
        rest = [one for one in rest if len(chosen) == number and one < chosen[-1]]
    return tuple(one for one in older if one not in kept)


def backing_up(study: Path, occasion: Occasion, now: datetime) -> Job:
    """Make the backup if one is due, check it whole, and only then let surplus ones go.

    Opens the study for itself, in the thread that iterates. `now` has a time zone.
    """
    now = now.astimezone(UTC)
    with contextlib.closing(open_connection(study, read_only=True)) as connection, said_plainly(study):
        known = backups_of(study)
        head = reading.head(connection, None)
        if not due(occasion, known[0] if known else None, head, now):
            return
        folder = folder_of(study)
        target = folder / name_of(study, now, head)
        with copy_said_plainly(target):
            folder.mkdir(exist_ok=True)
        # Where two programs make it in the same second, either's is whole: it was checked before its name.
        with contextlib.suppress(Exists):
            yield from copying(connection, target, reading_lock(connection), unsound=not_sound(study))
    for one in surplus(backups_of(study), now):
        with contextlib.suppress(OSError):
            one.path.unlink()


def name_of(study: Path, now: datetime, head: Head) -> str:
    """The file name of a backup: study, time (UTC), newest entry, first digits of its hash."""
    return f"{study.stem} {now.strftime(_TIME)} entry {head.entry} {head.hash[:12]}.il2"
