"""Commands on a patient as a whole: enrol, anchor, stop, withdraw, note."""

from __future__ import annotations

from datetime import date

import click

from il2scheduler import typed_text
from il2scheduler.cli.acting import Acting, changes, finish, for_patient, opened, warn_personal
from il2scheduler.cli.recorded import DOSE
from il2scheduler.cli.values import DATE
from il2scheduler.commands.values import AddNote, Enrol, Keep, PatientCommand, SetAnchor, Stop, Withdraw
from il2scheduler.i18n import system_language, words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study


@click.command()
@changes
@click.argument("patient", metavar="PATIENT")
@click.option("--protocol", metavar="CODE", help="The protocol, where the study holds several.")
@click.option("--arm", required=True, metavar="CODE", help="The arm.")
@click.option("--start", type=DATE, help="The anchor date; without it the schedule has no dates.")
@click.option("--dose", type=DOSE, help="The prescribed dose, where the protocol doses per patient.")
@click.option("--avoid-closed-days", is_flag=True, help="Move whole courses and visits off closed days.")
def enrol(
    acting: Acting,
    *,
    patient: str,
    protocol: str | None,
    arm: str,
    start: date | None,
    dose: int | None,
    avoid_closed_days: bool,
) -> int:
    """Enrol a patient in an arm of a protocol of the study."""
    code = typed_text.patient_code(patient)
    with opened(acting) as study:
        number = protocol_number(study, protocol)
        command = Enrol(code, number, arm, start, dose, avoid_closed_days)
        return finish(acting, study, study.preview(code, command, acting.answers))


def protocol_number(study: Study, code: str | None) -> int:
    """The row id of the newest version of a protocol of the study; the only one where no code is given."""
    newest = {entry.protocol.code: number for number, entry in sorted(study.protocols.items())}
    if code is None:
        if len(newest) > 1:
            raise Refusal("protocol-needed", known=", ".join(newest))
        return max(newest.values())
    if code not in newest:
        raise Refusal("no-protocol", found=code[:60], known=", ".join(newest))
    return newest[code]


@click.command()
@for_patient
@click.option("--date", "to", type=DATE, required=True, help="The anchor date.")
@click.option(
    "--chosen",
    type=click.Choice([choice.value for choice in Keep]),
    help="Keep or clear dates that were chosen by hand.",
)
def anchor(*, to: date, chosen: str | None) -> PatientCommand:
    """Set or correct the anchor date; recorded appointments stay."""
    return SetAnchor(to, None if chosen is None else Keep(chosen))


@click.command()
@for_patient
@click.option("--on", type=DATE, required=True, help="The first day without treatment.")
def stop(*, on: date) -> PatientCommand:
    """Stop the treatment: unrecorded injections from that day on are cancelled, visits stay."""
    return Stop(on)


@click.command()
@for_patient
@click.option("--on", type=DATE, required=True, help="The day of the withdrawal.")
@click.option("--lost", is_flag=True, help="The patient is lost to follow-up.")
def withdraw(*, on: date, lost: bool) -> PatientCommand:
    """Withdraw the patient: every unrecorded appointment after that day is cancelled."""
    return Withdraw(on, lost)


@click.command()
@for_patient
@click.option("--text", required=True, metavar="TEXT", help="The note.")
def note(*, text: str) -> PatientCommand:
    """Add a note to the patient."""
    plain = typed_text.note(text)
    warn_personal(words(system_language()), plain)
    return AddNote(plain)
