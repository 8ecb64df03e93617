"""The templates that ship and those of the user's own folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from il2scheduler import library, resources
from tests.template_file.seeds import ETOILE as TEXT
from tests.template_file.seeds import changed

ETOILE = "anrs-123-etoile"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, which exists."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setattr(library, "own_folder", lambda: folder)
    return folder


def test_every_shipped_template_reads_without_a_problem(own: Path) -> None:
    shipped = [template for template in library.templates() if template.shipped]

    assert {ETOILE, "anrs-hc21-vascu-il2"} <= {template.code for template in shipped}
    assert [template.code for template in shipped if template.file.problems] == []
    assert [t.path.stem for t in shipped] == sorted(t.code for t in shipped)


def test_a_template_is_known_by_the_digest_of_its_bytes(own: Path) -> None:
    template = library.find(ETOILE)

    protocol = template.file.protocol()

    assert protocol is not None
    assert protocol.sha256 == hashlib.sha256(template.path.read_bytes()).hexdigest()


def test_no_folder_of_the_users_own_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "own_folder", lambda: tmp_path / "missing")

    assert all(template.shipped for template in library.templates())


def test_own_templates_come_after_the_shipped_ones_by_file_name(own: Path) -> None:
    for name in ("b", "a"):
        (own / f"{name}.toml").write_text(changed(TEXT, (ETOILE, f"trial-{name}")), "utf-8")
    (own / "notes.txt").write_text("format = 1", "utf-8")

    assert [t.code for t in library.templates() if not t.shipped] == ["trial-a", "trial-b"]
    assert library.find("trial-a").path == own / "a.toml"


def test_an_own_template_does_not_take_the_place_of_a_shipped_one(own: Path) -> None:
    (own / f"{ETOILE}.toml").write_text(changed(TEXT, ("iu = 4_500_000", "iu = 45_000_000")), "utf-8")
    (own / "zz.toml").write_text(TEXT, "utf-8")

    assert library.find(ETOILE).shipped


def test_a_bad_or_unreadable_template_does_not_hide_the_others(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "bad.toml").write_bytes(b"\xff")
    (own / "locked.toml").write_text(TEXT, "utf-8")
    (own / "mine.toml").write_text(changed(TEXT, (ETOILE, "mine")), "utf-8")
    real = library.read_file

    def refuse(path: Path) -> object:
        if path.name == "locked.toml":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(library, "read_file", refuse)
    found = {template.code: template for template in library.templates() if not template.shipped}

    assert set(found) == {"bad", "locked", "mine"}
    assert [problem.kind for problem in found["locked"].file.problems] == ["unreadable"]
    assert library.find("mine").code == "mine"


@pytest.mark.parametrize(
    "name", ["", "etoile", "../anrs-123-etoile", "ANRS-123-ETOILE", "no/such.toml", "*", "\0"]
)
def test_an_unknown_name_says_what_is_known(own: Path, name: str) -> None:
    with pytest.raises(library.UnknownProtocol) as unknown:
        library.find(name)

    assert ETOILE in unknown.value.known
    assert unknown.value.name == name


def test_a_name_that_climbs_out_of_the_shipped_folder_is_a_file_name(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(TEXT, "utf-8")
    absolute = resources.path("protocols", f"{ETOILE}.toml")

    assert not library.find("mine.toml").shipped
    assert not library.find(str(absolute)).shipped


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_neither_pipes_nor_devices_nor_folders_are_read(own: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path, reason in (
        (tmp_path / "pipe", "not a file"),
        (Path("/dev/zero"), "not a file"),
        (tmp_path, "Is a"),
    ):
        with pytest.raises(OSError, match=reason):
            library.find(str(path))


def test_no_more_is_read_than_a_template_may_have(own: Path, tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    with big.open("wb") as file:
        file.truncate(2**40)

    assert [problem.kind for problem in library.read_file(big).problems] == ["too-big"]
