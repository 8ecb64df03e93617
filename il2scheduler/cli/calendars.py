"""`il2scheduler calendar`: the appointments of a study as calendar files."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from il2scheduler.calendars import Alarm
from il2scheduler.cli.acting import language_option, open_file, who_acts
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.progress import run_job
from il2scheduler.cli.values import OUT_ICS
from il2scheduler.i18n import N_, Words, words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, calendar_files
from il2scheduler.study.calendar_files import Content
from il2scheduler.study.calendar_targets import Export, Known, Target, folded, last_export, name_of, targets
from il2scheduler.study.exporting import Maker, Making, writing

SUFFIX = ".ics"
MAX_MINUTES = 14 * 24 * 60
_PATH_HELP = N_("A file (NAME.ics), or a folder for one file a patient.")


@click.command()
@click.argument("study", metavar="STUDY")
@click.option(
    "--patient",
    "patients",
    multiple=True,
    metavar="CODE",
    help="Of this patient; repeatable; all when absent.",
)
@click.option(
    "--profile",
    type=click.Choice(["file", "clinic", "subscription", "changes"]),
    default="file",
    show_default=True,
    help="One file a patient; all in one; one that calendar programs subscribe to; or only what changed or "
    "was cancelled since the last export to --target.",
)
@click.option("--target", metavar="NAME", help="For whom; the study remembers what they were given last.")
@click.option("--public", is_flag=True, help="Everybody sees the events: for a mailbox that a team shares.")
@click.option("--doses", is_flag=True, help="Say the dose of each injection; never of a blinded arm.")
@click.option(
    "--reminder",
    type=click.IntRange(0, MAX_MINUTES),
    metavar="MINUTES",
    help="Remind so long before; for whole days at nine in the morning of the day before.",
)
@click.option("--to-server", is_flag=True, help="As a CalDAV server takes it: without a METHOD.")
@click.option("--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who exports; needed with --target.")
@cloud_option
@language_option
@click.option("--out", type=OUT_ICS, required=True, metavar="PATH", help=_PATH_HELP)
def calendar(  # noqa: PLR0913 - one argument for each option of the contract
    study: str,
    *,
    patients: tuple[str, ...],
    profile: str,
    target: str | None,
    public: bool,
    doses: bool,
    reminder: int | None,
    to_server: bool,
    who: str | None,
    accept_cloud: bool,
    language: str,
    out: str,
) -> int:
    """Write the appointments as calendar files (.ics)."""
    if profile == "changes" and target is None:
        raise click.UsageError("--profile changes needs --target NAME: for whom.")
    content = Content(
        language,
        private=not public,
        alarm=None if reminder is None else Alarm(timedelta(minutes=reminder)),
        doses=doses,
        refresh=calendar_files.REFRESH if profile == "subscription" else None,
        to_server=to_server,
    )
    # Only what a target was given is written into the study.
    read_only = target is None
    acts = "-" if read_only else who_acts(who)
    with open_file(Path(study), who=acts, read_only=read_only, accept_cloud=accept_cloud) as held:
        if target is not None and held.store.read_only:
            raise Refusal("target-not-kept", file=held.store.path.name)
        export = _Exporting(held, words(language), content, profile, patients)
        if target is None:
            export.write(Path(out))
        else:
            export.write_for(name_of(target), Path(out), study)
    return 0


class _NothingNew(Exception):  # noqa: N818 - not a fault
    """The target lacks nothing, so that no file is to be written."""


class _Exporting:
    """One export: of whom, as which profile, saying what."""

    def __init__(
        self, study: Study, w: Words, content: Content, profile: str, patients: tuple[str, ...]
    ) -> None:
        self.study, self.w, self.content, self.profile = study, w, content, profile
        self.every = calendar_files.codes(study)
        for code in patients:
            if code not in self.every:
                raise Refusal("no-patient", found=code[:60])
        self.some = bool(patients)
        self.codes = tuple(dict.fromkeys(patients)) or tuple(self.every)

    def write(self, out: Path) -> None:
        """Write the files, all or none."""
        if not self.codes:
            click.echo(self.w("No patient is enrolled yet."))
            return
        files = self._files(out)
        run_job(self.w("Writing"), writing(self.study, files))
        for path in files:
            click.echo(self.w("written: {file}", file=path))

    def write_for(self, name: str, out: Path, shown: str) -> None:
        """Write for a target, and remember that it was given this."""
        up_to, events = self.study.store.last_entry(), None
        if self.profile != "changes":
            self.write(out)
        else:
            target = targets(self.study.store).get(folded(name))
            known = Known() if target is None else target.known
            counts = self._write_changes(out, known)
            if target is None:
                click.echo(
                    self.w("Nothing was exported to {target} before: all appointments are new.", target=name)
                )
            else:
                events = sum(counts.values())
                self._say_changes(target, counts)
                self._say_prints(known, counts, shown)
        if not self.codes or events == 0:
            return
        numbers = [number for code in self.codes for number in self.every[code]] if self.some else None
        self.study.mark_exported(Export(name, up_to, self.profile, events, numbers))

    def _write_changes(self, out: Path, known: Known) -> Mapping[str, int]:
        path, counts = self._one(out, "changes"), dict[str, int]()

        def making(study: Study) -> Making:
            data = yield from calendar_files.changes(study, self.codes, self.content, known, counts)
            if not counts:
                raise _NothingNew
            return data

        try:
            run_job(self.w("Writing"), writing(self.study, {path: making}))
        except _NothingNew:
            return {}
        click.echo(self.w("written: {file}", file=path))
        return counts

    def _say_changes(self, target: Target, counts: Mapping[str, int]) -> None:
        w, last = self.w, last_export(self.study.store, target)
        zone = ZoneInfo(self.study.settings.timezone)
        day = "-" if last is None else w.staff_date(datetime.fromisoformat(last.at).astimezone(zone).date())
        said = {"target": target.name, "date": day}
        if not counts:
            click.echo(w("Nothing has changed for {target} since {date}; no file was written.", **said))
            return
        text = w.plural(
            "{count} appointment is new, changed or cancelled since the last export to {target}, {date}.",
            "{count} appointments are new, changed or cancelled since the last export to {target}, {date}.",
            sum(counts.values()),
            **said,
        )
        click.echo(text)

    def _say_prints(self, known: Known, counts: Mapping[str, int], shown: str) -> None:
        """The commands that print the lists of what changed, to hand out with the file."""
        revisions = {code: calendar_files.revision_known(self.study, code, known) for code in counts}
        listed = [(code, revision) for code, revision in revisions.items() if revision is not None]
        if listed:
            click.echo(self.w("To print what changed:"))
        for code, revision in listed:
            since = f"--patient {code} --since {revision} --out {code}-what-changed.pdf"
            click.echo(f"  il2scheduler sheets {shlex.quote(shown)} --kind changes {since}")

    def _files(self, out: Path) -> dict[Path, Maker]:
        content, one_file = self.content, _names_file(out)
        if self.profile == "clinic" or (self.profile == "subscription" and one_file and len(self.codes) > 1):
            make = partial(calendar_files.clinic_calendar, wanted=self.codes, content=content)
            return {self._one(out, "clinic"): make}
        if not one_file:
            paths = {out / f"{code}{SUFFIX}": code for code in self.codes}
        elif len(self.codes) == 1:
            paths = {out: self.codes[0]}
        else:
            raise Refusal("one-calendar-file", file=out.name, count=len(self.codes))
        of_one = calendar_files.calendar
        return {path: partial(of_one, code=code, content=content) for path, code in paths.items()}

    def _one(self, out: Path, name: str) -> Path:
        return out if _names_file(out) else out / f"{name}{SUFFIX}"


def _names_file(out: Path) -> bool:
    return out.suffix.lower() == SUFFIX and not out.is_dir()
