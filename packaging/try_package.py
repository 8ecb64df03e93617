"""Try the Debian package as a person would: install it, start it from its menu entry on a study, remove it.

Usage: packaging/try_package.py PACKAGE.deb [--clean SUITE] [--picture FILE]
Alone it unpacks the package into a folder and uses the libraries of this computer. With `--clean bookworm` it
makes a Debian that has nothing (as root; needs debootstrap and a mirror), and installs and removes it there.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60
"""Seconds until a window that has not opened its study is given up."""


def mirror(suite: str) -> str:
    """Where this computer itself gets the packages of a Debian release from."""
    asked = ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)"]
    lines = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    sites = [line.split()[0] for line in lines if line.split()[1:] == [suite]]
    if not sites:
        raise SystemExit(f"apt knows no place that has {suite}; add one to its sources")
    return sites[0]


class Place:
    """Where the package is installed: a folder, or a whole system (`clean`) that is entered by chroot."""

    def __init__(self, folder: Path, *, clean: bool) -> None:
        """Know the folder; nothing is done yet."""
        self.folder, self.clean = folder, clean
        self.home = folder / "root"

    def seen(self, path: Path) -> str:
        """A path as the installed program sees it."""
        return f"/{path.relative_to(self.folder)}" if self.clean else str(path)

    def command(self, *words: str, display: str = "") -> tuple[list[str], dict[str, str]]:
        """A command as it is run there, and its environment."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": self.seen(self.home)}
        if display:
            env["DISPLAY"] = display
        if self.clean:
            return ["chroot", str(self.folder), "env", *(f"{k}={v}" for k, v in env.items()), *words], {
                **os.environ
            }
        env["PATH"] = f"{self.folder / 'usr/bin'}:{env['PATH']}"
        return ["env", *(f"{k}={v}" for k, v in env.items()), *words], {**os.environ}

    def run(self, *words: str) -> str:
        """Run a command to its end; what it printed."""
        command, env = self.command(*words)
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=env, timeout=600)
        if done.returncode:
            raise SystemExit(f"{shlex.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextlib.contextmanager
def unpacked(deb: Path) -> Iterator[Place]:
    """The package unpacked into a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(Path(scratch).resolve(), clean=False)
        subprocess.run(["dpkg-deb", "-x", str(deb), scratch], check=True)
        place.home.mkdir()
        yield place


@contextlib.contextmanager
def installed(deb: Path, suite: str) -> Iterator[Place]:
    """The package installed by apt in a Debian that was made for it; removed at the end."""
    scratch = Path(tempfile.mkdtemp()).resolve()
    scratch.chmod(0o755)
    mounts = [("-t", "proc", "proc", str(scratch / "proc"))]
    place = Place(scratch, clean=True)
    apt = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--yes", "-o", "Dpkg::Use-Pty=0")
    try:
        say(f"a clean Debian ({suite})")
        subprocess.run(
            ["debootstrap", "--variant=minbase", suite, str(scratch), mirror(suite)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for mount in mounts:
            subprocess.run(["mount", *mount], check=True)
        shutil.copyfile(deb, scratch / "root/il2scheduler.deb")
        say("install")
        place.run(*apt, "update")
        # What a desktop has anyway: it takes up menu entries and types of files.
        desktop = ("desktop-file-utils", "shared-mime-info", "libglib2.0-bin")
        place.run(*apt, "install", "--no-install-recommends", "/root/il2scheduler.deb", *desktop)
        yield place
    finally:
        for mount in reversed(mounts):
            subprocess.run(["umount", mount[-1]], check=False)
        shutil.rmtree(scratch)


def try_out(place: Place, picture: Path | None) -> Path:
    """Everything but removing: self-test, a study of this checkout, the window; returns the study."""
    say("self-test")
    print(place.run("il2scheduler", "self-test"), end="")
    study = place.home / "ward.il2"
    ours = [sys.executable, "-m", "il2scheduler", "study", "demo", str(study), "--who", "IT"]
    subprocess.run(ours, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    say("a study that this checkout made")
    print(place.run("il2scheduler", "study", "verify", place.seen(study)), end="")
    if place.clean:
        nameless = study.with_name("ward")  # known by what is in it, without its ending as well
        shutil.copyfile(study, nameless)
        for file in (study, nameless):
            kind = place.run("gio", "info", "-a", "standard::content-type", place.seen(file))
            if "application/x-il2scheduler-study" not in kind:
                raise SystemExit(f"a study is taken for something else: {kind}")
    say("the window, from its menu entry")
    entry = (place.folder / "usr/share/applications/il2scheduler.desktop").read_text("utf-8")
    exec_line = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)[0]
    words = [place.seen(study) if word == "%f" else word for word in shlex.split(exec_line)]
    with screen(place) as display:
        command, env = place.command(*words, display=display)
        with subprocess.Popen(command, env=env) as window:
            try:
                wait_until_open(study, window)
                if picture is not None:
                    time.sleep(3)
                    subprocess.run(
                        ["import", "-display", display, "-window", "root", str(picture)], check=True
                    )
            finally:
                window.send_signal(signal.SIGTERM)
            code = window.wait(timeout=PATIENCE)
    if code or windows_on(study):
        raise SystemExit(f"the window did not close as it should: {code}")
    print("opened the study, and closed when it was told to")
    return study


def wait_until_open(study: Path, window: subprocess.Popen[bytes]) -> None:
    """Wait until the study says that a window has it open."""
    until = time.monotonic() + PATIENCE
    while not windows_on(study):
        if window.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the window did not open the study (exit code {window.poll()})")
        time.sleep(0.2)


def windows_on(study: Path) -> int:
    """How many windows have a study open, as its file says."""
    with contextlib.closing(sqlite3.connect(f"file:{study}?mode=ro", uri=True, timeout=30)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM open_window").fetchone()
    return int(count)


@contextlib.contextmanager
def screen(place: Place) -> Iterator[str]:
    """A screen in memory that the program there can reach; its name."""
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL) as xvfb:
        os.close(theirs)
        with os.fdopen(ours) as told:
            number = told.readline().strip()
        sockets = place.folder / "tmp/.X11-unix"
        try:
            if place.clean:
                sockets.mkdir(exist_ok=True)
                subprocess.run(["mount", "--bind", "/tmp/.X11-unix", str(sockets)], check=True)  # noqa: S108
            yield f":{number}"
        finally:
            if place.clean:
                subprocess.run(["umount", str(sockets)], check=False)
            xvfb.terminate()


def remove(place: Place, study: Path) -> None:
    """Remove the package; the study stays as it is."""
    say("remove")
    before = hashlib.sha256(study.read_bytes()).digest()
    apt = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--yes", "-o", "Dpkg::Use-Pty=0")
    place.run(*apt, "remove", "--purge", "il2scheduler")
    left = [place.folder / path for path in ("usr/lib/il2scheduler", "usr/bin/il2scheduler")]
    if any(path.exists() for path in left) or hashlib.sha256(study.read_bytes()).digest() != before:
        raise SystemExit("removing it left something behind, or touched the study")
    print("the program is gone, the study is as it was")


def say(what: str) -> None:
    """A heading."""
    print(f"== {what}", flush=True)


def main() -> int:
    """Try it; a sentence and exit code 1 where something is not as it should be."""
    options = argparse.ArgumentParser(description="Try the Debian package as a person would.")
    options.add_argument("deb", type=Path)
    options.add_argument("--clean", metavar="SUITE", help="in a Debian made for it, such as bookworm")
    options.add_argument("--picture", type=Path, help="a picture of the window (needs ImageMagick)")
    given = options.parse_args()
    if given.clean is None:
        with unpacked(given.deb) as place:
            try_out(place, given.picture)
    else:
        with installed(given.deb, given.clean) as place:
            remove(place, try_out(place, given.picture))
    return 0


if __name__ == "__main__":
    sys.exit(main())
