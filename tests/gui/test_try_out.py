"""`make run` without a screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_files_and_pictures_without_a_screen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "packaging/try_out.py", str(tmp_path / "out")],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.stderr == ""
    assert "There is no screen" in done.stdout
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    pictures = {
        f"{name}-{language}.png"
        for name in ("welcome", "today", "history", "planner")
        for language in ("en", "fr")
    }
    assert {*pictures, "anrs-123-etoile/P001-diary.pdf"} <= written
    assert sum(name.endswith(".pdf") for name in written) == 8
    for name in written:
        assert Path(name).name in done.stdout


def test_a_folder_is_wanted() -> None:
    done = subprocess.run(
        [sys.executable, "packaging/try_out.py"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 2
