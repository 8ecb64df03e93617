"""An amended protocol: previewed whole, saved whole, recorded days as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from il2scheduler import resources
from tests.cli.desk import Desk
from tests.cli.running import ETOILE, VASCU

REASON = ("--reason", "amendment 2 approved")


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """ETOILE, version 2: the last visit is two weeks later."""
    text = (resources.path("protocols") / f"{ETOILE}.toml").read_text("utf-8")
    assert 'version = "1"' in text
    assert "week = 96" in text
    text = text.replace('version = "1"', 'version = "2"', 1).replace("W96", "W98")
    path = tmp_path / "v2.toml"
    path.write_text(text.replace("week = 96", "week = 98"), "utf-8")
    return path


def test_all_patients_of_the_protocol_are_amended_in_one_undertaking(desk: Desk, amended: Path) -> None:
    desk.done("enrol", "P002", "--arm", "control", "--start", "2026-01-05")
    desk.done("study add-protocol", VASCU)
    desk.done("enrol", "V001", "--arm", "il2", "--start", "2026-01-05", "--protocol", VASCU)
    desk.done("give", "P001", "--cycle", "1", "--all")
    recorded = {c: a for c, a in desk.shown().items() if c.startswith("C1D")}
    before = desk.entries()
    preview = desk.done("amend", "--protocol", str(amended), *REASON, "--preview")
    assert (preview["entries"], desk.entries()) == (None, before)
    done = desk.done("amend", "--protocol", str(amended), *REASON)
    assert done["entries"] == [before + 1, before + 3]
    assert [p["patient"] for p in done["patients"]] == ["P001", "P002"]
    for planned, made in zip(preview["patients"], done["patients"], strict=True):
        assert made | {"entry": None, "preview": True} == planned
    assert {"code": "W98", "from": None, "to": "2026-11-23"} in done["patients"][0]["moves"]
    assert {c: a for c, a in desk.shown().items() if c.startswith("C1D")} == recorded
    entries = desk.done("history")["entries"][-3:]
    assert {entry["batch"] for entry in entries} == {done["batch"]}
    assert [e["patient"] for e in entries] == [None, "P001", "P002"]
    assert {e["reason"] for e in entries} == {"amendment 2 approved"}
    versions = {p["code"]: p["version"] for p in desk.done("show")["patients"]}
    assert versions == {"P001": "2", "P002": "2", "V001": "1"}
    assert desk.done("study verify")["sound"] is True


def test_what_the_site_entered_and_the_new_version_leaves_open_is_named(desk: Desk, amended: Path) -> None:
    """A new version starts without the site's values: who puts patients on it must hear so."""
    for field, value in (("visits.W52.window", "-7/+14"), ("visits.W96.window", "±14")):
        desk.done("site-value", "--field", field, "--value", value, "--source", "version 3, p. 41")
    text = amended.read_text("utf-8")
    preview = desk.done("amend", "--protocol", str(amended), *REASON, "--preview")
    assert preview["open_again"] == ["visits.W52.window"]  # Week 96 is no visit of the new version.
    said = desk("amend", "--protocol", str(amended), *REASON).out
    assert "open again in this version: study week 52 (primary end point): window." in said
    assert "Enter it anew with `il2scheduler site-value`" in said
    assert desk.shown()["W52"]["window"] is None

    again = ("--field", "visits.W52.window", "--value", "-7/+14", "--source", "version 4, p. 44")
    desk.done("site-value", *again)
    field = '[[provenance]]\nfield = "visits.*.window"\nstatus = "unknown"'
    assert field in text
    told = text.replace(field, field.replace("unknown", "stated") + '\nsource = "own"\nquote = "no windows"')
    source = '[[sources]]\ncode = "own"\ntitle = "protocol"\nreference = "version 5"\n\n[[provenance]]\n'
    told = told.replace("[[provenance]]\n", source, 1).replace('version = "2"', 'version = "3"', 1)
    amended.write_text(told, "utf-8")
    settled = desk.done("amend", "--protocol", str(amended), *REASON)
    assert settled["open_again"] == []


def test_only_the_named_patient_is_amended_and_undo_brings_the_old_version_back(
    desk: Desk, amended: Path
) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    desk.done("amend", "P002", "--protocol", str(amended), *REASON)
    assert "W98" in desk.shown("P002")
    assert "W98" not in desk.shown("P001")
    desk.done("undo", "--reason", "too early")
    assert "W96" in desk.shown("P002")
    assert desk.done("amend", "P002", "--protocol", str(amended), *REASON)["protocol"]["new"] is True
    assert desk.done("amend", "--protocol", str(amended), *REASON)["protocol"]["new"] is False


def test_an_amendment_is_undone_and_redone_for_all_its_patients(desk: Desk, amended: Path) -> None:
    """It was one undertaking; the version goes with it, unless somebody is on it by another."""
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    desk.done("enrol", "P003", "--arm", "il2", "--start", "2026-01-05")
    before = {code: desk.shown(code) for code in ("P001", "P002", "P003")}
    desk.done("amend", "--protocol", str(amended), *REASON)
    after = {code: desk.shown(code) for code in before}
    desk.done("undo", "--reason", "too early")
    assert {code: desk.shown(code) for code in before} == before
    desk.done("redo")
    assert {code: desk.shown(code) for code in before} == after
    desk.done("undo", "--reason", "too early")
    desk.done("amend", "P002", "--protocol", str(amended), *REASON)
    desk.done("amend", "--protocol", str(amended), *REASON)
    desk.done("undo", "--reason", "only P002")
    assert ("W98" in desk.shown("P002"), desk.shown("P003")) == (True, before["P003"])
    assert desk.done("study verify")["sound"] is True


def test_an_amendment_that_later_entries_stand_on_is_not_undone_whole(desk: Desk, amended: Path) -> None:
    desk.done("enrol", "P002", "--arm", "il2", "--start", "2026-01-05")
    done = desk.done("amend", "--protocol", str(amended), *REASON)
    desk.done("delay", "P002", "--cycle", "3", "--days", "7", "--past-cap", "omit", *REASON, "--who", "NB")
    assert f"entry {desk.entries()}" in desk.refused("undo", "--reason", "too early")
    desk.done("undo", "--entry", str(done["patients"][0]["entry"]), "--reason", "P001 had not consented")
    assert ("W96" in desk.shown("P001"), "W98" in desk.shown("P002")) == (True, True)


def test_amendments_that_make_no_sense_are_refused(desk: Desk, amended: Path) -> None:
    assert "reason" in desk.refused("amend", "--protocol", str(amended))
    assert "word for word" in desk.refused("amend", "--protocol", ETOILE, *REASON)
    assert VASCU in desk.refused("amend", "--protocol", VASCU, *REASON)
    assert "P009" in desk.refused("amend", "P009", "--protocol", str(amended), *REASON)
    text = amended.read_text("utf-8").replace('"il2"', '"il3"').replace("totals.il2", "totals.il3")
    amended.write_text(text, "utf-8")
    assert "no arm il2" in desk.refused("amend", "--protocol", str(amended), *REASON)


def test_two_texts_under_one_version_are_refused(desk: Desk, amended: Path) -> None:
    """A year later nobody could tell which of them a patient was on."""
    text = amended.read_text("utf-8")
    amended.write_text(text.replace('version = "2"', 'version = "1"', 1), "utf-8")
    assert "a version of its own" in desk.refused("amend", "--protocol", str(amended), *REASON)
    assert "a version of its own" in desk.refused("study add-protocol", str(amended))
    amended.write_text(text, "utf-8")
    desk.done("study add-protocol", str(amended))
    amended.write_text(text.replace("week = 98", "week = 99").replace("W98", "W99"), "utf-8")
    assert "version 2 of anrs-123-etoile" in desk.refused("amend", "--protocol", str(amended), *REASON)
