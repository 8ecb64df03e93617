"""The commands of a study, each through the real command line: what it does, and what refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk, moves
from tests.cli.running import VASCU, CommandLine

# --- Section 6 of the design: the delays worked out by hand ---


def test_delaying_cycle_4_by_a_week_asks_what_becomes_of_cycle_8(desk: Desk) -> None:
    delay = ("P001", "--cycle", "4", "--days", "7", "--reason", "fever")
    preview = desk.done("delay", *delay, "--preview")
    assert (preview["entry"], preview["preview"], desk.entries()) == (None, True, 2)
    assert [f["where"] for f in preview["refused"]] == ["C8"]
    sentence = desk.refused("delay", *delay)
    assert "Cycle 8 would start on Mon 03-Nov-2025" in sentence
    assert "--past-cap omit" in sentence
    assert "--past-cap keep" in sentence


def test_the_delay_of_cycle_4_as_worked_out_by_hand_and_its_preview_is_what_is_done(desk: Desk) -> None:
    delay = ("P001", "--cycle", "4", "--days", "7", "--reason", "fever", "--past-cap", "omit")
    preview = desk.done("delay", *delay, "--preview")
    done = desk.done("delay", *delay)
    assert done | {"entry": None, "preview": True} == preview
    assert moves(done) == {
        "C4": "2025-05-19",
        "C5": "2025-06-30",
        "C6": "2025-08-11",
        "C7": "2025-09-22",
        "C8": None,
    }
    assert desk.planned("C6D5", "W52") == ["2025-08-15", "2026-01-05"]
    assert ("closed-day", "C6D5") in {(f["kind"], f["where"]) for f in done["findings"]}
    assert desk.shown()["C8D1"]["status"] == "omitted"
    assert done["revision"] == 2


def test_keeping_a_cycle_past_the_cap_is_a_deviation_with_its_reason(desk: Desk) -> None:
    desk.done(
        "delay", "P001", "--cycle", "4", "--days", "7", "--reason", "sponsor agrees", "--past-cap", "keep"
    )
    assert desk.planned("C8D1") == ["2025-11-03"]
    (deviation,) = desk.done("deviations")["deviations"]
    assert (deviation["kind"], deviation["where"], deviation["reason"]) == (
        "cap-accepted",
        "C8",
        "sponsor agrees",
    )


def test_delaying_cycle_3_by_four_days_as_worked_out_by_hand(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    done = desk.done(
        "delay", "P002", "--cycle", "3", "--days", "4", "--reason", "fever", "--past-cap", "omit"
    )
    assert moves(done) == {
        "C3": "2026-04-03",
        "C4": "2026-05-15",
        "C5": "2026-06-26",
        "C6": "2026-08-07",
        "C7": "2026-09-18",
        "C8": None,
    }
    closed = {f["where"] for f in done["findings"] if f["kind"] == "closed-day"}
    assert {"C3D2", "C3D3", "C3D4"} <= closed


def test_a_previewed_delay_onto_closed_days_offers_the_first_open_start_and_its_cost(desk: Desk) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    delay = ("P002", "--cycle", "3", "--days", "4", "--reason", "fever", "--preview")
    offered = desk.done("delay", *delay)["open_start"]
    assert (offered["where"], offered["to"]) == ("C3", "2026-04-13")
    assert "past-cap" in {cost["kind"] for cost in offered["costs"]}
    assert "First start with every day open: Cycle 3:" in desk("delay", *delay).out
    assert "open_start" not in desk.done("delay", "P002", "--cycle", "4", "--to", "2026-05-18", "--preview")


def test_plus_seven_then_minus_seven_restores_every_date(desk: Desk) -> None:
    before = {code: a["planned"] for code, a in desk.shown().items()}
    desk.done("delay", "P001", "--cycle", "3", "--days", "7", "--reason", "a", "--past-cap", "omit")
    desk.done("delay", "P001", "--cycle", "3", "--days=-7", "--reason", "b")
    after = desk.shown()
    assert {code: a["planned"] for code, a in after.items()} == before
    assert after["C8D1"]["status"] == "planned"


def test_advancing_into_the_minimum_gap_is_refused_until_it_is_accepted(desk: Desk) -> None:
    advance = ("P001", "--cycle", "3", "--to", "2025-03-28", "--reason", "holiday of the patient")
    assert "--accept gap-too-short" in desk.refused("delay", *advance)
    done = desk.done("delay", *advance, "--accept", "gap-too-short")
    assert moves(done) == {"C3": "2025-03-28"}
    assert [d["kind"] for d in desk.done("deviations")["deviations"]] == ["gap-accepted"]


# --- Recording ---


def test_a_whole_course_with_an_exception_as_a_returned_diary_tells_it(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--all", "--except", "4@20:00=R", "--by", "patient")
    days = desk.shown()
    assert [days[f"C1D{n}"]["status"] for n in range(1, 6)] == ["given"] * 3 + ["given-in-part", "given"]
    morning, evening = days["C1D4"]["injections"]
    assert (morning["given_by"], morning["given_iu"], morning["given_at"]) == (
        "patient",
        4_500_000,
        "2025-01-23T08:00",
    )
    assert (evening["status"], evening["not_given"]) == ("not-given", "R")
    assert desk.refused("give", "P001", "--cycle", "1", "--all").startswith("All injections of cycle 1")


def test_recorded_days_never_move(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "3", "--day", "1", "--time", "08:00")
    assert "withhold the rest" in desk.refused(
        "delay", "P001", "--cycle", "3", "--days", "7", "--reason", "r"
    )
    assert "withhold the rest" in desk.refused("omit", "P001", "--cycle", "3", "--reason", "r")
    desk.done(
        "anchor", "P001", "--date", "2025-01-13", "--reason", "typed wrong", "--accept", "gap-too-short"
    )
    assert desk.planned("C3D1", "C2D1", "W52") == ["2025-03-31", "2025-02-24", "2026-01-12"]


def test_an_evening_injection_may_be_given_until_six_the_next_morning(desk: Desk) -> None:
    evening = ("P001", "--cycle", "1", "--day", "2", "--time", "20:00")
    desk.done("give", *evening, "--at", "2025-01-22T06:00", "--site", "left thigh", "--batch", "B7")
    recorded = desk.shown()["C1D2"]["injections"][1]
    assert (recorded["given_at"], recorded["site"], recorded["batch"]) == (
        "2025-01-22T06:00",
        "left thigh",
        "B7",
    )
    late = ("P001", "--cycle", "1", "--day", "3", "--time", "20:00", "--at", "2025-01-23T06:01")
    assert "not given" in desk.refused("give", *late)
    before_it_began = ("P001", "--cycle", "2", "--day", "1", "--time", "08:00", "--at", "2025-02-18T08:00")
    assert "delay the cycle first" in desk.refused("give", *before_it_began)


def test_a_dose_unlike_the_planned_one_needs_a_reason_and_an_impossible_one_is_refused(desk: Desk) -> None:
    give = ("P001", "--cycle", "1", "--day", "1", "--time", "08:00", "--dose")
    assert "reason" in desk.refused("give", *give, "3")
    assert "out of range" in desk.wrong("give", *give, "451", "--reason", "typed")
    assert "two doses" in desk.wrong("give", *give, "4,500")
    desk.done("give", *give, "3", "--reason", "fever")
    (deviation,) = desk.done("deviations")["deviations"]
    assert (deviation["kind"], deviation["where"], deviation["reason"]) == ("dose-differs", "C1D1", "fever")


def test_an_overdose_that_happened_is_recorded_with_a_warning_and_listed(desk: Desk) -> None:
    give = ("P001", "--cycle", "1", "--day", "1", "--time", "08:00", "--dose", "9")
    unit = "\N{NO-BREAK SPACE}million international units"
    assert desk.refused("give", *give).startswith(
        f"9{unit} is above 4.5{unit}, the highest dose the protocol"
    )
    done = desk.done("give", *give, "--reason", "vial misread")
    assert [f["kind"] for f in done["findings"]] == ["dose-not-listed", "dose-jump"]
    assert "above the highest dose the protocol states" in done["findings"][0]["message"]
    correct = ("--entry", str(done["entry"]), "--dose", "10", "--reason", "vials counted")
    assert "above the highest dose" in desk.done("correct", *correct)["findings"][0]["message"]
    (deviation,) = desk.done("deviations")["deviations"]
    assert (deviation["kind"], deviation["where"], deviation["reason"]) == (
        "dose-differs",
        "C1D1",
        "vials counted",
    )


def test_a_visit_done_on_an_impossible_date_is_warned_of(desk: Desk) -> None:
    visit = ("P001", "--visit", "W96", "--done")
    (finding,) = desk.done("visit", *visit, "2020-01-01", "--preview")["findings"]
    assert (finding["kind"], finding["severity"]) == ("far-date", "warns")
    entry = desk.done("visit", *visit, "2026-11-09")["entry"]
    corrected = desk.done("correct", "--entry", str(entry), "--done", "2020-01-01", "--reason", "slip")
    assert [f["kind"] for f in corrected["findings"]] == ["far-date"]


def test_an_omitted_cycle_is_planned_again_by_a_delay_of_no_days(desk: Desk) -> None:
    entry = desk.done("omit", "P001", "--cycle", "5", "--reason", "surgery")["entry"]
    desk.done("note", "P001", "--text", "well again")
    delay = ("P001", "--cycle", "5", "--days", "0")
    assert "reason is needed" in desk.refused("delay", *delay)
    again = desk.done("delay", *delay, "--reason", "no surgery")
    assert [(c["from"], c["to"], c["injections"]) for c in again["changes"]] == [("omitted", "planned", 10)]
    assert (desk.planned("C5D1"), desk.done("deviations")["deviations"]) == (["2025-06-23"], [])
    assert desk.done("history", "P001")["entries"][-1]["what"] == "Cycle 5 was planned again where it stood."
    assert "stands on it" in desk.refused("undo", "--entry", str(entry), "--reason", "r")


def test_the_rest_of_a_course_is_withheld(desk: Desk) -> None:
    to_come = ("P001", "--cycle", "2", "--from-day", "1", "--reason", "r", "--today", "2025-02-16")
    assert "omit or delay the cycle" in desk.refused("withhold", *to_come)
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    desk.done("withhold", "P001", "--cycle", "1", "--from-day", "3", "--reason", "grade 3 fever")
    days = desk.shown()
    assert [days[f"C1D{n}"]["status"] for n in range(1, 6)] == [
        "running",
        "planned",
        "not-given",
        "not-given",
        "not-given",
    ]


def test_an_injection_not_given_has_its_code(desk: Desk) -> None:
    slot = ("P001", "--cycle", "1", "--day", "1", "--time", "20:00")
    assert "--code" in desk.wrong("not-given", *slot, "--code", "X")
    desk.done("not-given", *slot, "--code", "V", "--note", "vomiting")
    injection = desk.shown()["C1D1"]["injections"][1]
    assert (injection["not_given"], injection["note"]) == ("V", "vomiting")
    desk.done("give", "P001", "--cycle", "1", "--all")
    said = desk.done("history", "P001")["entries"][-1]["what"]
    assert said == "All injections still planned in cycle 1 were given."


def test_visits_are_done_moved_missed_and_added(desk: Desk) -> None:
    assert "reason" in desk.refused("move", "P001", "--visit", "W52", "--to", "2026-01-07")
    desk.done("move", "P001", "--visit", "W52", "--to", "2026-01-07", "--time", "09:30", "--reason", "asked")
    assert (desk.shown()["W52"]["planned"], desk.shown()["W52"]["hour"]) == ("2026-01-07", "09:30")
    desk.done("visit", "P001", "--visit", "W24", "--done", "2025-06-23")
    assert "correct it instead" in desk.refused(
        "move", "P001", "--visit", "W24", "--to", "2025-06-24", "--reason", "r"
    )
    desk.done("unscheduled", "P001", "--on", "2025-02-03", "--reason", "rash")
    assert desk.shown()["U1"]["note"] == "rash"
    desk.done("visit", "P001", "--visit", "W0", "--missed")
    assert [d["kind"] for d in desk.done("deviations")["deviations"]] == ["visit-missed"]
    assert "no visit W25" in desk.refused("visit", "P001", "--visit", "W25", "--missed")
    assert "Give either" in desk.wrong("visit", "P001", "--visit", "W76")


def test_nothing_is_recorded_after_today(desk: Desk) -> None:
    today = ("--today", "2025-01-20")
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00", *today)
    tomorrow = ("P001", "--cycle", "1", "--day", "2", "--time", "08:00")
    assert "after today" in desk.refused("give", *tomorrow, *today)


def test_a_correction_names_the_entry_that_recorded_it_and_keeps_both_values(desk: Desk) -> None:
    slot = ("P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    entry = desk.done("give", *slot, "--batch", "B7")["entry"]
    assert "reason" in desk.refused("correct", "--entry", str(entry), "--batch", "B8")
    desk.done("correct", "--entry", str(entry), "--batch", "B8", "--reason", "misread")
    injection = desk.shown()["C1D1"]["injections"][0]
    assert (injection["batch"], injection["given_at"]) == ("B8", "2025-01-20T08:00")
    told = desk.done("correct", "--entry", str(entry), "--batch", "", "--reason", "not on the vial")
    assert [change["message"] for change in told["changes"]] == [
        "Cycle 1, day 1, at 08:00, 1 injection, batch: “B8” → –"
    ]
    assert desk.shown()["C1D1"]["injections"][0]["batch"] is None
    desk.done("correct", "--entry", str(entry), "--code", "R", "--reason", "another patient's")
    assert desk.shown()["C1D1"]["injections"][0]["not_given"] == "R"
    assert "records no injection" in desk.refused("correct", "--entry", "2", "--batch", "x", "--reason", "r")
    assert "no entry 99" in desk.refused("correct", "--entry", "99", "--batch", "x", "--reason", "r")


def test_a_correction_of_a_course_names_the_injection_and_one_of_a_visit_its_date(desk: Desk) -> None:
    course = desk.done("give", "P001", "--cycle", "1", "--all")["entry"]
    assert "day and time" in desk.refused("correct", "--entry", str(course), "--code", "A", "--reason", "r")
    which = ("--day", "5", "--time", "20:00")
    desk.done("correct", "--entry", str(course), *which, "--code", "A", "--reason", "diary")
    assert desk.shown()["C1D5"]["injections"][1]["not_given"] == "A"
    visit = desk.done("visit", "P001", "--visit", "W0", "--missed")["entry"]
    desk.done("correct", "--entry", str(visit), "--done", "2025-01-06", "--reason", "was there")
    assert desk.shown()["W0"]["status"] == "done"
    again = ("correct", "--entry", str(visit), "--done", "2025-01-06", "--reason", "r")
    desk.done(*again, "--note", "by phone")
    assert desk.done(*again, "--note", "")["changes"][0]["to"] is None
    assert desk.done("deviations")["deviations"][0]["kind"] == "injection-not-given"


# --- Plans ---


def test_omit_place_evening_start_dose_and_note(desk: Desk) -> None:
    desk.done("omit", "P001", "--cycle", "3", "--reason", "surgery")
    desk.done("place", "P001", "--cycle", "4", "--day", "2", "--to", "hospital", "--reason", "alone at home")
    desk.done("evening-start", "P001", "--cycle", "5", "--reason", "late ambulance")
    desk.done("dose-level", "P001", "--dose", "3", "--from-cycle", "6", "--reason", "fever")
    desk.done("note", "P001", "--text", "prefers Mondays")
    shown = desk.shown()
    assert shown["C3D1"]["status"] == "omitted"
    assert {i["place"] for i in shown["C4D2"]["injections"]} == {"hospital"}
    assert [i["time"] for i in shown["C5D1"]["injections"]] == ["20:00"]
    assert [i["time"] for i in shown["C5D6"]["injections"]] == ["08:00"]
    assert shown["C5D1"]["injections"][0]["dose_iu"] == 4_500_000
    assert shown["C6D1"]["injections"][0]["dose_iu"] == 3_000_000
    assert desk.done("history", "P001")["entries"][-1]["what"] == "Note: prefers Mondays"


def test_stop_and_withdraw(desk: Desk) -> None:
    desk.done("stop", "P001", "--on", "2025-04-02", "--reason", "toxicity")
    shown = desk.shown()
    assert [shown[c]["status"] for c in ("C3D2", "C3D3", "C8D1", "W96")] == [
        "planned",
        "cancelled",
        "cancelled",
        "planned",
    ]
    assert "already" in desk.refused("stop", "P001", "--on", "2025-04-03", "--reason", "r")
    desk.done("withdraw", "P001", "--on", "2025-06-23", "--lost", "--reason", "no answer")
    assert [desk.shown()[c]["status"] for c in ("W24", "W52")] == ["planned", "cancelled"]
    assert desk.done("show", "P001")["lost"] is True


def test_a_person_ticks_a_gate(il2: CommandLine, tmp_path: Path) -> None:
    desk = Desk(il2, tmp_path / "v.il2")
    desk.done("study new", "--protocol", VASCU)
    desk.done("enrol", "P001", "--arm", "il2", "--start", "2026-01-05")
    assert "no such condition" in desk.refused("gate", "P001", "--gate", "x", "--met", "--reason", "r")
    gate = _gate(desk)
    before = desk.shown()["C2D1"]["injections"][0]["place"]
    desk.done("gate", "P001", "--gate", gate, "--met", "--reason", "no fever")
    assert desk.shown()["C2D1"]["injections"][0]["place"] != before
    desk.done("gate", "P001", "--gate", gate, "--not-met", "--reason", "fever after all")
    assert desk.shown()["C2D1"]["injections"][0]["place"] == before


def _gate(desk: Desk) -> str:
    sentence = desk.refused("gate", "P001", "--gate", "x", "--met", "--reason", "r")
    return sentence.rstrip(".").rsplit(" ", 1)[1]


def test_a_patient_without_a_start_date_has_a_schedule_without_dates(desk: Desk) -> None:
    document = desk.done("enrol", "P009", "--arm", "il2")
    assert document["moves"] == []
    assert desk.planned("C1D1", "W96", patient="P009") == [None, None]
    desk.done("anchor", "P009", "--date", "2026-01-05")
    assert desk.planned("C1D1", patient="P009") == ["2026-01-19"]


def test_chosen_dates_are_asked_about_when_the_anchor_is_corrected(desk: Desk) -> None:
    desk.done("move", "P001", "--visit", "W52", "--to", "2026-01-07", "--reason", "asked")
    anchor = ("P001", "--date", "2025-01-13", "--reason", "typed wrong", "--accept", "gap-too-short")
    assert "W52" in desk.refused("anchor", *anchor)
    desk.done("anchor", *anchor, "--chosen", "clear")
    assert desk.planned("W52") == ["2026-01-12"]


# --- What is refused ---


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("enrol P001 --arm il2", "There is a patient P001"),
        ("enrol P002 --arm il9", "no arm il9"),
        ("enrol p/2 --arm il2", "patient code"),
        ("enrol P002 --arm il2 --protocol other", "no protocol other"),
        ("enrol P002 --arm il2 --dose 4.5", "no prescribed dose"),
        ("delay P009 --cycle 1 --days 1 --reason r", "no patient P009"),
        ("delay P001 --cycle 9 --days 1 --reason r", "no cycle 9"),
        ("delay P001 --cycle 1 --days 0 --reason r", "already"),
        ("omit P001 --cycle 1", "reason is needed"),
        ("date-cycle P001 --cycle 1 --on 2025-02-02", "dates cycle 1 itself"),
        ("give P001 --cycle 1 --day 6 --time 08:00", "day 6"),
        ("give P001 --cycle 1 --day 1 --time 09:00", "08:00, 20:00"),
        ("give P001 --cycle 1 --all --except 9@20:00=R", "day 9"),
        ("dose-level P001 --dose 9 --from-cycle 2 --reason r", "highest dose"),
        ("undo --entry 77 --reason r", "no entry 77"),
        ("undo --entry 1 --reason r", "cannot be undone"),
        ("redo", "nothing to redo"),
        ("redact --entry 77 --reason r", "no entry 77"),
        ("event P001 --event discharge --on 2025-02-02", "none to date"),
        ("gate P001 --gate tolerance --met --reason r", "no condition to answer"),
    ],
)
def test_refusals_are_one_sentence_and_change_nothing(desk: Desk, command: str, said: str) -> None:
    first, *rest = command.split()
    assert said in desk.refused(first, *rest)


@pytest.mark.parametrize(
    "command",
    [
        "delay P001 --cycle 1",
        "delay P001 --cycle 1 --days 1 --to 2025-02-02",
        "delay P001 --cycle 0 --days 1",
        "delay P001 --cycle 1 --days 99999",
        "delay P001 --cycle 1 --to 2025-W05-1",
        "give P001 --cycle 1 --day 1",
        "give P001 --cycle 1 --day 1 --time 8:00",
        "give P001 --cycle 1 --day 1 --time 08:00 --at 2025-01-20",
        "give P001 --cycle 1 --day 1 --time 08:00 --dose 4_5",
        "give P001 --cycle 1 --all --day 1",
        "give P001 --cycle 1 --all --except 4-20:00-R",
        "gate P001 --gate tolerance",
        "delay P001 --cycle 1 --days 1 --accept anything",
        "closure --days 2025-08-01",
        "agenda --on 2025-01-01 --week 2025-01-01",
        "check-print --patient P001 --revision 1 --head xyz",
    ],
)
def test_wrong_usage_exits_with_2(desk: Desk, command: str) -> None:
    first, *rest = command.split()
    desk.wrong(first, *rest)


@pytest.mark.parametrize("text", ["", "   ", "a\u202eb", "a\x1bb", "x" * 2001])
def test_texts_that_cannot_be_read_are_refused(desk: Desk, text: str) -> None:
    desk.refused("note", "P001", "--text", text)
    desk.refused("omit", "P001", "--cycle", "8", "--reason", text)


def test_a_text_that_looks_like_a_birth_date_brings_a_word_of_caution(desk: Desk) -> None:
    answer = desk("note", "P001", "--text", "born 12/03/1961")
    assert answer.code == 0
    assert "date of birth" in answer.sentence()


def test_a_file_that_is_no_study_or_not_there_is_said_so(il2: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "text.il2").write_text("hello")
    for name in ("text.il2", "missing.il2"):
        answer = il2("show", str(tmp_path / name))
        assert answer.code == 1
        assert name in answer.sentence()
    assert not (tmp_path / "missing.il2").exists()
