"""Opening the window, or saying why it cannot open."""

from __future__ import annotations

import os
import sys


def open_window() -> int:
    """Open the window; without a screen one sentence says what to do instead, exit code 1."""
    screen = (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    )
    if sys.platform.startswith("linux") and not screen:
        from il2scheduler.i18n import system_language, words

        w = words(system_language())
        sys.stderr.write(
            w("There is no screen to open the window on; use a command instead, see il2scheduler --help.")
            + "\n"
        )
        return 1
    from il2scheduler.gui.app import run

    return run(sys.argv)
