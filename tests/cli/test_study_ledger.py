"""Who did what and why: history, undo and redo, prints, redaction, two people at one file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from il2scheduler.cli import histories
from il2scheduler.commands.values import AddNote, OmitCycle
from il2scheduler.study import Answers, Study
from tests.cli.desk import Desk
from tests.cli.running import CommandLine, process
from tests.sheets.reading import text_of
from tests.template_file.seeds import ETOILE as TEXT

DELAY = ("P001", "--cycle", "4", "--days", "7", "--reason", "fever", "--past-cap", "omit")


# --- History ---


def test_a_window_that_goes_with_its_cycle_is_not_told_as_another_one(
    il2: CommandLine, tmp_path: Path
) -> None:
    weekly = '[[visits]]\ncode = "PRE"\nlabel = { en = "before", fr = "avant" }\n'
    weekly += 'at = { cycle = "every", day = -1 }\nwindow = { before = 3, after = 3 }\n\n[[sources]]'
    file = tmp_path / "etoile.toml"
    file.write_text(TEXT.replace("[[sources]]", weekly, 1), encoding="utf-8")
    desk = Desk(il2, tmp_path / "w.il2")
    desk.done("study new", "--protocol", str(file))
    desk.done("enrol", "P001", "--arm", "il2", "--start", "2025-01-06")
    preview = desk("delay", *DELAY).out

    assert "Before of cycle 4: Sun 11-May-2025 becomes Sun 18-May-2025 (+7 days)" in preview
    assert ", window" not in preview
    assert ": window" not in desk("history", "P001").out
    desk.done("move", "P001", "--visit", "C3-PRE", "--to", "2025-04-01", "--reason", "abroad")
    desk.done("delay", "P001", "--cycle", "3", "--days", "2", "--reason", "fever")
    moved = "window Thu 27-Mar-2025 to Wed 02-Apr-2025 becomes Sat 29-Mar-2025 to Fri 04-Apr-2025"
    assert moved in desk("history", "P001").out


def test_history_says_who_what_when_at_the_site_why_and_what_it_moved(desk: Desk) -> None:
    desk.done("delay", *DELAY, "--who", "Dr Noël")
    document = desk.done("history", "P001")
    assert document["timezone"] == "Europe/Paris"
    enrolled, delayed = document["entries"]
    assert (enrolled["who"], enrolled["what"]) == (
        "Anne",
        "P001 was enrolled in arm il2, start Mon 06-Jan-2025.",
    )
    assert delayed["who"] == "Dr Noël"
    assert (delayed["what"], delayed["reason"]) == ("Cycle 4 was delayed by 7 days.", "fever")
    assert delayed["at"].endswith("Z")
    assert delayed["local"][-6:] in ("+01:00", "+02:00")
    assert {"code": "C4", "from": "2025-05-12", "to": "2025-05-19"} in delayed["moved"]
    assert {"code": "C8", "from": "2025-10-27", "to": None} in delayed["moved"]
    assert not any(move["code"] in ("C3", "W52") for move in delayed["moved"])
    printed = desk("history", "P001").out
    assert "Dr Noël" in printed
    assert "Reason: fever" in printed
    assert "Cycle 4: Mon 12-May-2025 becomes Mon 19-May-2025 (+7 days)" in printed


def test_history_of_the_study_names_every_command_in_words(desk: Desk) -> None:
    desk.done("closure", "--days", "2025-08-04..2025-08-15", "--name", "summer", "--reason", "decided")
    desk.done("study set", "--closed", "sun", "--reason", "opens on Saturdays")
    desk.done("give", "P001", "--cycle", "1", "--all", "--except", "4@20:00=R")
    desk.done("note", "P001", "--text", "calls on Mondays")
    said = [entry["what"] for entry in desk.done("history")["entries"]]
    assert said[0].startswith("The study was made, with the protocol anrs-123-etoile")
    assert said[2:] == [
        "The clinic is closed from Mon 04-Aug-2025 to Fri 15-Aug-2025 (summer).",
        "Settings of the study were changed: closed_weekdays = sun.",
        "All injections still planned in cycle 1 were given, except day 4 20:00 R.",
        "Note: calls on Mondays",
    ]
    assert len(desk.done("history", "--last", "2")["entries"]) == 2


def test_history_tells_what_was_recorded_and_the_old_value_of_what_was_corrected(desk: Desk) -> None:
    slot = ("P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    told = ("--at", "2025-01-20T08:12", "--site", "left thigh", "--batch", "B7")
    entry = desk.done("give", *slot, *told)["entry"]
    desk.done("give", "P001", "--cycle", "1", "--all", "--except", "4@20:00=R", "--by", "patient")
    desk.done("correct", "--entry", str(entry), "--batch", "B8", "--reason", "misread")
    desk.done("dose-level", "P001", "--dose", "3", "--from-cycle", "8", "--reason", "fever")
    desk.done("visit", "P001", "--visit", "W0", "--missed", "--note", "snow")
    facts = [entry["facts"] for entry in desk.done("history", "P001")["entries"]]
    first = "Cycle 1 day 1 at 08:00"
    units = "\N{NO-BREAK SPACE}million international units"
    days = "given from Mon 20-Jan-2025 to Fri 24-Jan-2025"
    doses = f"planned dose 4.5{units} becomes 3{units}"
    assert facts == [
        [],
        [f"{first}: given at Mon 20-Jan-2025 08:12; site of injection “left thigh”; batch “B7”"],
        [
            f"Cycle 1 day 1 at 20:00 and 7 more, the last cycle 1 day 5 at 20:00: {days}; given by “patient”",
            "Cycle 1 day 4 at 20:00: planned on Thu 23-Jan-2025",
        ],
        ["Cycle 1 day 1 at 08:00: batch “B7” becomes “B8”"],
        [f"Cycle 8 day 1 at 08:00 and 9 more, the last cycle 8 day 5 at 20:00: {doses}"],
        ["Study week 0 (baseline): planned on Mon 06-Jan-2025; note “snow”"],
    ]
    printed = desk("history", "P001").out
    assert all(fact in printed for listed in facts for fact in listed)


def test_two_that_are_alike_are_both_named(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--all", "--except", "4@20:00=R", "--except", "5@08:00=V")
    told = desk.done("history", "P001")["entries"][-1]["facts"][-1]
    days = "planned from Thu 23-Jan-2025 to Fri 24-Jan-2025"
    assert told == f"Cycle 1 day 4 at 20:00 and cycle 1 day 5 at 08:00: {days}"


def facts(desk: Desk, patient: str = "P001") -> list[list[str]]:
    return [entry["facts"] for entry in desk.done("history", patient)["entries"]]


def test_history_tells_what_was_accepted_and_which_cycle_the_cap_took(desk: Desk) -> None:
    gap = ("--accept", "gap-too-short", "--reason", "holiday")
    desk.done("delay", "P001", "--cycle", "5", "--days", "-3", *gap)
    for _ in range(2):
        desk.done("delay", "P001", "--cycle", "8", "--days", "7", "--past-cap", "keep", "--reason", "fever")
    desk.done("undo", "--reason", "another patient")
    desk.done("delay", "P001", "--cycle", "6", "--days", "14", "--past-cap", "omit", "--reason", "fever")
    kept = "Cycle 8: the start past the cap was accepted"
    assert facts(desk)[1:] == [
        ["Cycle 5: the start sooner than the minimum interval was accepted"],
        [kept],
        [kept],
        [],
        [
            "Cycle 8: the start past the cap is no longer accepted",
            "Cycle 8 was omitted: it would have started past the cap.",
        ],
    ]
    assert kept in desk("history", "P001").out
    assert "Cure 8 : le début après la limite a été accepté" in desk("history", "--language", "fr").out


def test_history_dates_every_record_and_what_is_done_again(desk: Desk) -> None:
    slot = ("P001", "--cycle", "1", "--day", "1", "--time")
    given = ["Cycle 1 day 1 at 08:00: given on Mon 20-Jan-2025"]
    desk.done("give", *slot, "08:00")
    desk.done("undo", "--reason", "r")
    desk.done("redo")
    desk.done("not-given", *slot, "20:00", "--code", "H")
    desk.done("withhold", "P001", "--cycle", "1", "--from-day", "2", "--reason", "toxicity")
    told = facts(desk)
    assert (told[1], told[3]) == (given, given)
    assert "given at Mon 20-Jan-2025 08:00 becomes –" in told[2][0]
    assert told[4] == ["Cycle 1 day 1 at 20:00: planned on Mon 20-Jan-2025"]
    days = "planned from Tue 21-Jan-2025 to Fri 24-Jan-2025"
    assert told[5] == [f"Cycle 1 day 2 at 08:00 and 7 more, the last cycle 1 day 5 at 20:00: {days}"]
    # A record that was taken back is of the day on which it was planned then, not of today's.
    for _ in range(3):
        desk.done("undo", "--reason", "another patient")
    desk.done("delay", "P001", "--cycle", "1", "--days", "7", "--past-cap", "omit", "--reason", "fever")
    assert facts(desk)[4] == told[4]


def test_history_tells_what_a_value_of_the_site_changed_for_a_patient(desk: Desk) -> None:
    page = ("--source", "p. 12")
    desk.done("site-value", "--field", "visits.*.window", "--value=-7/+14", *page)
    desk.done("site-value", "--field", "visits.W52.window", "--value=-3/+3", *page)
    desk.done("site-value", "--field", "cycles.course.slots.time", "--value", "8h30 and 20h00", *page)
    windows, window, hours = facts(desk)[1:]
    new = "new, 4.5\N{NO-BREAK SPACE}million international units; place of care day hospital"
    assert windows == ["Study week 0 (baseline) and 5 more, the last study week 96: window −7/+14 days"]
    assert window == ["Study week 52 (primary end point): window −7/+14 days becomes −3/+3 days"]
    assert hours == [
        "Cycle 1 day 1 at 08:00 and 39 more, the last cycle 8 day 5 at 08:00: no longer planned",
        f"Cycle 1 day 1 at 08:30 and 39 more, the last cycle 8 day 5 at 08:30: {new}",
    ]


def test_history_names_the_days_where_a_cycle_stays_and_some_of_its_days_go(desk: Desk) -> None:
    desk.done("evening-start", "P001", "--cycle", "4", "--reason", "late")
    desk.done("stop", "P001", "--on", "2025-05-15", "--reason", "toxicity")
    added, stopped = (entry["moved"] for entry in desk.done("history", "P001")["entries"][1:])
    assert added == [{"code": "C4D6", "from": None, "to": "2025-05-17"}]
    assert [move["code"] for move in stopped[:4]] == ["C4D4", "C4D5", "C4D6", "C5"]


def test_history_speaks_french(desk: Desk) -> None:
    desk.done("delay", *DELAY)
    assert "Cure 4" in desk("history", "P001", "--language", "fr").out


# --- Undo and redo ---


def test_undo_restores_every_date_and_redo_takes_that_back(desk: Desk) -> None:
    before = desk.done("show", "P001")
    done = desk.done("delay", *DELAY)
    assert "reason" in desk.refused("undo")
    preview = desk.done("undo", "--reason", "wrong patient", "--preview")
    undone = desk.done("undo", "--reason", "wrong patient")
    assert undone | {"entry": None, "preview": True} == preview
    after = desk.done("show", "P001")
    for changed in ("revision", "head", "entry"):
        assert before.pop(changed) != after.pop(changed)
    assert after == before
    redone = desk.done("redo")
    assert {m["code"] for m in redone["moves"]} == {m["code"] for m in done["moves"]}
    assert desk.planned("C4D1") == ["2025-05-19"]
    entries = desk.done("history", "P001")["entries"]
    assert [entry["reverts"] for entry in entries] == [None, None, 3, 4]


def test_what_was_done_again_is_in_effect_and_can_be_undone_by_its_number(desk: Desk) -> None:
    before = desk.planned("C4D1", "C8D1")
    desk.done("delay", *DELAY)
    for command in (("undo", "--reason", "r"), ("redo",)):
        desk.done(*command)
    assert "Entry 4 is undone already, by entry 5." in desk.refused("undo", "--entry", "4", "--reason", "r")
    preview = desk.done("undo", "--entry", "3", "--reason", "r", "--preview")
    assert {"code": "C4", "from": "2025-05-19", "to": "2025-05-12"} in preview["moves"]
    desk.done("undo", "--entry", "5", "--reason", "r")
    assert "Entry 5 is undone already, by entry 6." in desk.refused("undo", "--entry", "5", "--reason", "r")
    assert "Entry 3 is undone already, by entry 4." in desk.refused("undo", "--entry", "3", "--reason", "r")
    desk.done("undo", "--entry", "4", "--reason", "r")
    assert desk.planned("C4D1") == ["2025-05-19"]
    desk.done("undo", "--entry", "3", "--reason", "r")
    assert desk.planned("C4D1", "C8D1") == before
    desk.done("redo")
    assert desk.planned("C4D1") == ["2025-05-19"]
    assert desk.done("study verify")["sound"] is True


def test_undo_takes_ones_own_latest_entry_and_others_only_by_number(desk: Desk) -> None:
    desk.done("omit", "P001", "--cycle", "8", "--reason", "r", "--who", "Ben")
    desk.done("note", "P001", "--text", "mine")
    assert "Ben" not in desk.done("history")["entries"][-1]["who"]
    desk.done("undo", "--reason", "r", "--who", "Ben")
    assert desk.shown()["C8D1"]["status"] == "planned"
    desk.done("undo", "--entry", "4", "--reason", "r", "--who", "Ben")
    assert "by entry 6" in desk.refused("undo", "--entry", "4", "--reason", "r")
    assert "nothing in this study" in desk.refused("undo", "--reason", "r", "--who", "Carla")


def test_an_undo_is_refused_while_a_later_entry_stands_on_it(desk: Desk) -> None:
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    desk.done("correct", "--entry", "3", "--batch", "B8", "--reason", "r")
    assert "entry 4" in desk.refused("undo", "--entry", "3", "--reason", "r")


def test_an_enrolment_can_be_undone_and_the_code_be_given_again(desk: Desk) -> None:
    desk.done("undo", "--reason", "wrong code")
    assert desk.done("show")["patients"] == []
    assert "no patient P001" in desk.refused("note", "P001", "--text", "x")
    assert [e["patient"] for e in desk.done("history")["entries"]] == [None, "P001", "P001"]


def test_who_was_enrolled_by_mistake_keeps_the_code_in_the_history_and_on_paper(desk: Desk) -> None:
    enrol = ("enrol", "P023", "--arm", "il2", "--start", "2025-01-06")
    desk.done(*enrol)
    desk.done("note", "P023", "--text", "hello")
    told = desk.done("show", "P023")
    of_print = ("--patient", "P023", "--revision", str(told["revision"]), "--head", told["head"])
    for _ in range(2):
        desk.done("undo", "--reason", "wrong person")
    everything = desk.done("history")["entries"]
    assert [e["patient"] for e in everything] == [None, "P001", "P023", "P023", "P023", "P023"]
    assert [e["entry"] for e in desk.done("history", "P023")["entries"]] == [3, 4, 5, 6]
    assert "P023  Note: hello" in desk("history", "P023").out
    for enrolled_anew in (False, True):
        if enrolled_anew:
            desk.done(*enrol)
        answer = desk("check-print", *of_print)
        assert answer.code == 1
        assert answer.out.startswith("superseded: it is of a patient P023 whose enrolment was undone on ")
        assert "by Anne. Because: wrong person" in answer.out
        checked = json.loads(desk("check-print", *of_print, "--json").out)
        assert (checked["result"], checked["by"]["entry"], checked["unenrolled"]) == ("superseded", 6, True)
    assert [e["entry"] for e in desk.done("history", "P023")["entries"]] == [3, 4, 5, 6, 7]
    assert [e["entry"] for e in desk.done("history", "P023", "--last", "2")["entries"]] == [6, 7]
    told = desk.done("show", "P023")
    anew = ("--patient", "P023", "--revision", str(told["revision"]), "--head", told["head"])
    assert desk.done("check-print", *anew)["result"] == "current"
    assert "no patient P024" in desk.refused("history", "P024")


# --- Prints ---


def test_a_print_is_current_until_the_plan_changes(desk: Desk) -> None:
    told = desk.done("show", "P001")
    of_print = ("--patient", "P001", "--revision", str(told["revision"]), "--head", told["head"])
    assert desk.done("check-print", *of_print)["result"] == "current"
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00")
    assert desk.done("check-print", *of_print)["result"] == "current"
    desk.done("delay", *DELAY)
    answer = desk("check-print", *of_print)
    assert answer.code == 1
    assert answer.out.startswith("superseded since ")
    assert "by Anne: Cycle 4 was delayed by 7 days. Because: fever" in answer.out


def test_a_current_print_tells_of_another_product_and_of_windows_entered_since(desk: Desk) -> None:
    """No date or dose is another, but the volumes of a dosing sheet or the windows of a calendar are."""
    told = desk.done("show", "P001")
    of_print = ("--patient", "P001", "--revision", str(told["revision"]), "--head", told["head"])
    product = ("study set", "--product", "X", "--vial", "18", "--concentration")
    first = desk.done(*product, "18")["entry"]

    def since() -> list[tuple[str, int]]:
        checked = desk.done("check-print", *of_print)
        assert checked["result"] == "current"
        return [(one["what"], one["entry"]) for one in checked["since"]]

    assert since() == [("product", first)]
    second = desk.done(*product, "9", "--reason", "diluted")["entry"]
    value = ("--field", "visits.W24.window", "--value", "-7/+14", "--source", "p. 12")
    desk.done("site-value", "--protocol", "anrs-123-etoile", *value)
    (amended,) = [e["entry"] for e in desk.done("history", "P001")["entries"]][-1:]
    assert since() == [("protocol", amended), ("product", second)]
    answer = desk("check-print", *of_print)
    assert answer.code == 0
    current, protocol, product_said = answer.out.splitlines()
    assert current == "current"
    assert "this print shows it as it was: the dates and doses are the same" in protocol
    assert "a dosing sheet that was printed before does not show its volumes" in product_said
    assert "9\N{NO-BREAK SPACE}million international units per mL" in product_said

    head = desk.done("show", "P001")["head"]
    anew = ("--patient", "P001", "--revision", str(told["revision"]), "--head", head)
    assert desk.done("check-print", *anew)["since"] == []
    for entry in (second, first):
        desk.done("undo", "--entry", str(entry), "--reason", "not that one")
    assert since() == [("protocol", amended)]


DAY, OTHER = "2025-10-27", "2025-10-28"


@pytest.mark.parametrize(
    ("changed", "code_of_another_day"),
    [
        (("closure", "--days", f"2025-10-25..{DAY}", "--name", "Strike", "--reason", "r"), 0),
        (("study set", "--closed", "mon,sat,sun", "--reason", "r"), 0),
        (("study set", "--site", "Hôpital Saint-Louis", "--reason", "moved"), 1),
        (("study set", "--places-injections", "4", "--reason", "r"), 1),
    ],
)
def test_a_list_is_old_once_what_it_says_of_its_days_and_the_site_changed(
    desk: Desk, tmp_path: Path, changed: tuple[str, ...], code_of_another_day: int
) -> None:
    for day in (DAY, OTHER):
        out = str(tmp_path / f"{day}.pdf")
        assert desk("sheets", "--kind", "day", "--on", day, "--out", out).code == 0
    text = text_of(Path(out).read_bytes())
    found = re.search(r"Study revision (\d+), chain ([0-9a-f]{12})", " ".join(text.split()))
    assert found is not None
    of_list = ("--revision", found[1], "--head", found[2])
    desk.done("study set", "--product", "X", "--vial", "18", "--concentration", "18")
    desk.done("study set", "--title", "T", "--reason", "r")
    for options in ((), ("--on", DAY), ("--on", OTHER), ("--week", DAY)):
        assert desk.done("check-print", *of_list, *options)["result"] == "current"
    done = desk.done(*changed)
    for options in ((), ("--on", DAY), ("--week", DAY)):
        answer = desk("check-print", *of_list, *options)
        assert (answer.code, answer.out[:17]) == (1, "superseded since ")
        assert re.search(" by Anne: (The clinic is|Settings of the study were) ", answer.out)
        by = json.loads(desk("check-print", *of_list, *options, "--json").out)["by"]
        assert by["entry"] == done["entry"]
    assert desk("check-print", *of_list, "--on", OTHER).code == code_of_another_day


def test_a_print_of_another_study_is_told(desk: Desk) -> None:
    answer = desk("check-print", "--patient", "P001", "--revision", "1", "--head", "0123456789ab")
    assert (answer.code, answer.out) == (1, "not from this study\n")


# --- Two people, redaction, copies ---


def test_what_another_program_changed_meanwhile_is_said_and_nothing_is_saved(desk: Desk) -> None:
    path = Path(desk.path)
    with Study.open(path, who="first") as first:
        preview = first.preview("P001", OmitCycle(8), Answers(reason="r"))
        answer = process("omit", desk.path, "P001", "--cycle", "8", "--reason", "r", "--who", "second")
        assert answer.code == 0, answer.err
        with pytest.raises(Exception, match="store-stale"):
            first.commit(preview)
        first.execute("P001", AddNote("seen"))
    assert [e["who"] for e in desk.done("history", "P001")["entries"]] == ["Anne", "second", "first"]


def test_personal_data_typed_by_mistake_is_erased_and_the_study_stays_sound(desk: Desk) -> None:
    desk.done("note", "P001", "--text", "Jeanne Dupont called")
    desk.done("omit", "P001", "--cycle", "8", "--reason", "Jeanne Dupont called")
    desk.done("note", "P001", "--text", "another")
    redact = ("redact", "--entry", "3", "--reason", "a name")
    assert desk.done(*redact, "--preview")["erases"] == [3, 4]
    assert "The same text goes from 2 entries, wherever it stands: 3, 4." in desk(*redact, "--preview").out
    assert b"Dupont" in Path(desk.path).read_bytes()
    desk.done(*redact)
    assert b"Dupont" not in Path(desk.path).read_bytes()
    assert "Dupont" not in desk("history").out
    assert desk.done("study verify")["sound"] is True
    assert "Text of entry 3 was erased" in desk.refused("undo", "--entry", "3", "--reason", "r")
    erased = desk.entries()
    said = desk.refused("undo", "--entry", str(erased), "--reason", "r")
    assert f"Entry {erased} erased text, which is gone for good" in said


def test_what_was_typed_in_settings_is_erased_from_them(
    desk: Desk,
) -> None:
    desk.done("study set", "--product", "Dupont mixture", "--vial", "18", "--concentration", "18")
    desk.done("study set", "--site", "Dupont clinic", "--reason", "r")
    desk.done("closure", "--days", "2026-03-03", "--name", "kept", "--reason", "r")
    desk.done("closure", "--days", "2026-03-04", "--name", "Dupont on leave", "--reason", "r")
    desk.done("unscheduled", "P001", "--on", "2026-02-03", "--reason", "Dupont fell")
    entries = desk.done("history")["entries"]
    typed = {e["command"]["command"]: e["entry"] for e in entries}
    assert desk.refused("redact", "--entry", str(typed["enrol"]), "--text", "2026", "--reason", "x")
    for name in ("product", "set", "closure", "unscheduled"):
        desk.done("redact", "--entry", str(typed[name]), "--reason", "a name")

    assert b"Dupont" not in Path(desk.path).read_bytes()
    info = desk.done("study info")["study"]
    assert (info["site"], info["product"]["name"], info["timezone"]) == (
        "[redacted]",
        "[redacted]",
        "Europe/Paris",
    )
    assert [c["name"] for c in info["closures"]] == ["kept", "[redacted]"]
    assert desk("history").code == 0
    assert desk("show", "P001").code == 0
    assert desk.done("study verify")["sound"] is True


@pytest.mark.parametrize("text", ["2026", "Paris", "08:00", "FR"])
def test_a_text_that_is_part_of_dates_or_settings_is_erased_from_what_was_typed_only(
    desk: Desk, text: str
) -> None:
    desk.done("delay", *DELAY)
    number = str(desk.done("note", "P001", "--text", f"seen, {text}.")["entry"])
    desk.done("redact", "--entry", number, "--text", text, "--reason", "r")
    before = desk.done("study set", "--title", f"of {text}", "--reason", "r")["entry"]
    desk.done("redact", "--entry", str(before), "--text", text, "--reason", "r")

    assert desk.done("study info")["study"]["timezone"] == "Europe/Paris"
    assert "of [redacted]" in desk("history").out
    assert "seen, [redacted]." in desk("history", "P001").out
    assert desk("show", "P001").code == 0
    assert desk.done("study verify")["sound"] is True


def test_a_study_is_checked_copied_and_restored(desk: Desk, tmp_path: Path) -> None:
    copy, new = tmp_path / "copy.il2", tmp_path / "new.il2"
    assert desk("study backup", "--out", str(copy)).code == 0
    assert desk("study backup").code == 0
    assert len(list((tmp_path / "s backups").glob("*.il2"))) == 1
    assert desk.il2("study", "restore", str(copy), "--out", str(new)).code == 0
    assert Desk(desk.il2, new).done("show", "P001") == desk.done("show", "P001")
    assert "new.il2" in desk.il2("study", "restore", str(copy), "--out", str(new)).sentence()
    damaged = bytearray(copy.read_bytes())
    at = damaged.index(b"P001 ") if b"P001 " in damaged else damaged.index(b'"patient": "P001"')
    damaged[at + 13 : at + 17] = b"P009"
    copy.write_bytes(damaged)
    answer = desk.il2("study", "verify", str(copy))
    assert answer.code == 1
    assert "restore the newest backup" in answer.err


def test_the_system_user_acts_where_no_name_is_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IL2SCHEDULER_WHO")
    monkeypatch.setenv("LOGNAME", "ward7")
    desk.done("note", "P001", "--text", "x")
    assert desk.done("history")["entries"][-1]["who"] == "ward7"


def test_a_long_history_is_read_some_entries_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    for number in range(4):
        desk.done("note", f"P00{number % 2 + 1}", "--text", f"note {number}")
    asked = ((), ("--json",), ("P001",), ("--last", "3"))
    whole = [desk("history", *options).out for options in asked]
    monkeypatch.setattr(histories, "_AT_ONCE", 2)
    assert [desk("history", *options).out for options in asked] == whole
    assert [entry["entry"] for entry in desk.done("history")["entries"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry["entry"] for entry in desk.done("history", "--last", "3")["entries"]] == [5, 6, 7]
