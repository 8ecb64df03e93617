"""Care of a study file: checking it whole, copying it, making a study of a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from il2scheduler import store as stores
from il2scheduler.jobs import Job, Progress
from il2scheduler.store import Fault, Occasion, Verdict
from il2scheduler.study.acting import now_utc

__all__ = [
    "Occasion",
    "Target",
    "Verdict",
    "backing_up",
    "copied_elsewhere",
    "fault_facts",
    "restoring",
    "verifying",
]


@dataclass(slots=True)
class Target:
    """Where a copy goes: a new file, or None for the folder of backups; then the file that was made."""

    path: Path | None = None


def verifying(path: Path, verdict: Verdict) -> Job:
    """Check a study that nobody needs to have open; a broken one is judged, something else is refused."""
    return stores.checking(path, verdict)


def backing_up(
    path: Path, target: Target, now: datetime | None = None, *, occasion: Occasion = Occasion.ASKED
) -> Job:
    """Copy a study and check the copy; `target.path` stays None where nothing changed since the last one."""
    if target.path is not None:
        yield Progress(0, 1, target.path.name)
        with stores.open_(path, program="", read_only=True) as study:
            study.backup(target.path)
        return
    known = {backup.path for backup in stores.backups_of(path)}
    yield from stores.backing_up(path, occasion, now or now_utc())
    made = [backup.path for backup in stores.backups_of(path) if backup.path not in known]
    target.path = made[0] if made else None


def copied_elsewhere(path: Path) -> str | None:
    """The service that copies the folder of a file elsewhere, if one does."""
    folder = stores.folder_of(path)
    return folder.detail if folder.kind is stores.Kind.CLOUD else None


def restoring(backup: Path, new: Path, *, accept_cloud: bool = False) -> Job:
    """Make a new study file of a backup that is found whole; `CloudFolder` as where a study is opened."""
    stores.refuse_cloud(new, accepted=accept_cloud)
    return stores.restoring(backup, new)


def fault_facts(verdict: Verdict, fault: Fault) -> dict[str, str | int | None]:
    """What a check found, as plain values; `code` is the patient's."""
    return {
        "wrong": fault.wrong.value,
        "entry": fault.entry,
        "patient": fault.patient,
        "code": None if fault.patient is None else verdict.codes.get(fault.patient, str(fault.patient)),
        "table": None if fault.table is None else fault.table.value,
        "key": None if fault.key is None else "/".join(str(part) for part in fault.key),
        "detail": fault.detail,
    }
