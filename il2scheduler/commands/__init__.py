"""What staff can do, and `decide`: the one place where it is settled what a command changes."""

from il2scheduler.commands.decide import committable, decide, settle
from il2scheduler.commands.rows import Enrolled, appointments_of, difference, patient_of, revises, rows_of
from il2scheduler.commands.state import Context, Decision, Draft, Move, PatientState
from il2scheduler.commands.texts import readable

__all__ = [
    "Context",
    "Decision",
    "Draft",
    "Enrolled",
    "Move",
    "PatientState",
    "appointments_of",
    "committable",
    "decide",
    "difference",
    "patient_of",
    "readable",
    "revises",
    "rows_of",
    "settle",
]
