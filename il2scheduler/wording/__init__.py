"""Findings, proposals, statuses and problems said as sentences, in English and French."""

from il2scheduler.wording.alike import finding_lines
from il2scheduler.wording.checks import check_sentence
from il2scheduler.wording.decisions import deviation_sentence, move_sentence, not_given_name
from il2scheduler.wording.differences import difference_line, difference_lines, line_sentence
from il2scheduler.wording.entries import entry_sentence
from il2scheduler.wording.findings import finding_sentence
from il2scheduler.wording.problems import problem_lines, problem_sentence
from il2scheduler.wording.proposals import anchor_sentence, proposal_sentence, unsolved_sentence
from il2scheduler.wording.recorded import recorded_sentences
from il2scheduler.wording.refusals import printable, refusal_sentence
from il2scheduler.wording.site_values import (
    field_name,
    form_name,
    site_value_sentence,
    value_name,
    version_name,
)
from il2scheduler.wording.terms import (
    appointment_name,
    arm_name,
    basis_note,
    cycle_label,
    end_marks,
    on_demand_sentence,
    place_name,
    provenance_name,
    route_name,
    severity_name,
    status_name,
    window_span,
)

__all__ = [
    "anchor_sentence",
    "appointment_name",
    "arm_name",
    "basis_note",
    "check_sentence",
    "cycle_label",
    "deviation_sentence",
    "difference_line",
    "difference_lines",
    "end_marks",
    "entry_sentence",
    "field_name",
    "finding_lines",
    "finding_sentence",
    "form_name",
    "line_sentence",
    "move_sentence",
    "not_given_name",
    "on_demand_sentence",
    "place_name",
    "printable",
    "problem_lines",
    "problem_sentence",
    "proposal_sentence",
    "provenance_name",
    "recorded_sentences",
    "refusal_sentence",
    "route_name",
    "severity_name",
    "site_value_sentence",
    "status_name",
    "unsolved_sentence",
    "value_name",
    "version_name",
    "window_span",
]
