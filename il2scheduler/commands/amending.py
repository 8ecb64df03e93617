"""Put a patient on another version of the protocol: what people chose goes with what it was chosen for."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from il2scheduler.commands.rows import Enrolled, narrowness
from il2scheduler.commands.state import Context, Draft, PatientState
from il2scheduler.commands.values import Amend
from il2scheduler.patient import PlaceChoice
from il2scheduler.protocol import Arm, CycleTemplate
from il2scheduler.refusal import Refusal


def amend(command: Amend, state: PatientState, context: Context) -> Draft:
    """Another version of the protocol; what is recorded stays as it was recorded."""
    protocol = context.protocols[command.protocol]
    arms = [arm.code for arm in protocol.arms]
    if state.patient.arm not in arms:
        raise Refusal("arm", found=state.patient.arm, known=", ".join(arms))
    old, new = state.schedule.arm, protocol.arm(state.patient.arm)
    chosen = {_of(moved): moved for moved in (_moved(one, old, new) for one in state.patient.places)}
    patient = state.patient._replace(places=tuple(sorted(chosen.values(), key=narrowness)))
    return Draft(patient, protocol, Enrolled(state.enrolled.id, command.protocol))


def _of(choice: PlaceChoice) -> tuple[int | None, int | None, time | None]:
    return choice.cycle, choice.day, choice.at


def _moved(choice: PlaceChoice, old: Arm, new: Arm) -> PlaceChoice:
    """A place chosen for the evening is of the evening still where the new version has it at another hour."""
    if choice.at is None:
        return choice
    becomes = {cycle.number: cycle for cycle in new.possible_cycles}
    for cycle in old.possible_cycles:
        following = becomes.get(cycle.number)
        if following is None or choice.cycle not in (None, cycle.number):
            continue
        was, times = _times(cycle), _times(following)
        if choice.at in was and len(was) == len(times):
            return replace(choice, at=times[was.index(choice.at)])
    return choice


def _times(cycle: CycleTemplate) -> list[time]:
    """The clock times of a cycle's injections, in order."""
    return sorted({injection.time for day in cycle.days for injection in day.injections})
