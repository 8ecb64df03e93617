"""Put the frozen program into a Debian package, with a menu entry, icons and the type of study files.

Usage: packaging/deb.py FOLDER DIST [--fast]      FOLDER as packaging/freeze.py filled it; prints the path.
There are no maintainer scripts: the menu, the icons and the types are taken up by Debian's own triggers, and
nothing outside the package is ever written, so removing it leaves every study where it is.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
ICONS = ROOT / "resources" / "icons"
sys.path.insert(0, str(ROOT))

from il2scheduler.version import VERSION  # noqa: E402 - this checkout's, wherever Python looks otherwise

MAINTAINER = "The il2scheduler maintainers <maintainers@il2scheduler.invalid>"
CONTROL = """\
Package: il2scheduler
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: science
Priority: optional
Description: plan, record and print the visits and injections of interleukin-2 trials
 From a protocol template it builds each patient's injection cycles and visits, shows what clashes with closed
 days and public holidays, and writes calendars, dosing sheets, diaries and tables, in English and French.
 .
 It works without internet and without a server. It is not a medical device and not the source record.
"""
PRINTING = "libcupsprintersupport.so"
"""The part of Qt that prints through CUPS; a computer without it can still write PDF files."""


def needed(files: list[Path]) -> set[str]:
    """The libraries that these files ask for and that are not among them."""
    there = {file.name for file in files}
    asked: set[str] = set()
    for file in files:
        told = _said("objdump", "-p", str(file))
        asked |= set(re.findall(r"^ *NEEDED +(\S+)", told, re.MULTILINE))
    return asked - there


def packages(libraries: set[str]) -> list[str]:
    """The Debian packages that hold these libraries here."""
    paths = dict(re.findall(r"^\s(\S+) \(.*=> (\S+)$", _said("/sbin/ldconfig", "-p"), re.MULTILINE))
    found: set[str] = set()
    for library in sorted(libraries):
        path = Path(paths.get(library, library))
        owner = ""
        for name in (path.resolve(), path, Path("/usr") / str(path).lstrip("/")):
            owner = owner or _said("dpkg-query", "-S", str(name)).partition(":")[0]
        if not owner:
            raise SystemExit(f"no Debian package here holds {library}")
        found.add(owner)
    return sorted(found)


def libc(files: list[Path]) -> str:
    """The oldest C library that knows everything these files ask of it, `2.34`."""
    asked: set[tuple[int, ...]] = {(2, 28)}
    for file in files:
        versions = re.findall(r"\(?GLIBC_(\d+(?:\.\d+)+)\)?", _said("objdump", "-p", str(file)))
        asked |= {tuple(int(part) for part in version.split(".")) for version in versions}
    return ".".join(str(part) for part in max(asked))


def control(program: Path) -> str:
    """The description of the package."""
    binaries = [f for f in program.rglob("*") if f.is_file() and f.read_bytes()[:4] == b"\x7fELF"]
    printing = [file for file in binaries if file.name == PRINTING]
    core = packages(needed([file for file in binaries if file not in printing]))
    core = [f"libc6 (>= {libc(binaries)})", *(name for name in core if name != "libc6")]
    extra = [name for name in packages(needed(binaries)) if name not in core and name != "libc6"]
    # Qt loads these by name, so that no file asks for them.
    core += [name for name in ("libxcb-cursor0",) if name not in core]
    return CONTROL.format(
        version=VERSION,
        architecture=_said("dpkg", "--print-architecture").strip(),
        maintainer=MAINTAINER,
        size=sum(f.stat().st_size for f in program.rglob("*") if f.is_file() and not f.is_symlink()) // 1024,
        depends=", ".join(core),
        recommends=", ".join([*extra, "shared-mime-info", "hicolor-icon-theme"]),
    )


def lay_out(program: Path, root: Path) -> None:
    """All files where Debian wants them."""
    shutil.copytree(program, root / "usr/lib/il2scheduler", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/il2scheduler").symlink_to("../lib/il2scheduler/il2scheduler")
    share = root / "usr/share"
    places = {
        LINUX / "il2scheduler.desktop": "applications/il2scheduler.desktop",
        LINUX
        / "org.il2scheduler.il2scheduler.metainfo.xml": "metainfo/org.il2scheduler.il2scheduler.metainfo.xml",
        LINUX / "il2scheduler-mime.xml": "mime/packages/il2scheduler.xml",
        LINUX / "copyright": "doc/il2scheduler/copyright",
        ROOT / "NOTICE": "doc/il2scheduler/NOTICE",
        ICONS / "il2scheduler.svg": "icons/hicolor/scalable/apps/il2scheduler.svg",
    }
    for icon in ICONS.glob("il2scheduler-*.png"):
        side = icon.stem.rpartition("-")[2]
        places[icon] = f"icons/hicolor/{side}x{side}/apps/il2scheduler.png"
    for source, place in places.items():
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, share / place)
    _pack(ROOT / "CHANGELOG.md", share / "doc/il2scheduler/changelog.gz")
    _pack(LINUX / "il2scheduler.1", share / "man/man1/il2scheduler.1.gz")
    for path in root.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path == root / "usr/lib/il2scheduler/il2scheduler"
            path.chmod(0o755 if runs else 0o644)


def _pack(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(gzip.compress(source.read_bytes(), mtime=0))


def build(program: Path, dist: Path, *, fast: bool = False) -> Path:
    """Make the package; `fast` packs it loosely, for a try."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        root.mkdir(mode=0o755)
        lay_out(program, root)
        (root / "DEBIAN").mkdir(mode=0o755)
        (root / "DEBIAN/control").write_text(control(program), "utf-8")
        dist.mkdir(parents=True, exist_ok=True)
        packing = ["-Zgzip", "-z1"] if fast else ["-Zxz"]
        env = {"SOURCE_DATE_EPOCH": "0", **os.environ}
        command = ["dpkg-deb", *packing, "--root-owner-group", "--build", str(root), str(dist)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    (name,) = re.findall(r"'(\S+\.deb)'", done.stdout)
    return Path(name)


def _said(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def main() -> int:
    """Make the package and print where it is."""
    options = argparse.ArgumentParser(description="Put the frozen program into a Debian package.")
    options.add_argument("folder", type=Path)
    options.add_argument("dist", type=Path)
    options.add_argument("--fast", action="store_true", help="pack loosely, for a try")
    given = options.parse_args()
    print(build((given.folder / "il2scheduler").resolve(), given.dist.resolve(), fast=given.fast))
    return 0


if __name__ == "__main__":
    sys.exit(main())
