"""What a site enters for open fields of a protocol: a version with it, and every patient put on that."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from il2scheduler import typed_text
from il2scheduler.commands import committable
from il2scheduler.commands.values import Amend
from il2scheduler.ledger import Entry, NewEntry, Table
from il2scheduler.protocol import Protocol
from il2scheduler.protocol_file.completion import Kind, OpenField, Typed, WrongValue, completed_text, meaning
from il2scheduler.protocol_file.completion import open_fields as fields_of_text
from il2scheduler.refusal import Refusal
from il2scheduler.study import Answers, Preview, Study, protocol_change
from il2scheduler.study.acting import Basis, prepare, said
from il2scheduler.study.commands_json import as_json
from il2scheduler.study.day_counts import DayCounts
from il2scheduler.study.reading import StudyProtocol
from il2scheduler.study.taking_back import COMPLETION

__all__ = [
    "Completion",
    "Kind",
    "OpenField",
    "Typed",
    "Version",
    "WrongValue",
    "begin",
    "commit",
    "meaning",
    "open_fields",
    "preview",
    "previewing",
]

_MAX_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the protocol in the study that gets the values, and the row id of what it becomes."""

    number: int
    becomes: int
    before: Protocol
    after: Protocol


@dataclass(frozen=True, slots=True)
class Completion:
    """What entering values would do: the versions it adds, and a preview for each patient on them."""

    typed: tuple[Typed, ...]
    versions: tuple[Version, ...]
    new: tuple[NewEntry, ...]
    previews: tuple[Preview, ...]
    last_entry: int
    answers: Answers

    @property
    def batch(self) -> str:
        """What joins its entries."""
        return self.answers.batch or ""

    def because(self, reason: str | None) -> Completion:
        """The same with a reason typed since; the pages are the reason where there is none."""
        given = _reason(self.typed, reason)
        new = tuple(replace(entry, reason=given) for entry in self.new)
        previews = tuple(one.because(given) for one in self.previews)
        return replace(self, answers=replace(self.answers, reason=given), new=new, previews=previews)

    @property
    def protocol(self) -> Protocol:
        """The newest version as it would be."""
        return self.versions[-1].after


def open_fields(study: Study, code: str | None = None) -> tuple[OpenField, ...]:
    """The fields of a protocol's newest version that its site may enter, those it has entered included."""
    number = max(_numbers(study, code))
    return fields_of_text(_text(study, number), study.protocols[number].protocol)


def preview(study: Study, code: str | None, typed: Sequence[Typed], answers: Answers) -> Completion:
    """Decide for every patient of a protocol on the present rows; nobody needs to be on it yet.

    The newest version gets the values and so does each that patients are on, unless the field is settled
    there; patients stay in their version. `Refusal` where there is no such protocol or where all stands so
    already, `WrongValue` for a value that cannot be. The reason of the entries is the source unless another
    is given.
    """
    with study.snapshot():
        begun = begin(study, code, typed, answers)
        return replace(begun, previews=tuple(previewing(study, begun)))


def begin(study: Study, code: str | None, typed: Sequence[Typed], answers: Answers) -> Completion:
    """The versions that entering values makes, without what that means for patients; errors as `preview`."""
    typed = tuple(readable(one) for one in typed)
    reason = _reason(typed, answers.reason)
    batch = f"{COMPLETION}{uuid.uuid4().hex[:16]}"
    answers = replace(answers, batch=batch, reason=reason)
    versions, texts = _versions(study, code, typed)
    new = tuple(_entry(study, version, texts[version.becomes], typed, answers) for version in versions)
    return Completion(typed, versions, new, (), study.store.last_entry(), answers)


def commit(study: Study, completion: Completion) -> tuple[Entry, ...]:
    """Save the versions and every patient's entry, or nothing; errors as `Study.commit`."""
    for one in completion.previews:
        committable(one.decision, one.context)
    return study.commit_all(completion.previews, completion.new, last=completion.last_entry)


def _reason(typed: Sequence[Typed], given: str | None) -> str:
    return said(given) or "; ".join(dict.fromkeys(one.source for one in typed))


def readable(typed: Typed) -> Typed:
    """What was typed, each on one line of plain text; errors as `typed_text.note`."""
    value = typed_text.note(typed.value, _MAX_VALUE)
    if "\n" in value:
        raise Refusal("text-hidden", codepoint="U+000A")
    return Typed(typed_text.line(typed.field), value, typed_text.line(typed.source))


def _numbers(study: Study, code: str | None) -> list[int]:
    """The row ids of the versions of a protocol; of the only one when none is named."""
    codes = dict.fromkeys(entry.protocol.code for entry in study.protocols.values())
    if code is None and len(codes) > 1:
        raise Refusal("protocol-needed", known=", ".join(codes))
    wanted = next(iter(codes)) if code is None else code
    if wanted not in codes:
        raise Refusal("no-protocol", found=wanted[:60], known=", ".join(codes))
    return [number for number, entry in study.protocols.items() if entry.protocol.code == wanted]


def _text(study: Study, number: int) -> str:
    return str(study.store.study_rows().table(Table.PROTOCOL)[(number,)]["text"])


def _versions(
    study: Study, code: str | None, typed: Sequence[Typed]
) -> tuple[tuple[Version, ...], Mapping[int, str]]:
    numbers = _numbers(study, code)
    newest = max(numbers)
    used = {int(row["protocol"] or 0) for row in study.patients().values()}
    free = study.store.next_id(Table.PROTOCOL)
    versions: list[Version] = []
    texts: dict[int, str] = {}
    for number in sorted(n for n in numbers if n == newest or n in used):
        before = study.protocols[number].protocol
        try:
            text, after = completed_text(_text(study, number), before, typed)
        except WrongValue as wrong:
            if number == newest or wrong.problem.kind != "site-settled":
                raise
            continue
        if replace(after, sha256=before.sha256) == before:
            continue
        becomes = free + len(versions)
        versions.append(Version(number, becomes, before, after))
        texts[becomes] = text
    if not versions:
        raise Refusal("nothing-changes")
    return tuple(versions), texts


def _entry(study: Study, version: Version, text: str, typed: Sequence[Typed], answers: Answers) -> NewEntry:
    told: dict[str, object] = {
        "command": "site-value",
        "protocol": version.after.code,
        "version": version.after.version,
        "reading": version.after.reading.name,
        "values": [{"field": one.field, "value": one.value, "source": one.source} for one in typed],
    }
    return NewEntry(
        who=study.who,
        command=as_json(told),
        reason=answers.reason,
        batch=answers.batch,
        changes=(protocol_change(version.becomes, text, version.after, "site"),),
    )


def previewing(study: Study, completion: Completion) -> Iterator[Preview]:
    """What it means for each patient, by code, one at a time: many of them take long."""
    answers = completion.answers
    becomes = {version.number: version.becomes for version in completion.versions}
    protocols = dict(study.protocols)
    for version in completion.versions:
        protocols[version.becomes] = StudyProtocol(version.becomes, "site", version.after)
    today = answers.today or study.today()
    settings, counts = study.settings, DayCounts(study.store)
    for code in affected(study, completion):
        state = study.state(code)
        number = becomes[state.enrolled.protocol]
        basis = Basis(completion.last_entry, state.enrolled.id, state, settings, protocols, counts=counts)
        yield prepare(study.store, basis, code, Amend(number), answers, today)


def affected(study: Study, completion: Completion) -> tuple[str, ...]:
    """The patients on the versions that get values, by code."""
    changing = {version.number for version in completion.versions}
    rows = study.patients().values()
    return tuple(sorted(str(row["code"]) for row in rows if int(row["protocol"] or 0) in changing))
