"""`make morning`: a nurse's morning and a coordinator's Friday, by keys and mouse on a screen of their own.

Usage: packaging/morning.py FOLDER      Pictures of every step are left in FOLDER; it takes about two minutes.

The program runs as anybody runs it, with a window manager and a home of its own. What is to be seen is read
from the accessibility bus, as a screen reader does, and what was done from the study file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

PROGRAM = [sys.executable, "-m", "il2scheduler"]
SIZE = (1366, 768)
WHOLE, ONE_WAIT, PAUSE = 900.0, 30.0, 0.05
"""Seconds: for all, for what must appear, between two looks."""
NURSE = "nurse"
VISITOR, VISIT, DAYS = "P003", "W24", 2
"""The patient of the demonstration whose visit is dragged: it is always within the next eight days."""
TRIAL, ENROLLED, LATER = "INTERSTART", "B001", "B002"
"""The protocol of the coordinator's new study, a patient with a start date, one who gets it afterwards."""
TARGET = "pharmacy"
DELAYED, BY, FEVER, TRAIN = "P005", 3, "fever, seen by the investigator", "no train on that day"
"""The patient whose next cycle is always in the week to come, by how many days it is delayed, and reasons."""
ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_ATSPI = "org.a11y.atspi."
_OBJECT = re.compile(r"'(:[0-9.]+)', (?:objectpath )?'(/[^']+)'")
_ENABLED, _SHOWING = 8, 25
_LEAVES = frozenset({"table", "list", "menu bar", "popup menu", "combo box", "tree"})


class FailedError(Exception):
    """Something that must appear did not."""


# --- The screen ---


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen with a window manager and two buses, and the environment of who sits before it."""

    environment: dict[str, str]
    bus: str


def switch_on(stack: ExitStack, home: Path) -> Screen:
    """Start a screen, the bus of its desktop and its window manager; they end with the stack."""
    ours, theirs = os.pipe()
    size = f"{SIZE[0]}x{SIZE[1]}x24"
    xvfb = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", size, "-nolisten", "tcp"]
    start(stack, xvfb, dict(os.environ), pass_fds=(theirs,))
    os.close(theirs)
    with os.fdopen(ours) as told:
        display = f":{told.readline().strip()}"
    run = home / "run"
    run.mkdir(mode=0o700)
    (home / "Documents").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "DISPLAY": display,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(run),
        "LANG": "C.UTF-8",
        "LOGNAME": NURSE,
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    }
    desktop = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    address = start(stack, desktop, environment, stdout=subprocess.PIPE).stdout
    if address is None:
        raise FailedError("the bus of the desktop says no address")
    environment["DBUS_SESSION_BUS_ADDRESS"] = address.readline().strip()
    manager = start(stack, ["openbox"], environment)
    ends = monotonic() + ONE_WAIT
    while True:
        # Only a window manager knows how many desktops there are.
        with suppress(FailedError):
            output(["xdotool", "get_num_desktops"], environment)
            break
        if manager.poll() is not None or monotonic() > ends:
            raise FailedError("the window manager did not start")
        sleep(PAUSE)
    asked = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"]
    said = output([*asked, "--method", "org.a11y.Bus.GetAddress"], environment)
    return Screen(environment, said.split("'")[1])


def start(
    stack: ExitStack,
    command: list[str],
    environment: dict[str, str],
    stdout: int = subprocess.DEVNULL,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[str]:
    """Start a process that ends with the stack."""
    made = subprocess.Popen(
        command, env=environment, stdout=stdout, stderr=subprocess.DEVNULL, text=True, pass_fds=pass_fds
    )
    stack.callback(end, made)
    return made


def end(process: subprocess.Popen[str]) -> None:
    """End a process that was started here, if it did not end by itself."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
    if process.poll() is None:
        process.kill()
        process.wait()


def output(command: list[str], environment: dict[str, str]) -> str:
    """What a command prints."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise FailedError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


# --- What is to be seen ---


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on the screen as a screen reader knows it."""

    screen: Screen
    owner: str
    path: str

    def ask(self, what: str, *given: object) -> str:
        """The answer to a question on the accessibility bus, as gdbus writes it."""
        command = ["gdbus", "call", "--address", self.screen.bus, "--dest", self.owner]
        command += ["--object-path", self.path, "--method", what, *map(str, given)]
        return output(command, self.screen.environment).strip()

    def property_of(self, part: str, name: str) -> str:
        """A property, without the brackets around it."""
        said = self.ask("org.freedesktop.DBus.Properties.Get", _ATSPI + part, name)
        return said.removeprefix("(<").removesuffix(">,)").strip("'\"")

    @property
    def name(self) -> str:
        """What it is called."""
        return self.property_of("Accessible", "Name")

    @property
    def role(self) -> str:
        """What it is: `push button`."""
        return self.ask(_ATSPI + "Accessible.GetRoleName").split("'")[1]

    @property
    def showing(self) -> bool:
        """True when it is on the screen."""
        return self._is(_SHOWING)

    @property
    def enabled(self) -> bool:
        """True when it can be used now."""
        return self._is(_ENABLED)

    def _is(self, state: int) -> bool:
        low = re.search(r"\[(?:uint32 )?(\d+)", self.ask(_ATSPI + "Accessible.GetState"))
        return low is not None and bool(int(low[1]) & 1 << state)

    @property
    def children(self) -> list[Thing]:
        """What is inside."""
        return self.objects(self.ask(_ATSPI + "Accessible.GetChildren"))

    def objects(self, said: str) -> list[Thing]:
        """The things an answer names."""
        return [Thing(self.screen, *found) for found in _OBJECT.findall(said)]

    def all(self) -> Iterator[tuple[Thing, str]]:
        """Everything that shows inside, each with its role; tables and menus are not opened."""
        for child in self.children:
            if child.showing:
                role = child.role
                yield child, role
                if role not in _LEAVES:
                    yield from child.all()

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Where it is on the screen: left, top, width, height."""
        x, y, width, height = map(int, re.findall(r"-?\d+", self.ask(_ATSPI + "Component.GetExtents", 0)))
        return x, y, width, height

    @property
    def middle(self) -> tuple[int, int]:
        """The point of the screen in its middle."""
        x, y, width, height = self.box
        return x + width // 2, y + height // 2

    # A table:

    @property
    def rows(self) -> int:
        """How many rows a table has."""
        return int(self.property_of("Table", "NRows"))

    @property
    def columns(self) -> int:
        """How many columns a table has."""
        return int(self.property_of("Table", "NColumns"))

    def cell(self, row: int, column: int) -> Thing:
        """A cell of a table."""
        found = self.objects(self.ask(_ATSPI + "Table.GetAccessibleAt", row, column))
        if not found:
            raise FailedError(f"the table has no cell {row}, {column}")
        return found[0]


# --- Hands and eyes ---


class Morning:
    """The program as a nurse meets it: keys and a mouse, a screen, and a clock that runs."""

    def __init__(self, screen: Screen, home: Path, folder: Path, program: subprocess.Popen[str]) -> None:
        """The program was just started."""
        self.screen, self.home, self.folder, self.program = screen, home, folder, program
        self.ends = monotonic() + WHOLE
        self.taken = 0
        self.study = home
        self.first = 0
        self.expected: list[tuple[str, str | None, str | None]] = []
        """Command, patient and reason of every entry that must have been made."""

    # Hands:

    def do(self, *command: object) -> str:
        """Let xdotool do something."""
        return output(["xdotool", *map(str, command)], self.screen.environment)

    def press(self, *keys: str) -> None:
        """Press keys one after the other: `ctrl+d`, `Return`."""
        self.do("key", "--delay", 30, "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type a text in the place of what stands in the field."""
        self.press("ctrl+a")
        self.do("type", "--delay", 15, text)

    def click(self, at: tuple[int, int]) -> None:
        """Click there."""
        self.do("mousemove", *at, "click", 1)

    def drag(self, start: tuple[int, int], to: tuple[int, int]) -> None:
        """Take what is there and hold it over another place; it is not let go."""
        self.do("mousemove", *start, "mousedown", 1)
        steps = 8
        for step in range(1, steps + 1):
            at = (start[n] + (to[n] - start[n]) * step // steps for n in (0, 1))
            self.do("mousemove", *at)
            sleep(PAUSE)

    # Eyes:

    def until(self, what: str, look: Callable[[], object]) -> None:
        """Look until it is so."""
        ends = min(monotonic() + ONE_WAIT, self.ends)
        while True:
            # What changes while it is looked at is looked at again.
            with suppress(FailedError):
                if look():
                    return
            if self.program.poll() is not None:
                raise FailedError(f"the program ended with {self.program.returncode} before {what}")
            if monotonic() > ends:
                raise FailedError(f"waited in vain: {what}")
            sleep(PAUSE)

    def title(self) -> str:
        """The title of the window that has the keys."""
        return self.do("getactivewindow", "getwindowname").strip()

    def window(self, begins: str) -> None:
        """Wait for a window whose title begins so."""
        self.until(f"the window {begins!r} has the keys", lambda: self.title().startswith(begins))

    @property
    def top(self) -> Thing:
        """The window that has the keys, or the program."""
        programs = Thing(self.screen, *ROOT).children
        if not programs:
            raise FailedError("the program does not say yet what it shows")
        program, title = programs[-1], self.title()
        return next((one for one in program.children if one.name == title), program)

    def thing(self, role: str, name: str) -> Thing:
        """A thing that shows in the window in front; no role is any."""
        for found, its in self.top.all():
            if role in ("", its) and found.name.startswith(name):
                return found
        raise FailedError(f"there is no {role} {name!r}")

    def told(self) -> str:
        """Everything that shows in the window in front, one thing a line."""
        return "".join(f"{role}: {thing.name}\n" for thing, role in self.top.all())

    def seen(self, role: str, name: str) -> Thing:
        """Wait for a thing."""
        found: list[Thing] = []

        def look() -> bool:
            found.append(self.thing(role, name))
            return True

        self.until(f"{role} {name!r} shows", look)
        return found[0]

    def picture(self, name: str) -> None:
        """Keep what is on the screen."""
        self.taken += 1
        target = self.folder / f"{self.taken:02d}-{name}.png"
        output(["import", "-window", "root", str(target)], self.screen.environment)

    # The study:

    def tell(self, *command: object) -> str:
        """What the program says in the terminal."""
        return output([*PROGRAM, *map(str, command)], self.screen.environment)

    def entries(self) -> list[tuple[str, str | None, str | None]]:
        """Command, patient and reason of every entry that was made this morning."""
        told = json.loads(self.tell("history", self.study, "--last", "20", "--json"))["entries"]
        new = [entry for entry in told if entry["entry"] > self.first]
        return [(entry["command"]["command"], entry["patient"], entry["reason"]) for entry in new]

    def entered(self, command: str, *patients: str, reason: str | None = None) -> None:
        """Wait for exactly these entries, after all that were made before."""
        self.expected += [(command, patient, reason) for patient in patients]
        self.until(f"the entry {self.expected[-1]}", lambda: len(self.entries()) >= len(self.expected))
        if self.entries() != self.expected:
            raise FailedError(f"the entries are {self.entries()}, not {self.expected}")

    def injected_next_week(self) -> list[str]:
        """The patients with an injection from next Monday to Sunday."""
        today = date.fromisoformat(json.loads(self.tell("agenda", self.study, "--json"))["today"])
        monday = today + timedelta(days=7 - today.weekday())
        told = json.loads(self.tell("agenda", self.study, "--week", monday, "--json"))
        return sorted({one["patient"] for one in told["due"] if one["kind"] == "injections"})

    # --- The morning ---

    def demonstration(self) -> None:
        """Welcome has the focus on the demonstration: Enter opens it."""
        self.window("il2scheduler")
        self.seen("push button", "Try the demonstration")
        self.picture("welcome")
        self.press("Return")
        self.window("Demonstration")
        self.seen("table", "What is due")
        (self.study,) = (self.home / "Documents").glob("*.il2")
        told = json.loads(self.tell("history", self.study, "--last", "1", "--json"))
        self.first = told["entries"][-1]["entry"]
        self.picture("today")

    def injections(self) -> None:
        """Two injections of Today: one as planned with Enter alone, one with its body site."""
        for site in ("", "left side of the abdomen"):
            at, patient = self.open_injection()
            self.click(at.middle)
            self.press("space")
            self.window("Record ")
            if site:
                self.press("Tab", "Tab", "Tab")
                self.type(site)
            self.picture("record")
            self.press("Return")
            self.entered("give", patient)
            self.window("Demonstration")
            self.picture("recorded")

    def open_injection(self) -> tuple[Thing, str]:
        """The first row of Today with one injection that is still to be recorded, and its patient."""
        table = self.seen("table", "What is due")
        for row in range(table.rows):
            said = table.cell(row, 0).name
            if "Cycle " in said and "○ planned" in said:
                return table.cell(row, 3), said.split(",")[0]
        raise FailedError("no injection is to be recorded")

    def delay(self) -> None:
        """The next cycle of a patient is delayed once its cost was seen, and that is undone."""
        self.press("ctrl+k")
        self.type(DELAYED)
        self.press("Return", "ctrl+d")
        self.window("Delay cycle ")
        self.press("alt+d")
        self.type(str(BY))
        self.press("Tab")
        moves = self.seen("table", "What changes")
        self.until("later cycles move as well", lambda: moves.rows > 1)
        self.until("they move as far", lambda: moves.cell(0, 3).name.endswith(f"+{BY}"))
        self.press("alt+r")
        self.type(FEVER)
        self.picture("delay")
        self.press("Return")
        self.entered("delay", DELAYED, reason=FEVER)
        self.window("Demonstration")
        self.picture("delayed")
        self.press("ctrl+z")
        self.entered("undo", DELAYED, reason="immediate undo")
        self.picture("undone")

    def visit(self) -> None:
        """A visit without a window is dragged on the timeline; it is asked why."""
        self.press("ctrl+2")
        table = self.seen("table", "Timeline")
        self.click(self.thing("push button", "More days, narrower").middle)
        here, to = self.places_of(table)
        self.drag(here, to)
        self.picture("drag")
        self.do("mouseup", 1)
        self.window("Move ")
        self.press("alt+r")
        self.type(TRAIN)
        self.picture("move")
        self.press("Return")
        self.entered("move", VISITOR, reason=TRAIN)
        self.window("Demonstration")
        self.picture("moved")

    def places_of(self, table: Thing) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where the visit stands on the timeline, and where it would some days later."""
        told = json.loads(self.tell("show", self.study, VISITOR, "--json"))
        visit = next(one for one in told["appointments"] if one["code"] == VISIT)
        planned = date.fromisoformat(visit["planned"])
        rows = {table.cell(row, 0).name.split(",")[0]: row for row in range(table.rows)}
        row = rows[VISITOR]
        column = (planned - day_of(table.cell(row, 0).name)).days
        here, to = table.cell(row, column), table.cell(row, column + DAYS)
        for cell, day in ((here, planned), (to, planned + timedelta(days=DAYS))):
            if day_of(cell.name) != day:
                raise FailedError(f"the cell of {day} says {cell.name!r}")
        return in_lane(here), in_lane(to)

    def history(self) -> None:
        """History tells it all, the latest first."""
        self.press("ctrl+4")
        table = self.seen("table", "History")
        self.until("History shows it", lambda: TRAIN in table.cell(0, 0).name)
        self.picture("history")

    def sheets(self) -> None:
        """Next week's sheets: seen, from the first page to the last, then saved as a PDF."""
        self.press("ctrl+p")
        self.window("Print sheets")
        self.click(self.seen("push button", "Tick those with an injection that week").middle)
        patients = self.injected_next_week()
        self.seen("label", f"{len(patients)} patient")
        self.until("sheets can be saved", lambda: self.thing("push button", "Save as PDF").enabled)
        page = self.seen("", "Page 1 of ")
        count = page.name.split()[-1]
        self.picture("print")
        self.click(page.middle)
        self.press("End")
        self.seen("", f"Page {count} of {count}")
        self.picture("last-page")
        self.press("alt+s")
        self.entered("print", *patients)
        self.picture("saved")
        (file,) = (path for path in self.home.rglob("*.pdf") if path.is_file())
        if not file.read_bytes().startswith(b"%PDF-"):
            raise FailedError(f"{file.name} is no PDF")
        self.press("Escape")
        self.window("Demonstration")

    # --- The coordinator's Friday ---

    def friday(self) -> None:
        """The demonstration is whole; a study of another protocol is made in its place."""
        self.check()
        self.press("ctrl+shift+n")
        self.window("New study")
        self.press("alt+p")
        self.do("type", TRIAL)
        self.press("alt+t")
        self.type("Friday")
        self.picture("new-study")
        self.press("alt+m")
        self.window("Friday")
        self.study = self.home / "Documents" / f"{TRIAL}.il2"
        self.first, self.expected = 1, []
        self.seen("push button", "Enrol a patient")
        self.picture("no-patient")

    def patients(self) -> None:
        """Two are enrolled, one of them without a start date, which is given afterwards."""
        today = date.fromisoformat(json.loads(self.tell("agenda", self.study, "--json"))["today"])
        start = today + timedelta(days=21 - today.weekday())
        for code, key, day in ((ENROLLED, "alt+t", start), (LATER, "alt+n", None)):
            self.press("ctrl+n")
            self.window("Enrol a patient")
            self.type(code)
            self.press(key)
            if day is not None:
                self.type(day.isoformat())
            self.finish("enrol", code)
        self.press("ctrl+k")
        self.type(LATER)
        self.press("Return", "ctrl+shift+o")
        self.window("Start date of ")
        self.type((start + timedelta(weeks=1)).isoformat())
        self.finish("anchor", LATER)
        told = json.loads(self.tell("show", self.study, LATER, "--json"))["appointments"]
        first = min(one["planned"] for one in told if one["planned"])
        if first != (start + timedelta(weeks=1)).isoformat():
            raise FailedError(f"the first date is {first}")

    def finish(self, command: str, patient: str) -> None:
        """Ctrl+Enter saves what a dialog says, once its preview shows."""
        self.seen("table", "What changes")
        self.picture(f"{command}-{patient}")
        self.press("ctrl+Return")
        self.entered(command, patient)
        self.window("Friday")

    def calendars(self) -> None:
        """A calendar for the pharmacy; a cycle is delayed; then a calendar of what changed alone."""
        self.write_calendar(("Home", "Down"), "clinic.ics")
        self.press("ctrl+k")
        self.type(ENROLLED)
        self.press("Return", "ctrl+d")
        self.window("Delay cycle ")
        self.press("alt+r")
        self.type(FEVER)
        self.finish_delay()
        self.write_calendar(("End",), "changes.ics")
        changed = next(self.home.rglob("changes.ics")).read_text("utf-8")
        if ENROLLED not in changed or LATER in changed:
            raise FailedError("the calendar of changes has more or less than what changed")

    def finish_delay(self) -> None:
        """Save a delay with its reason."""
        self.press("ctrl+Return")
        self.entered("delay", ENROLLED, reason=FEVER)
        self.window("Friday")

    def write_calendar(self, kind: tuple[str, ...], file: str) -> None:
        """Write a calendar for the pharmacy, of the kind that these keys choose."""
        self.press("ctrl+e")
        self.window("Calendars")
        self.press("alt+e")
        self.press(*kind)
        self.press("alt+x")
        self.type(TARGET)
        self.press("Tab")
        self.seen("label", f"1 file will be written: {file}")
        self.picture(file)
        self.press("alt+w")
        self.expected.append(("calendar", None, None))
        self.until("it is written", lambda: self.entries() == self.expected)
        self.press("Escape")
        self.window("Friday")

    def tables(self) -> None:
        """The forecast of the drug as a workbook."""
        self.press("ctrl+g")
        self.window("Save a table")
        self.picture("table")
        self.press("alt+s")
        self.window("Friday")
        self.until("the workbook is there", lambda: list(self.home.rglob("supply.xlsx")))

    def close(self) -> None:
        """The program is quit."""
        self.press("ctrl+q")
        code = self.program.wait(ONE_WAIT)
        if code:
            raise FailedError(f"the program ended with {code}")
        self.check()

    def check(self) -> None:
        """The study is whole, and holds what was done and nothing else."""
        said = self.tell("study", "verify", self.study)
        if self.entries() != self.expected:
            raise FailedError(f"the entries are {self.entries()}, not {self.expected}")
        print(said.strip())

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """All of it, in its order."""
        return (
            self.demonstration,
            self.injections,
            self.delay,
            self.visit,
            self.history,
            self.sheets,
            self.friday,
            self.patients,
            self.calendars,
            self.tables,
            self.close,
        )


def day_of(said: str) -> date:
    """The first date in a sentence: `Tue 24-Nov-2026`."""
    found = re.search(r"\d\d-[A-Z][a-z]{2}-\d{4}", said)
    if found is None:
        raise FailedError(f"no date in {said!r}")
    return datetime.strptime(found[0], "%d-%b-%Y").date()  # noqa: DTZ007 - a date alone


def in_lane(cell: Thing) -> tuple[int, int]:
    """The point of a cell of the timeline where its visit stands: in the lower lane."""
    x, y, width, height = cell.box
    return x + width // 2, y + height * 2 // 3


def main() -> int:
    """Do the morning, and say how far it came."""
    if len(sys.argv) != 2:
        print("usage: morning.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="morning-")))
        screen = switch_on(stack, home)
        program = start(stack, PROGRAM, screen.environment)
        morning = Morning(screen, home, folder, program)
        for step in morning.steps:
            begun = monotonic()
            try:
                step()
            except (FailedError, OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
                with suppress(FailedError):
                    morning.picture(f"failed-{step.__name__}")
                    (folder / f"failed-{step.__name__}.txt").write_text(morning.told())
                print(f"FAILED at {step.__name__}: {error}", file=sys.stderr)
                return 1
            print(f"{step.__name__}: {monotonic() - begun:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
