"""How a command of the terminal acts on a study: who, why, previewed or done.

Every command that changes something prints with `--json` one document::

    {
        "format": 1,
        "entry": 12,
        "preview": false,
        "patient": "P001",
        "revision": 3,
        "needs_reason": true,
        "moves": [{"code": "C3", "from": "2026-03-30", "to": "2026-04-03"}],
        "changes": [
            {
                "what": "dose",
                "visit": null,
                "cycles": [4, 5],
                "days": null,
                "times": null,
                "injections": 20,
                "from": 4500000,
                "to": 3000000,
                "message": ...,
            }
        ],
        "totals": {"before": {"cycles": 8, "injections": 80, "dose_iu": 360000000}, "after": {...}},
        "findings": [{"kind": ..., "severity": ..., "where": ..., "date": ..., "message": ...}],
        "solved": [...],
        "refused": [...],
    }

`entry` is null where nothing was saved: in a preview, and where a finding refuses (then `refused` names it,
the sentence is on stderr and the exit code is 1). `patient` is null for what concerns the study itself;
`moves` has null for a date there was not, or is no more. `changes` are all else that becomes other: `days`
and `times` are null where it is every one, doses are in international units. `totals` are what is given or
planned in all, null before an enrolment. `revision` is the patient's after the change.
A previewed delay onto closed days also has "open_start", the first start with all days open, as a proposal
of `plan --json`; what concerns the study has "hits", appointments on days that its settings close now:
[{"patient", "code", "planned"}], and "proposals" for these, as `show` has them, each with its "patient". A
redaction has "erases", the numbers of the entries it takes text from.
"""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from il2scheduler import typed_text
from il2scheduler.cli.cloud import cloud_option
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome, document, print_outcome, refused_sentence
from il2scheduler.cli.values import DATE
from il2scheduler.commands.values import MoveCycle, PastCap, PatientCommand
from il2scheduler.i18n import Words, system_language, words
from il2scheduler.refusal import Refusal
from il2scheduler.rules import FindingKind, Proposal, next_open_start
from il2scheduler.store import Stale, StoreRefusal
from il2scheduler.study import Answers, Preview, Study

LANGUAGE = click.Choice(["en", "fr"])
_TRIES = 60
"""How often a command is decided at most; each time another program's change came in between."""


@dataclass(slots=True)
class Session:
    """A study held open over several commands (`apply`), and what hears their outcomes."""

    study: Study
    heard: Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on which study and why, and how the outcome is told."""

    path: Path
    who: str
    reason: str | None
    accept: frozenset[FindingKind]
    past_cap: PastCap | None
    today: date | None
    accept_cloud: bool
    preview: bool
    as_json: bool
    language: str

    @property
    def words(self) -> Words:
        """The language of what is printed."""
        return words(self.language)

    @property
    def answers(self) -> Answers:
        """What the person adds to a command."""
        return Answers(reason=self.reason, accept=self.accept, past_cap=self.past_cap, today=self.today)


def changes(function: Callable[..., int]) -> Callable[..., int]:
    """STUDY and the options of every command that changes something; the command gets an `Acting` first."""

    @functools.wraps(function)
    def acting(**values: Any) -> int:  # noqa: ANN401 - what click read
        typed = _acting(values)
        return _on_fresh_rows(lambda: function(typed, **values))

    return _with(acting, _CHANGE_OPTIONS)


def _on_fresh_rows(act: Callable[[], int]) -> int:
    """Do a command; where somebody else was faster, decide it anew on what is there now.

    Nobody was shown what it would do, so it is as if it had been typed a moment later. A change that a person
    saw in the window first is never decided anew.
    """
    for _ in range(_TRIES - 1):
        try:
            return act()
        except Stale:
            continue
    return act()


def _with(function: Callable[..., int], options: Sequence[Callable[[Any], Any]]) -> Callable[..., int]:
    """STUDY first, then what the command has of its own, then these options."""
    own: list[click.Parameter] = list(getattr(function, "__click_params__", []))
    common: list[click.Parameter] = []
    for option in reversed(options):
        option(function)
    common += getattr(function, "__click_params__", [])[len(own) :]
    vars(function)["__click_params__"] = [*common, *own]
    return click.argument("study", metavar="STUDY")(function)


def for_patient(function: Callable[..., PatientCommand]) -> Callable[..., int]:
    """STUDY, PATIENT and the options of every change; the function only makes the command from its own."""

    def act(acting: Acting, patient: str, revision: int | None, **values: object) -> int:
        command = function(**values)
        with opened(acting) as study:
            with study.snapshot():
                _still_at(study, patient, revision)
                preview = study.preview(patient, command, acting.answers)
            return finish(acting, study, preview)

    functools.update_wrapper(act, function)
    return changes(click.argument("patient", metavar="PATIENT")(_revision_option(act)))


def _still_at(study: Study, patient: str, revision: int | None) -> None:
    """Refuse where the plan is not the one that was looked at; what comes after this is `Stale` to commit."""
    if revision is None:
        return
    now = study.store.head(study.patient_id(patient)).revision
    if now != revision:
        raise Refusal("other-revision", patient=patient, revision=revision, now=now)


def finish(acting: Acting, study: Study, preview: Preview) -> int:
    """Tell a preview, or commit it and tell that; a finding that refuses is said and nothing is saved."""
    decision = preview.decision
    known = preview.basis.patient
    revision = 0 if known is None else study.store.head(known).revision
    outcome = Outcome(preview.code, preview, None, revision + decision.revises)
    if acting.preview:
        tell(acting, replace(outcome, open_start=_open_start(study, preview)))
        return 0
    if decision.refused:
        if acting.as_json and _session() is None:
            echo_json(document(acting.words, outcome))
        raise click.ClickException(refused_sentence(acting.words, decision))
    entry = study.commit(preview)
    tell(acting, Outcome(preview.code, preview, entry, entry.revision))
    return 0


def _open_start(study: Study, preview: Preview) -> Proposal | None:
    """Where a cycle is moved onto closed days: the first start from there on with all its days open."""
    command, before = preview.command, preview.decision.before
    if not isinstance(command, MoveCycle) or before is None:
        return None
    schedule = before.schedule
    asked = preview.decision.after.schedule.start(command.cycle).planned
    if asked is None:
        return None
    clinic = study.clinic(*(schedule.span() or ()), asked)
    offered = next_open_start(schedule, clinic, command.cycle, asked, study.taken(before))
    return None if offered is None or offered.to == asked else offered


def tell(acting: Acting, outcome: Outcome) -> None:
    """Print an outcome, as JSON or for people; within `apply` it is told there."""
    session = _session()
    if session is not None:
        session.heard(outcome)
    elif acting.as_json:
        echo_json(document(acting.words, outcome))
    else:
        print_outcome(acting.words, outcome)


@contextmanager
def opened(acting: Acting) -> Generator[Study]:
    """The study of a command: the one `apply` holds open, or its file."""
    session = _session()
    if session is not None:
        session.study.who = acting.who
        yield session.study
        return
    with open_file(
        acting.path, who=acting.who, read_only=acting.preview, accept_cloud=acting.accept_cloud
    ) as study:
        yield study


def open_file(path: Path, *, who: str, read_only: bool, accept_cloud: bool = False) -> Study:
    """Open a study.

    One whose last writer was interrupted, or of an older version, is opened for writing even to be read:
    reading alone can neither mend it nor bring it to this version.
    """
    try:
        return Study.open(path, who=who, read_only=read_only, accept_cloud=accept_cloud)
    except StoreRefusal as refusal:
        if refusal.kind not in ("store-recovery", "store-older") or not read_only:
            raise
    return Study.open(path, who=who, accept_cloud=accept_cloud)


def reads(function: Callable[..., int]) -> Callable[..., int]:
    """STUDY and the options of every command that only reads; the command gets the open `Study` first."""

    @functools.wraps(function)
    def reading(study: str, **values: object) -> int:
        with open_file(Path(study), who="-", read_only=True) as opened_study:
            return function(opened_study, **values)

    return _with(reading, (language_option,))


def warn_personal(w: Words, *texts: str | None) -> None:
    """A word of caution on stderr where a typed text looks like a birth date, phone or record number."""
    if any(text is not None and typed_text.looks_personal(text) for text in texts):
        said = w(
            "Take care: the text looks as if it held a date of birth, a telephone or a record number; "
            "the study is to hold none."
        )
        click.echo(said, err=True)


def who_acts(typed: str | None) -> str:
    """The name typed or in IL2SCHEDULER_WHO, else the system's user."""
    if typed is None:
        try:
            typed = getpass.getuser()
        except (OSError, KeyError, ImportError):
            raise click.UsageError("Say who acts: --who NAME, or set IL2SCHEDULER_WHO.") from None
    return typed_text.line(typed)


def _acting(values: dict[str, Any]) -> Acting:
    """Take the options of every change out of what was typed."""
    w = words(values["language"])
    reason, who, past_cap = values.pop("reason"), values.pop("who"), values.pop("past_cap")
    today, accepted = values.pop("today"), values.pop("accept")
    if reason is not None:
        reason = typed_text.note(reason)
        warn_personal(w, reason)
    return Acting(
        path=Path(values.pop("study")),
        who=who_acts(who),
        reason=reason,
        accept=frozenset(FindingKind(kind) for kind in accepted),
        past_cap=None if past_cap is None else PastCap(past_cap),
        today=today,
        accept_cloud=values.pop("accept_cloud"),
        preview=values.pop("preview"),
        as_json=values.pop("as_json"),
        language=values.pop("language"),
    )


def in_apply() -> bool:
    """True for a command of a line of `apply`."""
    return _session() is not None


def _session() -> Session | None:
    return click.get_current_context().find_object(Session)


language_option = click.option(
    "--language", type=LANGUAGE, default=system_language, help="Language of the sentences."
)
_revision_option = click.option(
    "--revision",
    type=click.IntRange(min=0),
    metavar="N",
    help="Only where the patient's plan is still at this revision, as `show` and the sheets say it.",
)
_CHANGE_OPTIONS = (
    click.option("--reason", metavar="TEXT", help="Why; needed for whatever changes what was saved."),
    click.option(
        "--accept",
        multiple=True,
        type=click.Choice([kind.value for kind in FindingKind]),
        metavar="KIND",
        help="Accept a finding of this kind that would refuse, with the reason; repeatable.",
    ),
    click.option(
        "--past-cap",
        type=click.Choice([choice.value for choice in PastCap]),
        help="What becomes of cycles that would start past the cap.",
    ),
    click.option(
        "--who", envvar="IL2SCHEDULER_WHO", metavar="NAME", help="Who acts; the system's user when absent."
    ),
    click.option("--today", type=DATE, help="The date taken for today in checks; the site's when absent."),
    cloud_option,
    click.option("--preview", is_flag=True, help="Print what would change; save nothing."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    language_option,
)
