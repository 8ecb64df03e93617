"""Who else has the study open: rows that inform and lock nothing."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from il2scheduler.store.interface import Window

# A window that crashed cannot say so; after half a day nobody believes it is still open.
_BELIEVED = timedelta(hours=12)


def announce(connection: sqlite3.Connection, own: str, window: Window) -> None:
    """Inside a write transaction: note this window, and forget those that nobody believes any more."""
    connection.execute(
        "INSERT INTO open_window (id, who, computer, since) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (id) DO UPDATE SET who = ?2, computer = ?3, since = ?4",
        (own, window.who, window.computer, window.since),
    )
    oldest = datetime.fromisoformat(window.since) - _BELIEVED
    connection.execute("DELETE FROM open_window WHERE since < ?", (oldest.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),))


def leave(connection: sqlite3.Connection, own: str) -> None:
    """Inside a write transaction: this window is closed."""
    connection.execute("DELETE FROM open_window WHERE id = ?", (own,))


def others(connection: sqlite3.Connection, own: str) -> tuple[Window, ...]:
    """The other windows, the newest first."""
    rows = connection.execute(
        "SELECT who, computer, since FROM open_window WHERE id <> ? ORDER BY since DESC, id", (own,)
    )
    return tuple(Window(*row) for row in rows)
