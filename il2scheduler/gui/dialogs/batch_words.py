"""What a command for many patients changes, and for whom it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence

from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.preview_table import Cells, rows_of
from il2scheduler.study import Preview

_MOST_ROWS = 60


def rows(previews: Sequence[Preview]) -> tuple[Cells, ...]:
    """What changes for each patient; of many patients the first."""
    w = language.current()
    found: list[Cells] = []
    for at, one in enumerate(previews):
        if len(found) >= _MOST_ROWS:
            left = len(previews) - at
            more = w.plural("and {count} patient more", "and {count} patients more", left)
            found.append((more, "", "", ""))
            break
        for what, was, becomes, days in rows_of(one.decision):
            found.append((w("{patient}: {what}", patient=one.code, what=what), was, becomes, days))
    return tuple(found)


def summary(what: str, previews: Sequence[Preview]) -> str:
    """What happens to how many, for how many dates move, and whom it cannot be done for."""
    w = language.current()
    lines = [what]
    moved = sum(bool(one.decision.moves()) for one in previews)
    if moved:
        lines.append(w.plural("Dates move for {count} of them.", "Dates move for {count} of them.", moved))
    for one in previews:
        protocol = one.decision.after.schedule.protocol
        for finding in one.decision.refused[:1]:
            said = sentences.finding(finding, protocol)
            lines.append(w("{patient}: {sentence}", patient=one.code, sentence=said))
    return "\n".join(lines)
