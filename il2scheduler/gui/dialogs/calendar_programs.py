"""Calendar programs and what each does with a file it has read before, as far as its makers or a try told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from il2scheduler.gui import language
from il2scheduler.i18n import N_


class Way(StrEnum):
    """What a program does when the same calendar comes once more."""

    UPDATES = "updates"
    SUBSCRIBE = "subscribe"
    DUPLICATES = "duplicates"
    STOPS = "stops"
    SKIPS = "skips"


_ADVICE = {
    Way.UPDATES: N_(
        "Import the file again after each change: events that are known are brought up to date, and "
        "cancelled ones are shown as cancelled."
    ),
    Way.SUBSCRIBE: N_(
        "Subscribe to the file instead of importing it, and write it to the same folder each time: changes "
        "then come by themselves. An import stops at the first event that is known."
    ),
    Way.DUPLICATES: N_(
        "This program shows every event twice when the file is imported again. Import it into a calendar of "
        "its own, and delete that calendar before the next import."
    ),
    Way.STOPS: N_(
        "This program stops at the first event that is known. Import the file into a calendar of its own, "
        "and delete that calendar before the next import."
    ),
    Way.SKIPS: N_(
        "This program leaves events that are known as they were. Import the file into a calendar of its own, "
        "and delete that calendar before the next import."
    ),
}


@dataclass(frozen=True, slots=True)
class Program:
    """A calendar program by its name; `server` where events are put on it and not imported."""

    name: str
    way: Way
    server: bool = False


PROGRAMS = (
    Program(N_("Outlook on a computer"), Way.DUPLICATES),
    Program(N_("Outlook on the web"), Way.UPDATES),
    Program(N_("Google Calendar"), Way.UPDATES),
    Program(N_("iCloud (Apple)"), Way.UPDATES),
    Program(N_("Thunderbird"), Way.SUBSCRIBE),
    Program(N_("Evolution"), Way.UPDATES),
    Program(N_("GNOME Calendar"), Way.STOPS),
    Program(N_("KDE (KOrganizer)"), Way.SKIPS),
    Program(N_("Nextcloud"), Way.SKIPS),
    Program(N_("khal"), Way.UPDATES),
    Program(N_("calcurse"), Way.DUPLICATES),
    Program(N_("A CalDAV server"), Way.UPDATES, server=True),
)


_SUBSCRIBED = N_(
    "Put the file where this program can read it, write it to the same place each time, and subscribe to it "
    "there instead of importing it: changes then come by themselves, every four hours."
)
_CHANGES_ARE_NOT_TAKEN = N_(
    "This program does not bring known events up to date. Take the whole calendar, into a calendar of its "
    "own that is deleted before each import; or enter the changes by hand from the printed list."
)
_CHANGES_ARE_TAKEN = N_(
    "Import the file: new events come, known ones are brought up to date, and cancelled ones are shown as "
    "cancelled."
)


def advice(program: Program) -> str:
    """What to do with whole calendars in this program."""
    return language.current()(_ADVICE[program.way])


def subscription_advice() -> str:
    """What to do with a calendar that is made to be subscribed to."""
    return language.current()(_SUBSCRIBED)


def changes_advice(program: Program) -> str:
    """What to do with a file that holds only what changed."""
    taken = program.way is Way.UPDATES
    return language.current()(_CHANGES_ARE_TAKEN if taken else _CHANGES_ARE_NOT_TAKEN)
