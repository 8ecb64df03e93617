"""The approved protocol's values for what the template leaves open: typed, previewed, saved, printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.cli.running import ETOILE, VASCU, CommandLine
from tests.sheets.reading import text_of

PAGE = ("--source", "protocol 3.0, p. 41")


def typed(field: str, value: str) -> Sequence[str]:
    return ("--field", field, f"--value={value}", *PAGE)


def opened(document: dict[str, Any]) -> set[str]:
    return {field["field"] for field in document["open"]}


def assumed(desk: Desk, patient: str = "P001") -> set[str]:
    found = desk.done("show", patient)["findings"]
    return {finding["where"] for finding in found if finding["kind"] == "assumed"}


def test_a_window_of_one_visit_is_previewed_saved_and_is_the_sites(desk: Desk) -> None:
    before = desk.entries()
    preview = desk.done("site-value", *typed("visits.W52.window", "-7/+14"), "--preview")
    assert (preview["preview"], preview["entries"], desk.entries()) == (True, None, before)
    assert desk.shown()["W52"]["window"] is None
    done = desk.done("site-value", *typed("visits.W52.window", "-7/+14"))
    assert done["entries"] == [before + 1, before + 2]
    for planned, made in zip(preview["patients"], done["patients"], strict=True):
        assert made | {"entry": None, "preview": True} == planned
    assert (desk.shown()["W52"]["window"], desk.shown()["W64"]["window"]) == (
        ["2025-12-29", "2026-01-19"],
        None,
    )
    desk.done("move", "P001", "--visit", "W52", "--to", "2026-01-20", "--reason", "holiday")
    found = desk.done("show", "P001")["findings"]
    assert any(f["kind"] == "outside-window" and "site's window" in f["message"] for f in found)
    assert [d for d in desk.done("deviations")["deviations"] if d["where"] == "W52"] == []
    entries = desk.done("history")["entries"][before : before + 2]
    assert [entry["reason"] for entry in entries] == ["protocol 3.0, p. 41"] * 2
    assert entries[0]["what"] == (
        "A value of the site was entered in the protocol anrs-123-etoile: W52: window = -7/+14."
    )
    assert "with 1 value of the site" in entries[1]["what"]
    assert {entry["batch"] for entry in entries} == {done["batch"]}
    assert desk.done("study verify")["sound"] is True


def test_what_is_entered_for_every_visit_gives_way_to_what_is_entered_for_one(desk: Desk) -> None:
    left = desk.done("site-value", *typed("visits.W52.window", "±14"))
    assert "visits.*.window" in opened(left)
    left = desk.done("site-value", *typed("visits.*.window", "-3/+3"))
    assert "visits.*.window" not in opened(left)
    shown = desk.shown()
    assert shown["W52"]["window"] == ["2025-12-22", "2026-01-19"]
    assert shown["W96"]["window"] == ["2026-11-06", "2026-11-12"]


def test_minimum_gap_times_and_places_are_entered_and_recorded_days_stay(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--all")
    recorded = {c: a for c, a in desk.shown().items() if c.startswith("C1D")}
    desk.done("site-value", *typed("cycles.course.minimum_gap", "21 days"))
    desk.done("delay", "P001", "--cycle", "3", "--days", "14", "--reason", "fever")
    # 42 days were assumed before cycle 4: now 28 are left between them, and nothing follows.
    assert desk.planned("C3D1", "C4D1", "C5D1") == ["2025-04-14", "2025-05-12", "2025-06-23"]
    done = desk.done("site-value", *typed("cycles.course.slots.time", "8h30 and 20h30"))
    assert "cycles.course.slots" in opened(done)
    done = desk.done("site-value", *typed("cycles.course.slots.place", "home"))
    assert "cycles.course.slots" not in opened(done)
    injections = desk.shown()["C2D1"]["injections"]
    assert [(i["time"], i["place"]) for i in injections] == [("08:30", "home"), ("20:30", "home")]
    assert {c: a for c, a in desk.shown().items() if c.startswith("C1D")} == recorded
    assert not assumed(desk) & {"cycles.course.minimum_gap", "cycles.course.slots"}


def test_doses_further_visits_words_none_and_what_is_as_assumed(desk: Desk) -> None:
    desk.done("site-value", *typed("cycles.course.levels_iu", "4,5; 3"))
    desk.done("site-value", *typed("visits", "W12, W36"))
    desk.done("site-value", *typed("cycles.course.product", 'Proleukin "18" \\ vial'))
    desk.done("site-value", *typed("cycles.course.missed_dose", "none"))
    left = desk.done("site-value", *typed("cycles.course.rule", "confirmed"))
    assert opened(left) == {
        "visits.W24.before_first_injection",
        "cycles.course.slots",
        "cycles.course.minimum_gap",
        "visits.*.window",
    }
    assert desk.planned("W12", "W36") == ["2025-03-31", "2025-09-15"]
    assert assumed(desk) == opened(left)
    assert desk.done("study verify")["sound"] is True


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cycles.course.minimum_gap", "seven", "found 'seven', expected a whole number, such as 28"),
        ("cycles.course.minimum_gap", "0", "found 0, expected 1 or more"),
        ("cycles.course.minimum_gap", "42", "the minimum gap is 42"),
        ("cycles.course.minimum_gap", "none", "cannot be none"),
        ("visits.W52.window", "7", "found '7', expected days before and after, such as -7/+14"),
        ("visits.W52.window", "-7/+999", "found 999, expected 365 or less"),
        ("visits.W52.window", "{ before = 7 }\n[x]", "invisible character U+000A"),
        ("visits.W52.window", "{ before = 7, until = 14 }", "window: after: missing"),
        ("cycles.course.slots.time", "08:00", "times of a day must increase"),
        ("cycles.course.slots.time", "08:00, 14:00, 20:00", "3 given for 2 injections a day"),
        ("cycles.course.slots.place", "ward, home", "expected one of hospital, day-hospital, home"),
        ("cycles.course.slots", "08:00 home", "the file says 80, its cycles add up to 40"),
        ("cycles.course.levels_iu", "[3]", "expected million international units, such as 4.5, 3"),
        ("cycles.course.levels_iu", "4500", "expected million international units"),
        ("cycles.course.levels_iu", "confirmed", "nothing is assumed"),
        ("cycles.course.rule", "often", "expected one of fixed, floating, fixed_with_min_gap"),
        ("visits", "W24", "W24 stands twice"),
        ("visits", "next week", "study weeks or days of further visits"),
        ("cycles.course.dose.iu", "6", "settled by the sources of the protocol (stated)"),
        ("cycles.course.dose.iu", "6", "amend the protocol instead"),
        ("visits.W52.at", "{ week = 53 }", "settled by the sources"),
        ("visits.W24.at", "{ week = 25 }", "not a field that the protocol leaves open; those are"),
        ("visits.W25.window", "-7/+7", "did you mean visits.W"),
        ("visits.W52.windows", "-7/+7", "did you mean visits.W52.window?"),
        ("readings", "-7/+7", "not a field that the protocol leaves open"),
        ("cycles.course.product", "a\u202eb", "invisible character U+202E"),
        ("cycles.course.product", " ", "The text is empty"),
        ('a"]\\', "1", "is no field of this protocol"),
    ],
)
def test_what_cannot_be_entered_is_said_in_a_sentence(desk: Desk, field: str, value: str, said: str) -> None:
    assert said in desk.refused("site-value", *typed(field, value))
    assert said in desk.refused("site-value", *typed(field, value), "--preview")


def test_that_the_protocol_has_no_window_settles_it_too(desk: Desk, tmp_path: Path) -> None:
    desk.done("site-value", *typed("visits.*.window", "none"))
    desk.done("site-value", *typed("visits.W52.window", "±7"))
    assert not [f for f in desk.done("show", "P001")["findings"] if f["kind"] == "no-window"]
    out = tmp_path / "a.pdf"
    desk("sheets", "--kind", "activities", "--patient", "P001", "--out", str(out), "--language", "en")
    text = text_of(out.read_bytes())
    assert "none, as the site entered" in text
    assert "none in the source" not in text
    assert "Window entered by the site (\u201cprotocol 3.0, p. 41\u201d)." in text
    desk("sheets", "--kind", "visits", "--patient", "P001", "--out", str(out), "--language", "en")
    assert "none in the source" not in (visits := text_of(out.read_bytes()))
    assert "none, as the site" in visits


def test_the_same_value_twice_changes_nothing_and_the_last_one_holds(desk: Desk) -> None:
    desk.done("site-value", *typed("visits.W52.window", "-7/+7"))
    assert "nothing was changed" in desk.refused("site-value", *typed("visits.W52.window", "±7"))
    done = desk.done("site-value", *typed("visits.W52.window", "-7/+14"))
    assert done["protocols"][0]["site_values"] == 1
    assert desk.shown()["W52"]["window"] == ["2025-12-29", "2026-01-19"]


def test_before_anybody_is_enrolled_and_with_several_protocols(il2: CommandLine, desk: Desk) -> None:
    desk.done("study add-protocol", VASCU)
    assert "name one of" in desk.refused("site-value", *typed("visits.*.window", "±7"))
    assert "has no protocol esprit" in desk.refused(
        "site-value", "--protocol", "esprit", *typed("visits.*.window", "±7")
    )
    value = typed("visits.W11.min_days_after", "10 days after cycle 4")
    done = desk.done("site-value", "--protocol", VASCU, *value)
    assert (done["patients"], done["protocols"][0]["code"]) == ([], VASCU)
    desk.done("enrol", "V001", "--protocol", VASCU, "--arm", "il2", "--start", "2026-01-05")
    assert "visits.W11.min_days_after" not in assumed(desk, "V001")
    versions = desk.done("study info")["study"]["protocols"]
    assert [(p["code"], p["status"], p["site_values"]) for p in versions] == [
        (ETOILE, "shipped", 0),
        (VASCU, "shipped", 0),
        (VASCU, "site", 1),
    ]
    assert "1 value of the site" in il2("study", "info", desk.path).out


def test_a_patient_of_another_version_stays_in_it(desk: Desk, tmp_path: Path) -> None:
    from il2scheduler import resources

    text = (resources.path("protocols") / f"{ETOILE}.toml").read_text("utf-8")
    second = tmp_path / "v2.toml"
    second.write_text(text.replace('version = "1"', 'version = "2"', 1), "utf-8")
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05")
    desk.done("amend", "P002", "--protocol", str(second), "--reason", "amendment 2")
    done = desk.done("site-value", *typed("visits.*.window", "±7"))
    assert [(p["from"], p["version"]) for p in done["protocols"]] == [(1, "1"), (2, "2")]
    assert {p["code"]: p["version"] for p in desk.done("show")["patients"]} == {"P001": "1", "P002": "2"}
    assert desk.shown("P001")["W52"]["window"] == ["2025-12-29", "2026-01-12"]
    assert desk.shown("P002")["W52"]["window"] == ["2026-12-28", "2027-01-11"]


BACK = ("--reason", "of the wrong page")


def entry(number: int) -> Sequence[str]:
    return ("--entry", str(number), *BACK)


def test_it_is_undone_as_an_amendment_is(desk: Desk) -> None:
    """By the entry of a patient for that patient; by the one of the study what is left of it."""
    before = desk.shown()
    first, last = desk.done("site-value", *typed("visits.W52.window", "-7/+14"))["entries"]
    desk.done("undo", *entry(last))
    assert desk.shown() == before
    desk.done("undo", *entry(first))
    assert len(desk.done("study info")["study"]["protocols"]) == 1
    assert f"while entry {desk.entries()} stands on it" in desk.refused("undo", *entry(desk.entries() - 1))
    assert desk.done("study verify")["sound"] is True


def test_named_by_its_number_it_is_taken_back_for_all_or_refused(desk: Desk) -> None:
    """A version that a later one was made from is in that one still: it would be said, and not be, undone."""
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05")
    shown = [(desk.shown("P001"), desk.shown("P002"))]
    first: list[int] = []
    for value in ("-7/+14", "-3/+3"):
        first.append(desk.done("site-value", *typed("visits.W52.window", value))["entries"][0])
        shown.append((desk.shown("P001"), desk.shown("P002")))
    for preview in ((), ("--preview",)):
        said = desk.refused("undo", *entry(first[0]), *preview)
        assert f"Entry {first[0]} cannot be undone while entry {first[1]} stands on it" in said
    assert desk("undo", *entry(first[1]), "--preview").out.endswith("For the patients: P001, P002\n")
    assert (desk.shown("P001"), desk.shown("P002")) == shown[2]
    for number, back in ((first[1], shown[1]), (first[0], shown[0])):
        desk.done("undo", *entry(number))
        assert (desk.shown("P001"), desk.shown("P002")) == back
    assert "is undone already, by entry" in desk.refused("undo", *entry(first[0]))
    desk.done("redo")
    desk.done("undo", *entry(first[0]))
    assert (desk.shown("P001"), desk.shown("P002")) == shown[0]
    assert desk.done("study verify")["sound"] is True


def test_a_version_nobody_is_on_stays_while_a_later_one_has_its_values(
    il2: CommandLine, tmp_path: Path
) -> None:
    desk = Desk(il2, tmp_path / "s.il2")
    il2("study", "new", desk.path, "--protocol", ETOILE)
    for field in ("visits.W52.window", "visits.W64.window"):
        desk.done("site-value", *typed(field, "-7/+14"))
    assert "Entry 2 cannot be undone while entry 3 stands on it" in desk.refused("undo", *entry(2))
    desk.done("undo", *entry(3))
    desk.done("undo", *entry(2))
    assert len(desk.done("study info")["study"]["protocols"]) == 1
    desk.done("site-value", *typed("visits.W76.window", "-7/+14"), "--who", "Bernard")
    assert "Entry 5 cannot be undone while entry 6 stands on it" in desk.refused("redo")


def test_undo_takes_it_back_for_all_patients_and_redo_puts_it_in_again(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05")
    before = [desk.shown("P001"), desk.shown("P002")]
    desk.done("site-value", *typed("visits.*.window", "-7/+14"))
    completed = [desk.shown("P001"), desk.shown("P002")]
    desk.done("undo", "--reason", "of the wrong page", "--preview")
    assert [desk.shown("P001"), desk.shown("P002")] == completed
    assert "reason" in desk.refused("undo")
    desk.done("undo", "--reason", "of the wrong page")
    assert [desk.shown("P001"), desk.shown("P002")] == before
    assert len(desk.done("study info")["study"]["protocols"]) == 1
    desk.done("redo")
    assert [desk.shown("P001"), desk.shown("P002")] == completed
    desk.done("note", "P002", "--text", "seen", "--who", "Bernard")
    assert "undo that one first" in desk.refused("undo", "--reason", "of the wrong page")
    assert "undo that one first" in desk.refused("undo", "--reason", "of the wrong page", "--preview")
    assert desk.done("study verify")["sound"] is True


def test_value_after_value_is_taken_back_and_what_was_undone_since_stands_on_nothing(desk: Desk) -> None:
    shown = [desk.shown()]
    for value in ("-7/+14", "-3/+3", "-2/+2"):
        desk.done("site-value", *typed("visits.W52.window", value))
        shown.append(desk.shown())
    desk.done("omit", "P001", "--cycle", "8", "--reason", "fever")
    desk.done("undo", "--reason", "another patient")
    for earlier in (shown[2], shown[1], shown[0]):
        desk.done("undo", "--reason", "of the wrong page")
        assert desk.shown() == earlier
    for later in shown[1:]:
        desk.done("redo")
        assert desk.shown() == later
    for earlier in (shown[2], shown[1]):
        desk.done("undo", "--reason", "of the wrong page")
        assert desk.shown() == earlier
    desk.done("omit", "P001", "--cycle", "8", "--reason", "fever")
    desk.done("undo", "--reason", "another patient")
    desk.done("redo")
    assert desk.shown()["C8D1"]["status"] == "omitted"
    desk.done("note", "P001", "--text", "seen")
    desk.done("undo", "--reason", "typed twice")
    desk.done("undo", "--reason", "fever after all not")
    desk.done("undo", "--reason", "of the wrong page")
    assert desk.shown() == shown[0]
    assert desk.done("study verify")["sound"] is True


def test_who_was_enrolled_since_keeps_it_from_being_taken_back(desk: Desk) -> None:
    desk.done("site-value", *typed("visits.*.window", "-7/+14"))
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05", "--who", "Bernard")
    said = f"P002 is one); undo entry {desk.entries()} first, which put P002 on it."
    assert said in desk.refused("undo", "--reason", "of the wrong page")
    assert said in desk.refused("undo", *entry(3))


@pytest.mark.parametrize("texts", [(), ("--text", "Dr Secret", "--text", "ward 7")])
def test_what_should_not_have_been_typed_is_erased_from_the_protocol_too(
    desk: Desk, texts: tuple[str, ...]
) -> None:
    source = ("--source", "page 4, ward 7")
    desk.done("site-value", "--field", "cycles.course.product", "--value", "Dr Secret", *source)
    desk.done("site-value", "--field", "visits.W52.window", "--value=-7/+14", *source)
    planned = desk.shown()
    for entry in (3, 5) if texts else (3, 5, 4, 6):
        desk("redact", "--entry", str(entry), "--reason", "a name", *texts)
    for entry in (4, 6) if texts else ():
        desk("redact", "--entry", str(entry), "--reason", "a name", "--text", "ward 7")
    assert desk.shown() == planned
    assert desk.done("study verify")["sound"] is True
    data = Path(desk.path).read_bytes()
    assert b"Dr Secret" not in data
    assert b"ward 7" not in data
    assert desk.done("study info")["study"]["protocols"][-1]["site_values"] == 2
    desk.done("site-value", *typed("visits.W64.window", "-7/+14"))


def test_a_line_of_apply_and_a_backup_before(desk: Desk, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    line = {"command": "site-value", "field": "cycles.course.minimum_gap", "value": "28", "source": "p. 4"}
    lines.write_text(json.dumps(line) + "\n", "utf-8")
    before = desk.entries()
    assert desk("apply", str(lines)).out.startswith(f"ok {before + 1} site-value")
    assert desk.entries() == before + 2
    desk.done("site-value", *typed("visits.*.window", "±7"))
    backups = Path(desk.path).parent.glob("s backups/*.il2")
    assert len(list(backups)) == 1


def test_a_completed_protocol_prints_no_assumption(desk: Desk, tmp_path: Path) -> None:
    values = {
        "visits.W24.before_first_injection": "yes",
        "cycles.course.slots": "09:00 day-hospital, 21:00 home",
        "cycles.course.rule": "confirmed",
        "cycles.course.minimum_gap": "28",
        "visits.*.window": "-7/+14",
        "cycles.course.levels_iu": "3, 4.5",
        "cycles.course.product": "Proleukin, 18 million a vial",
        "cycles.course.missed_dose": "within 6 hours",
        "visits": "none",
    }
    for field, value in values.items():
        left = desk.done("site-value", *typed(field, value))
    assert opened(left) == set()
    assert assumed(desk) == set()
    for language, said in (
        (
            "en",
            ["entered by the site", "with 9 values of the site", "minimum interval between cycles: 28 days"],
        ),
        ("fr", ["saisi par le centre", "9 valeurs du centre", "3 millions d'unités internationales"]),
    ):
        texts: dict[str, str] = {}
        for kind in ("activities", "visits", "dosing"):
            out = tmp_path / f"{kind}-{language}.pdf"
            answer = desk(
                "sheets", "--kind", kind, "--patient", "P001", "--out", str(out), "--language", language
            )
            assert answer.code == 0, answer.err
            texts[kind] = text_of(out.read_bytes())
            for word in ("assumed", "unknown", "supposé", "inconnu", "\u25b2"):
                assert word not in texts[kind], (kind, word)
        for piece in said:
            assert piece.lower() in texts["activities"].lower(), texts["activities"]
