"""`il2scheduler check-print`: whether a print is of this study, and still current.

With `--json` one document::

    {"format": 1, "patient", "result": "current"|"superseded"|"unknown", "revision", "by", "unenrolled",
     "since": [{"what": "protocol"|"product", "entry", "at", "who", "reason"}]}

"patient" is null for a day or week list; "by" is null or the entry that superseded the print:
{"entry", "at", "who", "reason"}; "unenrolled" is true for a print of a patient whose enrolment was undone.
"since" is of a current print: what else on it may be another, as the plan is the same but not the protocol's
windows, or the pharmacy's product and with it the volumes.
"""

from __future__ import annotations

from datetime import date

import click

from il2scheduler.cli.acting import reads
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.histories import local_time
from il2scheduler.cli.values import DATE
from il2scheduler.i18n import Words, words
from il2scheduler.ledger import Entry
from il2scheduler.study import Study
from il2scheduler.study.clinic_lists import week_of
from il2scheduler.study.lists import check_list_print, check_print
from il2scheduler.study.telling import Telling
from il2scheduler.wording import entry_sentence, printable

_HEAD_DIGITS = 12
_MAX_REVISION = 999_999_999


@click.command("check-print")
@reads
@click.option(
    "--patient", metavar="CODE", help="The patient's code on the print; none on a day or week list."
)
@click.option(
    "--revision", type=click.IntRange(0, _MAX_REVISION), required=True, help="The revision on the print."
)
@click.option("--head", required=True, metavar="HEX12", help="The 12 digits on the print.")
@click.option("--on", type=DATE, help="The day of a day list: what changed on other days does not count.")
@click.option("--week", type=DATE, help="A date in the week of a week list: as --on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check_print_(
    study: Study,
    *,
    patient: str | None,
    revision: int,
    head: str,
    on: date | None,
    week: date | None,
    language: str,
    as_json: bool,
) -> int:
    """Say whether a print is current; exit 1 when it is not."""
    digits = head.strip().lower()
    if len(digits) < _HEAD_DIGITS or any(digit not in "0123456789abcdef" for digit in digits):
        raise click.UsageError("--head is the 12 digits (0 to 9, a to f) printed beside the revision.")
    if (on is not None or week is not None) and (patient is not None or (on and week)):
        raise click.UsageError("--on or --week goes with a list: leave out --patient, and give one of them.")
    w = words(language)
    with study.snapshot():
        if patient is None:
            first, last = (on, on) if week is None else week_of(week)
            checked = check_list_print(study, revision, digits, first, last)
        else:
            checked = check_print(study, patient, revision, digits)
        by = checked.superseded_by
        what = "" if by is None else _superseding(w, study, by, of_list=patient is None)
        since = [_since(w, study, kind, entry) for kind, entry in checked.since]
    result = "unknown" if not checked.known else "current" if checked.current else "superseded"
    if as_json:
        echo_json(
            {
                "format": 1,
                "patient": patient,
                "result": result,
                "revision": checked.revision,
                "by": None if by is None else _told(by),
                "unenrolled": checked.unenrolled,
                "since": [{"what": what, **_told(entry)} for what, entry in checked.since],
            }
        )
    elif result == "current":
        click.echo(w("current"))
        for said in since:
            click.echo(said)
    elif by is None:
        said = w("not from this study") if result == "unknown" else w("superseded")
        click.echo(said)
    elif checked.unenrolled:
        said = w(
            "superseded: it is of a patient {patient} whose enrolment was undone on {at} by {who}. "
            "Because: {reason}",
            patient=printable(patient or ""),
            at=local_time(w, by.at, study.settings.timezone),
            who=printable(by.who),
            reason=printable(by.reason or "-"),
        )
        click.echo(said)
    else:
        said = w(
            "superseded since {at} by {who}: {what} Because: {reason}",
            at=local_time(w, by.at, study.settings.timezone),
            who=printable(by.who),
            what=what,
            reason=printable(by.reason or "-"),
        )
        click.echo(said)
    return 0 if result == "current" else 1


def _told(entry: Entry) -> dict[str, object]:
    return {"entry": entry.number, "at": entry.at, "who": entry.who, "reason": entry.reason}


def _since(w: Words, study: Study, what: str, entry: Entry) -> str:
    """What else on a current sheet may be another, and since when."""
    facts = {
        "at": local_time(w, entry.at, study.settings.timezone),
        "who": printable(entry.who),
        "what": entry_sentence(w, entry.command, Telling(study).protocol(entry.patient)),
    }
    if what == "product":
        return w(
            "The pharmacy's product was changed on {at} by {who}: a dosing sheet that was printed before "
            "does not show its volumes; print it anew. {what}",
            **facts,
        )
    return w(
        "What else the protocol says, such as windows, was changed on {at} by {who}, and this print shows it "
        "as it was: the dates and doses are the same. {what}",
        **facts,
    )


def _superseding(w: Words, study: Study, entry: Entry, *, of_list: bool) -> str:
    """What the entry did that made a print old, and for a list of whom."""
    telling = Telling(study)
    said = entry_sentence(w, entry.command, telling.protocol(entry.patient))
    code = telling.code(entry.patient)
    return said if not of_list or code is None or code in said else f"{printable(code)}: {said}"
