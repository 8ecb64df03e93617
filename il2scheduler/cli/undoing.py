"""Commands that take back or mend entries: undo, redo, correct, redact."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import click

from il2scheduler import typed_text
from il2scheduler.cli.acting import Acting, changes, finish, opened, tell
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome, document, refused_sentence
from il2scheduler.cli.recorded import CLOCK, CODE, DAY, DOSE, MOMENT
from il2scheduler.cli.values import DATE
from il2scheduler.commands.values import CorrectInjection, CorrectVisit, PatientCommand
from il2scheduler.ledger import Entry
from il2scheduler.refusal import Refusal
from il2scheduler.schedule import NotGiven
from il2scheduler.study import Revert, Study, taking_back
from il2scheduler.study.commands_json import as_json
from il2scheduler.wording import printable

_INJECTION_RECORDS = ("give", "give-course", "not-given", "withhold", "correct-injection")
_VISIT_RECORDS = ("visit", "correct-visit")


@click.command()
@changes
@click.option("--entry", type=click.IntRange(1), help="The entry to undo; your own latest when absent.")
def undo(acting: Acting, *, entry: int | None) -> int:
    """Undo an entry by a new one; nothing is erased.

    A completed or an amended protocol is taken back for all its patients; with --entry too, where that is
    the entry of the study. That of a patient is taken back for that patient.
    """
    with opened(acting) as study:
        whole = taking_back.to_undo(study, entry)
        if whole:
            return _all_of(acting, study, whole, "undo")
        revert = study.preview_undo(entry, acting.reason)
        needs = not study.made_here(_entry(study, revert.new.reverts or 0))
        return _finish(acting, study, revert, needs_reason=needs)


@click.command()
@changes
def redo(acting: Acting) -> int:
    """Redo what was undone last, when nothing else was done since."""
    with opened(acting) as study:
        whole = taking_back.to_redo(study)
        if whole:
            return _all_of(acting, study, whole, "redo")
        return _finish(acting, study, study.preview_redo(acting.reason))


def _all_of(acting: Acting, study: Study, entries: tuple[Entry, ...], name: str) -> int:
    """Take back, or put in again, all entries of a batch; told by the one of the study, where it has one."""
    of_study = next((entry for entry in entries if entry.patient is None), entries[0])
    made: Entry | None = None
    needs = name == "undo" and not all(study.made_here(entry) for entry in entries)
    if acting.preview:
        taking_back.check(study, entries)
    else:
        done = taking_back.take_back(study, entries, name, acting.reason)
        made = next(entry for entry in done if entry.reverts == of_study.number)
    told = as_json({"command": name, "entry": of_study.number})
    tell(acting, Outcome(None, None, made, 0, command=told, needs_reason=needs, reason=acting.reason))
    rows = study.store.patients()
    codes = sorted(str(rows[number]["code"]) for number in rows.keys() & {e.patient for e in entries})
    if codes and not acting.as_json:
        listed = printable(", ".join(codes))
        click.echo(acting.words("For the patients: {codes}", codes=listed))
    return 0


def _finish(acting: Acting, study: Study, revert: Revert, *, needs_reason: bool = False) -> int:
    new, decision = revert.new, revert.decision
    known = 0 if new.patient is None else study.store.head(new.patient).revision
    outcome = Outcome(
        revert.patient,
        None,
        None,
        known + new.revises,
        decision=decision,
        command=new.command,
        needs_reason=needs_reason,
        reason=acting.reason,
    )
    if acting.preview:
        tell(acting, outcome)
        return 0
    if decision is not None and decision.refused:
        if acting.as_json:
            echo_json(document(acting.words, outcome))
        raise click.ClickException(refused_sentence(acting.words, decision))
    entry = study.commit_revert(revert)
    tell(acting, replace(outcome, entry=entry, revision=entry.revision))
    return 0


@click.command()
@changes
@click.option("--entry", type=click.IntRange(1), required=True, help="The entry that recorded it.")
@click.option("--day", type=DAY, help="The day, where the entry records several injections.")
@click.option("--time", "slot", type=CLOCK, help="The planned time, where it records several.")
@click.option("--given", is_flag=True, help="It was given after all.")
@click.option("--at", type=MOMENT, help="When it was given.")
@click.option("--dose", type=DOSE, help="Million international units given.")
@click.option("--site", metavar="TEXT", help="Where on the body.")
@click.option("--batch", metavar="TEXT", help="The batch number.")
@click.option("--by", metavar="NAME", help="Who gave it.")
@click.option("--code", type=CODE, help="It was not given, for this reason.")
@click.option("--done", type=DATE, help="A visit: the date on which it was done.")
@click.option("--missed", is_flag=True, help="A visit: it was missed.")
@click.option("--note", metavar="TEXT", help="The note on it.")
def correct(acting: Acting, *, entry: int, **told: Any) -> int:  # noqa: ANN401 - the options above
    """Correct what an entry recorded, by a new entry; what is left out stays, an empty text empties it."""
    told["clear"] = tuple(name for name in ("site", "batch", "by", "note") if told[name] == "")
    for name in ("site", "batch", "by"):
        told[name] = typed_text.line(told[name]) if told[name] else None
    told["note"] = typed_text.note(told["note"]) if told["note"] else None
    with opened(acting) as study:
        code, command = _correction(study, entry, told)
        return finish(acting, study, study.preview(code, command, acting.answers))


def _correction(study: Study, number: int, told: dict[str, Any]) -> tuple[str, PatientCommand]:
    entry = _entry(study, number)
    facts = json.loads(entry.command)
    name = facts.get("command")
    if entry.patient not in study.patients() or name not in (*_INJECTION_RECORDS, *_VISIT_RECORDS):
        raise Refusal("entry-records-nothing", entry=number)
    code = _code(study, entry)
    if name in _VISIT_RECORDS:
        return code, _visit_correction(str(facts["visit"]), told)
    day: int | None = told["day"] if told["day"] is not None else facts.get("day")
    slot: time | None = told["slot"]
    if slot is None and "slot" in facts:
        slot = time.fromisoformat(facts["slot"])
    if day is None or slot is None:
        raise Refusal("entry-several", entry=number)
    if told["done"] is not None or told["missed"]:
        raise click.UsageError("Entry records an injection; --done and --missed are for visits.")
    given_at: datetime | None = told["at"]
    not_given = None if told["code"] is None else NotGiven(told["code"])
    if told["given"] and not_given is not None:
        raise click.UsageError("Give either --given or --code.")
    command = CorrectInjection(
        cycle=int(facts["cycle"]),
        day=day,
        slot=slot,
        given=True if told["given"] else None,
        at=given_at,
        dose_iu=told["dose"],
        site=told["site"],
        batch=told["batch"],
        by=told["by"],
        not_given=not_given,
        note=told["note"],
        clear=told["clear"],
    )
    return code, command


def _visit_correction(visit: str, told: dict[str, Any]) -> PatientCommand:
    done: date | None = told["done"]
    if told["missed"] == (done is not None):
        raise click.UsageError("The entry records a visit: give either --done DATE or --missed.")
    return CorrectVisit(visit, done, told["note"], told["clear"] if "note" in told["clear"] else ())


def _code(study: Study, entry: Entry) -> str:
    return str(study.patients()[entry.patient or 0]["code"])


def _entry(study: Study, number: int) -> Entry:
    try:
        return study.store.entry(number)
    except KeyError:
        raise Refusal("no-entry", entry=number, last=study.store.last_entry()) from None


@click.command()
@changes
@click.option("--entry", type=click.IntRange(1), required=True, help="The entry where it was typed.")
@click.option("--text", "texts", multiple=True, metavar="TEXT", help="Only this text; repeatable.")
def redact(acting: Acting, *, entry: int, texts: tuple[str, ...]) -> int:
    """Erase personal data typed by mistake; the entry and its place in the chain stay.

    Without --text all that was typed in the entry goes, and the same text wherever else it stands of the
    patient, in later entries too; --preview names those entries.
    """
    with opened(acting) as study:
        found = _entry(study, entry)
        code = None if found.patient not in study.patients() else _code(study, found)
        revision = 0 if found.patient is None else study.store.head(found.patient).revision
        erased = study.preview_redact(entry, texts)
        if acting.preview:
            told = as_json({"command": "redact", "entry": entry})
            outcome = Outcome(code, None, None, revision, command=told, erases=erased, needs_reason=True)
            tell(acting, replace(outcome, reason=acting.reason))
            return 0
        made = study.redact(entry, acting.reason, texts)
        tell(acting, Outcome(code, None, made, made.revision, erases=erased, needs_reason=True))
    return 0
