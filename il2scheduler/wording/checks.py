"""What the check of a study found wrong, said as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from il2scheduler.i18n import N_, Words
from il2scheduler.wording.refusals import printable

_WRONG = {
    "number": N_("it is missing, or stands at another place."),
    "payload": N_("what it says (the command, the reason or the changes) is not what was saved."),
    "chain": N_("it does not follow from the entry before it; it or its hash was altered."),
    "patient-chain": N_("it does not follow from the patient's entry before it."),
    "revision": N_("its revision is not the one that follows from the patient's entries."),
    "time": N_("it is dated before the entry that it follows."),
    "redaction": N_("the erasing of its text does not hold; something was put back or altered."),
    "change": N_("it changes this from something that the entries before it did not give."),
    "head": N_(
        "the number, revision and hash that the study keeps of the newest entry are not those of the newest "
        "entry there is; they were altered, or entries were cut off."
    ),
    "row": N_("not what the entries give."),
}
_ROWS = {
    "setting": N_("setting {row}"),
    "protocol": N_("protocol {row}"),
    "patient": N_("code, protocol, arm, start or prescribed dose"),
    "choice": N_("what was decided ({row})"),
    "appointment": N_("appointment {row}"),
    "injection": N_("injection {row}"),
    "note": N_("note {row}"),
    "printed": N_("print {row}"),
}
_MISSING = "reference from "
"""How `detail` begins where a row refers to one that is not there; the table follows."""
_WITHOUT_PATIENT = frozenset({"setting", "protocol", "printed"})

Facts = Mapping[str, str | int | None]
"""`wrong`, `entry`, `code` (the patient's), `table`, `key`, `detail`, as `study verify --json` has them."""


def check_sentence(w: Words, facts: Facts) -> str:
    """One sentence: where, and what is wrong there."""
    if facts["wrong"] == "database":
        return printable(_of_file(w, facts["detail"]))
    where: list[str] = []
    if facts["entry"] is not None:
        where.append(w("entry {entry}", entry=facts["entry"]))
    if facts["code"] is not None:
        where.append(w("patient {code}", code=facts["code"]))
    if facts["wrong"] in {"row", "change"}:
        where.append(_row(w, facts))
    place = ", ".join(where)
    return printable(
        w("{place}: {said}", place=place[:1].upper() + place[1:], said=w(_WRONG[str(facts["wrong"])]))
    )


def _of_file(w: Words, detail: str | int | None) -> str:
    if detail == "schema":
        return w(
            "Another program altered how the file is built: its tables or rules are not those of a study."
        )
    if str(detail).startswith(_MISSING):
        return w(
            "A row of the table {table} belongs to one that is not there.", table=str(detail)[len(_MISSING) :]
        )
    if not detail:
        return w("The file is damaged on the disk and cannot be read to its end.")
    return w("The file is damaged on the disk ({detail}).", detail=detail)


def _row(w: Words, facts: Facts) -> str:
    table, key = facts["table"], facts["key"]
    if table is None:
        return w("a row of no known kind")
    if key is None:
        return w("rows of a patient whom no entry enrols")
    parts = str(key).split("/")
    return w(_ROWS[str(table)], row=" ".join(parts if table in _WITHOUT_PATIENT else parts[1:]))
