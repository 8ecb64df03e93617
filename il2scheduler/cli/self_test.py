"""`il2scheduler self-test`: whether this installation works, tried on this computer with its own files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from il2scheduler import library, resources
from il2scheduler import plan as planning
from il2scheduler.cli.acting import LANGUAGE
from il2scheduler.commands.values import Enrol, GiveCourse
from il2scheduler.i18n import LANGUAGES, N_, system_language, words
from il2scheduler.protocol import Protocol
from il2scheduler.study import Settings, Study, tabling
from il2scheduler.version import VERSION

START = date(2026, 1, 5)


@click.command("self-test")
@click.option("--language", type=LANGUAGE, default=system_language, help="Language of the sentences.")
def self_test(*, language: str) -> int:
    """Try this installation: templates, dates, documents, calendars and a study file."""
    w = words(language)
    click.echo(f"il2scheduler {VERSION}")
    failed = 0
    for name, tried in _TESTS.items():
        try:
            tried()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the others are tried as well
            failed += 1
            click.echo(w("FAILED: {what} ({kind})", what=w(name), kind=type(error).__name__))
        else:
            click.echo(w("ok: {what}", what=w(name)))
    if failed:
        click.echo(w("This installation does not work; install it again."), err=True)
    return 1 if failed else 0


class _Wrong(Exception):  # noqa: N818 - caught here, and only its name is shown
    """A result is not what it must be."""


def _expect(right: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not right:
        raise _Wrong


def _protocol(code: str) -> tuple[str, Protocol]:
    template = library.find(code)
    protocol = template.file.protocol()
    if protocol is None:
        raise _Wrong
    return template.path.read_text("utf-8"), protocol


def _try_files() -> None:
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        _expect(resources.path("fonts", name).is_file())
    _expect(words("fr")("cycle {number}", number=3) == "cure 3")


def _try_templates() -> None:
    shipped = [template for template in library.templates() if template.shipped]
    _expect(len(shipped) >= 2 and not any(template.file.problems for template in shipped))


def _plan() -> planning.Plan:
    return planning.make(planning.Request(_protocol("anrs-123-etoile")[1], START, arm="il2"))


def _try_dates() -> None:
    totals = _plan().schedule.totals()
    _expect((totals.cycles, totals.injections, totals.dose_iu) == (8, 80, 360_000_000))
    _expect(_plan().schedule.appointment("W52").planned == date(2027, 1, 4))


def _try_documents() -> None:
    for language in LANGUAGES:
        made = {
            name: make()
            for name, make in planning.documents(_plan(), planning.Edition(language=language)).items()
        }
        _expect(len(made) == 6)
        for name, data in made.items():
            start = {".pdf": b"%PDF-", ".ics": b"BEGIN:VCALENDAR\r\n", ".csv": b"\xef\xbb\xbf"}[name[-4:]]
            _expect(data.startswith(start))


def _try_study() -> None:
    text, protocol = _protocol("anrs-123-etoile")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "self-test.il2"
        with Study.create(path, (text, protocol, "shipped"), Settings(study_id=""), who="self-test") as study:
            study.execute("P001", Enrol("P001", 1, "il2", START))
            study.execute("P001", GiveCourse(1))
            study.undo()
            study.redo()
        with Study.open(path, who="self-test") as study:
            _expect(study.store.verify().sound)
            supply = tabling.made(study, tabling.Kind.SUPPLY, language="fr", first=START, ending=".xlsx")
            _expect(supply.startswith(b"PK"))


_TESTS: dict[str, Callable[[], None]] = {
    N_("files that ship: fonts and languages"): _try_files,
    N_("protocol templates"): _try_templates,
    N_("dates and doses"): _try_dates,
    N_("calendar, sheets and table, in English and French"): _try_documents,
    N_("study file: saved, undone, read again and verified"): _try_study,
}
