"""Several programs at one study at once: nobody's change is lost, and nobody stops for another's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from il2scheduler.commands.values import MoveVisit, OmitCycle
from il2scheduler.store import Stale
from il2scheduler.study import Answers, Study
from tests.cli.desk import Desk
from tests.cli.running import HERE

WRITERS, LINES = 4, 12


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "il2scheduler", *arguments],
        cwd=HERE,
        env={**os.environ, "IL2SCHEDULER_WHO": "Anne"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def commands(folder: Path, writer: int) -> str:
    """New patients, a change of the study, and changes of the one patient that all share."""
    lines: list[dict[str, object]] = []
    for number in range(LINES):
        code = f"W{writer}-{number:02}"
        lines.append({"command": "enrol", "patient": code, "arm": "il2", "start": "2025-01-06"})
    lines.append({"command": "closure", "days": f"2027-05-{writer + 10}", "name": f"works {writer}"})
    texts = [f"note {writer}-{number}" for number in range(3)]
    lines.extend({"command": "note", "patient": "P001", "text": text} for text in texts)
    path = folder / f"{writer}.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return str(path)


def test_parallel_files_of_commands_all_come_to_their_end(desk: Desk, tmp_path: Path) -> None:
    before = desk.entries()
    running = [start("apply", desk.path, commands(tmp_path, writer)) for writer in range(WRITERS)]
    done = [process.communicate(timeout=120) for process in running]

    assert [process.returncode for process in running] == [0] * WRITERS, [err for _, err in done]
    told = [line.split()[1] for out, _ in done for line in out.splitlines()]
    assert len(set(told)) == len(told) == WRITERS * (LINES + 4)
    assert desk.entries() == before + len(told)
    info = desk.done("study info")["study"]
    assert (info["patients"], len(info["closures"])) == (1 + WRITERS * LINES, WRITERS)
    assert desk("study verify").code == 0


def test_parallel_commands_of_one_patient_are_done_one_after_the_other(desk: Desk) -> None:
    running = [
        start(
            "delay",
            desk.path,
            "P001",
            "--cycle",
            "1",
            "--days",
            "1",
            "--reason",
            "room",
            "--past-cap",
            "omit",
        )
        for _ in range(WRITERS)
    ]
    done = [process.communicate(timeout=60) for process in running]

    assert [process.returncode for process in running] == [0] * WRITERS, [err for _, err in done]
    assert desk.planned("C1D1") == ["2025-01-24"]


def test_a_change_that_was_shown_first_is_never_decided_anew(desk: Desk) -> None:
    """The study's own door: what a person saw is refused, not decided again, when somebody was faster."""
    with Study.open(Path(desk.path), who="Anne") as study:
        preview = study.preview("P001", OmitCycle(3), Answers(reason="holiday"))
        with Study.open(Path(desk.path), who="Bert") as other:
            other.execute("P001", MoveVisit("W24", date(2025, 6, 24)), Answers(reason="room"))

        with pytest.raises(Stale):
            study.commit(preview)
    assert desk.planned("W24") == ["2025-06-24"]
    assert desk.shown()["C3D1"]["status"] == "planned"


def test_a_plan_that_changed_since_it_was_looked_at_is_not_changed_again(desk: Desk, tmp_path: Path) -> None:
    """Two people delay what both saw on the same date; or a file of commands is sent twice."""
    delay = ("delay", "P001", "--cycle", "3", "--days", "7", "--reason", "fever", "--past-cap", "omit")
    seen = str(desk.done("show", "P001")["revision"])
    before = desk.planned("C3D1")
    preview = desk.done(*delay, "--revision", seen, "--preview")
    assert desk.done(*delay, "--revision", seen)["moves"] == preview["moves"]
    once = desk.planned("C3D1")
    assert once != before

    entries = desk.entries()
    for more in ((), ("--preview",)):
        said = desk.refused(*delay, "--revision", seen, "--language", "en", *more)
        assert "P001 is at revision 2, not at 1" in said
    line = {"command": "omit", "patient": "P001", "cycle": 5, "reason": "fever", "revision": 2}
    file = tmp_path / "c.jsonl"
    file.write_text(json.dumps(line), "utf-8")
    assert desk("apply", str(file)).code == 0
    assert "revision 3, not at 2" in desk.refused("apply", str(file), "--language", "en")
    assert (desk.entries(), desk.planned("C3D1")) == (entries + 1, once)

    # What was given is no change of the plan, so it is no reason to look again.
    desk.done("give", "P001", "--cycle", "1", "--day", "1", "--time", "08:00", "--revision", "3")
    desk.done("note", "P001", "--text", "well", "--revision", "3")
    desk.wrong(*delay, "--revision", "-1")
