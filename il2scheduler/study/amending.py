"""An amended protocol: put into the study once, and every patient put on it in one undertaking."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from il2scheduler.commands import committable
from il2scheduler.commands.values import Amend
from il2scheduler.ledger import Entry, NewEntry, Table
from il2scheduler.protocol import FieldStatus, Protocol
from il2scheduler.protocol_file.completion import left_out
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Preview, Study, protocol_change
from il2scheduler.study.acting import Basis, prepare, said
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.day_counts import DayCounts
from il2scheduler.study.reading import StudyProtocol, one_text_a_version
from il2scheduler.study.taking_back import AMENDMENT


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an amendment would do: the version's row id, whether it is new, and a preview for each patient.

    `codes` are the patients it is for. `left_out` are values that the site entered in the versions they are
    on, of fields that this one leaves open again.
    """

    number: int
    version: StudyProtocol
    new: NewEntry | None
    codes: tuple[str, ...]
    left_out: tuple[FieldStatus, ...]
    answers: Answers
    previews: tuple[Preview, ...] = ()

    @property
    def protocol(self) -> Protocol:
        """What the version says."""
        return self.version.protocol

    @property
    def batch(self) -> str:
        """What joins its entries."""
        return self.answers.batch or ""

    def because(self, reason: str | None) -> Amendment:
        """The same with a reason typed since."""
        new = None if self.new is None else replace(self.new, reason=said(reason))
        previews = tuple(one.because(reason) for one in self.previews)
        return replace(self, answers=replace(self.answers, reason=said(reason)), new=new, previews=previews)


def adding(protocol: Protocol) -> dict[str, object]:
    """The command that puts a version into a study, as its entry keeps it."""
    return {
        "command": "add-protocol",
        "protocol": protocol.code,
        "version": protocol.version,
        "reading": protocol.reading.name,
    }


def source(study: Study, number: int) -> tuple[str, Protocol, str]:
    """A version that the study has, as `begin` takes it."""
    known = study.protocols[number]
    row = study.store.study_rows().table(Table.PROTOCOL)[(number,)]
    return str(row["text"]), known.protocol, known.status


def begin(
    study: Study, source: tuple[str, Protocol, str], codes: Sequence[str], answers: Answers
) -> Amendment:
    """The amendment without what it means for patients; all of that protocol when none is named.

    `source` is the template's text, what it says in the reading asked for, and how it came. Who is on that
    very version already is left out. `Refusal` where nobody is left.
    """
    text, protocol, status = source
    protocols = study.protocols
    number = _known(protocols, protocol) or study.store.next_id(Table.PROTOCOL)
    is_new = number not in protocols
    version = StudyProtocol(number, status, protocol) if is_new else protocols[number]
    wanted = _patients(study, protocol, codes, number)
    if is_new:
        one_text_a_version(protocols, protocol)
    rows = {str(row["code"]): int(row["protocol"] or 0) for row in study.patients().values()}
    before = [protocols[row].protocol for row in dict.fromkeys(rows[code] for code in wanted)]
    open_again = {entry.field: entry for one in before for entry in left_out(one, version.protocol)}
    batch = f"{AMENDMENT}{uuid.uuid4().hex[:16]}"
    new = None
    if is_new:
        new = NewEntry(
            who=study.who,
            command=as_json(adding(protocol)),
            reason=said(answers.reason),
            batch=batch,
            changes=(protocol_change(number, text, protocol, status),),
        )
    answers = replace(answers, batch=batch)
    return Amendment(number, version, new, tuple(wanted), tuple(open_again.values()), answers)


def previewing(study: Study, amendment: Amendment) -> Iterator[Preview]:
    """What it means for each patient, one at a time: many of them take long."""
    protocols = {**study.protocols, amendment.number: amendment.version}
    today = amendment.answers.today or study.today()
    last, settings, counts = study.store.last_entry(), study.settings, DayCounts(study.store)
    for code in amendment.codes:
        state = study.state(code)
        basis = Basis(last, state.enrolled.id, state, settings, protocols, counts=counts)
        yield prepare(study.store, basis, code, Amend(amendment.number), amendment.answers, today)


def commit(study: Study, amendment: Amendment) -> tuple[Entry, ...]:
    """Save the version and every patient's entry, or nothing; errors as `Study.commit`."""
    for one in amendment.previews:
        committable(one.decision, one.context)
    return study.commit_all(amendment.previews, () if amendment.new is None else (amendment.new,))


def _known(protocols: Mapping[int, StudyProtocol], protocol: Protocol) -> int | None:
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
