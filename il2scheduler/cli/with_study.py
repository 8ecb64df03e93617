"""Every command that works on a study file."""

from __future__ import annotations

import click

from il2scheduler.cli import (
    amending,
    archiving,
    calendars,
    closures,
    cycles,
    demo,
    histories,
    importing,
    keeping,
    lists,
    outputs,
    patients,
    prints,
    recording,
    site_value,
    study,
    tabling,
    undoing,
    visits,
)
from il2scheduler.cli.apply import apply_of

CHANGING: tuple[click.Command, ...] = (
    patients.enrol,
    patients.anchor,
    cycles.delay,
    cycles.omit,
    visits.move,
    visits.unscheduled,
    recording.give,
    recording.not_given,
    recording.withhold,
    visits.visit,
    cycles.dose_level,
    cycles.gate,
    patients.stop,
    patients.withdraw,
    patients.note,
    undoing.correct,
    undoing.redact,
    cycles.place,
    cycles.date_cycle,
    cycles.evening_start,
    visits.event,
    undoing.undo,
    undoing.redo,
    closures.closure,
    site_value.site_value,
)
"""Commands that `apply` also takes, one a line."""

for _command in (keeping.verify, keeping.backup, keeping.restore, demo.demo):
    study.study.add_command(_command)

COMMANDS: tuple[click.Command, ...] = (
    study.study,
    *CHANGING,
    amending.amend,
    lists.show,
    lists.agenda,
    histories.history,
    lists.deviations_,
    prints.check_print_,
    importing.import_patients,
    archiving.archive,
    apply_of(CHANGING),
    calendars.calendar,
    outputs.sheets_,
    tabling.table,
)
