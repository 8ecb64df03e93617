"""What a frozen program holds: Python packages, libraries of the computer it was built on, Python and Qt.

PyInstaller's own list (`contents.json`, written by the spec) names every file and where it came from.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One component: `kind` is `pypi`, `deb` or `generic`, as in a package URL; texts are its licences."""

    kind: str
    name: str
    version: str
    licence: str
    texts: tuple[Path, ...] = ()


def parts(contents: Path) -> tuple[Part, ...]:
    """Every component of which at least one file is inside, sorted by kind and name."""
    files = [source for _, source in json.loads(contents.read_text("utf-8"))["files"]]
    found: dict[tuple[str, str], Part] = {}
    owners = _owners()
    for owner in {owners[file].name: owners[file] for file in files if file in owners}.values():
        part = _of_distribution(owner)
        found[part.kind, part.name] = part
    others = [
        Path(file)
        for file in files
        if file not in owners and ".so" in file and file.startswith(("/usr/", "/lib"))
    ]
    for part in (*_python_and_qt(), *_of_debian(others)):
        found[part.kind, part.name] = part
    found.pop(("pypi", "il2scheduler"), None)
    return tuple(found[key] for key in sorted(found))


def _owners() -> dict[str, Distribution]:
    """The distribution that each installed file belongs to, as their own lists say."""
    owners: dict[str, Distribution] = {}
    for dist in distributions():
        folder = str(dist.locate_file(""))
        for line in (dist.read_text("RECORD") or "").splitlines():
            owners[f"{folder}/{line.rsplit(',', 2)[0]}"] = dist
    return owners


def _of_distribution(dist: Distribution) -> Part:
    names = {Path(file).name.upper(): file for file in dist.files or () if ".dist-info" in str(file)}
    texts = tuple(
        Path(str(dist.locate_file(file)))
        for name, file in sorted(names.items())
        if "/licenses/" in str(file) or name.startswith(("LICEN", "COPYING", "NOTICE"))
    )
    return Part("pypi", dist.metadata["Name"].lower().replace("_", "-"), dist.version, _licence(dist), texts)


def _licence(dist: Distribution) -> str:
    stated = dist.metadata.get("License-Expression") or dist.metadata.get("License") or ""
    if stated and "\n" not in stated:
        return stated
    kinds = [c for c in dist.metadata.get_all("Classifier") or () if c.startswith("License ::")]
    return "; ".join(kind.rpartition(" :: ")[2] for kind in kinds) or "see its licence"


def _python_and_qt() -> Iterator[Part]:
    lib = Path(json.__file__).resolve().parent.parent
    texts = tuple(path for path in (lib / "LICENSE.txt", lib.parent / "LICENSE.txt") if path.is_file())
    yield Part("generic", "python", platform.python_version(), "PSF-2.0", texts)
    from PySide6.QtCore import qVersion

    folder = Path(__file__).resolve().parent / "licences"
    lgpl = (folder / "LGPL-3.0.txt", folder / "GPL-3.0.txt")
    yield Part("generic", "qt", qVersion(), "LGPL-3.0-only", lgpl)
    fonts = Path(__file__).resolve().parent.parent / "resources" / "fonts"
    yield Part("generic", "dejavu-fonts", "2.37", "Bitstream-Vera", (fonts / "LICENSE",))


def _of_debian(files: list[Path]) -> Iterator[Part]:
    """The Debian packages that libraries were taken from; by their file names where there is no dpkg."""
    for file in sorted(files):
        name, version = file.name, "unknown"
        if shutil.which("dpkg-query"):
            owner = _said("dpkg-query", "-S", str(file)).partition(":")[0]
            owner = owner or _said("dpkg-query", "-S", f"*/{file.name}").partition(":")[0]
            name = owner or name
            version = _said("dpkg-query", "-W", "-f=${Version}", name) or version
        text = Path("/usr/share/doc") / name / "copyright"
        yield Part("deb", name, version, "see its copyright file", (text,) if text.is_file() else ())


def _said(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
