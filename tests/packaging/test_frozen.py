"""The program as people without Python get it: frozen, packed, unpacked, started from its menu entry."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("dpkg-deb", "objdump", "Xvfb")
LARGEST_MB = 160
"""Well above what it is (some 140): more means that something came in that should not."""

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)


def said(*command: str | Path) -> str:
    """What a script printed; its own words where it failed."""
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    said(sys.executable, "packaging/freeze.py", folder)
    return folder


# One test, so that one worker freezes the program once.
def test_the_program_is_frozen_packed_and_starts_from_its_menu_entry(frozen: Path, tmp_path: Path) -> None:
    program = frozen / "il2scheduler"
    files = [file for file in program.rglob("*") if file.is_file() and not file.is_symlink()]
    names = {file.name.partition(".")[0] for file in files}

    assert sum(file.stat().st_size for file in files) < LARGEST_MB * 1e6
    assert {"libQt6Widgets", "libQt6PrintSupport", "libqxcb", "_rl_accel"} <= names
    assert names & {"libQt6Network", "libQt6Qml", "libQt6Sql", "libQt6Quick", "_ssl", "libqgtk3"} == set()
    assert (program / "_internal/licences/qt/LGPL-3.0.txt").is_file()
    ours = [file.relative_to(ROOT) for file in (ROOT / "resources").rglob("*") if file.is_file()]
    assert [f for f in ours if f.suffix != ".po" and not (program / "_internal" / f).is_file()] == []

    bill = json.loads(said(sys.executable, "packaging/sbom.py", frozen))
    inside = {part["name"]: part["version"] for part in bill["components"]}
    assert {"python", "qt", "pyside6-essentials", "reportlab", "holidays", "tzdata", "dejavu-fonts"} <= set(
        inside
    )
    assert not {"pytest", "hypothesis", "rich", "setuptools"} & set(inside)

    deb = Path(said(sys.executable, "packaging/deb.py", frozen, tmp_path, "--fast").strip())
    described = said("dpkg-deb", "--field", deb)
    held = said("dpkg-deb", "--contents", deb)
    for package in ("libc6 (>=", "libgl1", "libxcb-cursor0", "libglib2.0-0"):
        assert package in described
    assert len(re.findall(r"/usr/share/icons/hicolor/\S+/apps/il2scheduler\.(?:png|svg)", held)) == 10
    # Nothing but its own folders, and no script that runs as root.
    assert not re.search(r" \./(?!usr/)\S*[^/]$", held, re.MULTILINE)
    assert said("dpkg-deb", "--ctrl-tarfile", deb).count("inst") == 0

    told = said(sys.executable, "packaging/try_package.py", deb)
    assert told.count("ok: ") == 5
    assert "opened the study, and closed when it was told to" in told
