"""What a desktop is told of the program: menu entry, description, icons, the type of its files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QImage, QImageReader

from il2scheduler.demo import make
from il2scheduler.version import VERSION

ROOT = Path(__file__).parents[2]
LINUX, ICONS = ROOT / "packaging" / "linux", ROOT / "resources" / "icons"
MIME = "application/x-il2scheduler-study"


@pytest.mark.parametrize(
    "command",
    [
        ("desktop-file-validate", "il2scheduler.desktop"),
        ("appstreamcli", "validate", "--no-net", "org.il2scheduler.il2scheduler.metainfo.xml"),
    ],
    ids=lambda command: str(command[0]),
)
def test_the_descriptions_are_valid(command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    done = subprocess.run(command, cwd=LINUX, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_description_names_this_version() -> None:
    (newest, *_) = ET.parse(LINUX / "org.il2scheduler.il2scheduler.metainfo.xml").iter("release")  # noqa: S314 - our own

    assert newest.get("version") == VERSION


def test_a_study_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    study = tmp_path / "ward.il2"
    make(study, who="IT", language="en").close()
    first = study.read_bytes()[:100]
    text = (LINUX / "il2scheduler-mime.xml").read_text("utf-8")
    matches = re.findall(r'type="(\w+)" offset="(\d+)" value="([^"]+)"', text)

    assert len(matches) == 2
    for kind, offset, value in matches:
        wanted = int(value, 16).to_bytes(4, "big") if kind == "big32" else value.encode()
        assert first[int(offset) :].startswith(wanted)
    assert f'type="{MIME}"' in text
    assert f"MimeType={MIME};" in (LINUX / "il2scheduler.desktop").read_text("utf-8")


def test_the_icons_are_drawn_from_the_svg(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, ROOT / "packaging" / "icons.py", tmp_path], check=True, capture_output=True
    )
    drawn = {file.name for file in tmp_path.iterdir()}

    there = {file.name for file in ICONS.iterdir() if not file.name.startswith("arrow-")}
    assert drawn | {"il2scheduler.svg"} == there
    for name in sorted(drawn):
        assert QImage(str(tmp_path / name)) == QImage(str(ICONS / name)), name
    assert QImageReader(str(ICONS / "il2scheduler.ico")).imageCount() == 6
