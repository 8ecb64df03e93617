"""An amended protocol: put into the study once, and every patient put on it in one undertaking."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from il2scheduler.commands import committable
from il2scheduler.commands.values import Amend
from il2scheduler.ledger import Entry, NewEntry, Table
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Preview, Study, protocol_change
from il2scheduler.study.acting import Basis, prepare, said
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.reading import StudyProtocol


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an amendment would do: the version's row id, whether it is new, and a preview for each patient."""

    number: int
    protocol: Protocol
    new: NewEntry | None
    previews: tuple[Preview, ...]
    batch: str


def preview(
    study: Study, source: tuple[str, Protocol, str], codes: Sequence[str], answers: Answers
) -> Amendment:
    """Decide for each patient on the present rows; all patients of that protocol when none is named.

    `source` is the template's text, what it says in the reading asked for, and how it came. Who is on that
    very version already is left out. `Refusal` where nobody is left.
    """
    text, protocol, status = source
    with study.snapshot():
        protocols = dict(study.protocols)
        number = _known(protocols, protocol) or study.store.next_id(Table.PROTOCOL)
        is_new = number not in protocols
        protocols.setdefault(number, StudyProtocol(number, status, protocol))
        wanted = _patients(study, protocol, codes, number)
        batch = f"amend-{uuid.uuid4().hex[:16]}"
        answers = replace(answers, batch=batch)
        today = answers.today or study.today()
        last, settings = study.store.last_entry(), study.settings
        previews: list[Preview] = []
        for code in wanted:
            state = study.state(code)
            basis = Basis(last, state.enrolled.id, state, settings, protocols)
            previews.append(prepare(study.store, basis, code, Amend(number), answers, today))
    new = None
    if is_new:
        told: dict[str, object] = {
            "command": "add-protocol",
            "protocol": protocol.code,
            "version": protocol.version,
            "reading": protocol.reading.name,
        }
        new = NewEntry(
            who=study.who,
            command=as_json(told),
            reason=said(answers.reason),
            batch=batch,
            changes=(protocol_change(number, text, protocol, status),),
        )
    return Amendment(number, protocol, new, tuple(previews), batch)


def commit(study: Study, amendment: Amendment) -> tuple[Entry, ...]:
    """Save the version and every patient's entry, or nothing; errors as `Study.commit`."""
    for one in amendment.previews:
        committable(one.decision, one.context)
    return study.commit_all(amendment.previews, () if amendment.new is None else (amendment.new,))


def _known(protocols: dict[int, StudyProtocol], protocol: Protocol) -> int | None:
    """The row id of this very text in this reading, where the study has it."""
    for number, known in protocols.items():
        same_text = known.protocol.sha256 == protocol.sha256
        if same_text and known.protocol.reading.name == protocol.reading.name:
            return number
    return None


def _patients(study: Study, protocol: Protocol, codes: Sequence[str], number: int) -> list[str]:
    """The codes to be amended, sorted; a named patient of another protocol is refused."""
    rows = {str(row["code"]): int(row["protocol"] or 0) for row in study.patients().values()}
    for code in codes:
        study.patient_id(code)
    own = {code: study.protocols[row].protocol.code for code, row in rows.items()}
    strangers = sorted(code for code in codes if own[code] != protocol.code)
    if strangers:
        raise Refusal("other-protocol", found=protocol.code, known=own[strangers[0]])
    if protocol.code not in own.values():
        known = ", ".join(dict.fromkeys(entry.protocol.code for entry in study.protocols.values()))
        raise Refusal("other-protocol", found=protocol.code, known=known)
    wanted = sorted(codes or (code for code, of in own.items() if of == protocol.code))
    left = [code for code in dict.fromkeys(wanted) if rows[code] != number]
    if not left:
        raise Refusal("same-protocol")
    return left
