"""Opening the window, or saying why it cannot open."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path


def open_window(study: str | None = None) -> int:
    """Open the window, on a study file where one is named.

    Without a screen one sentence says what to do instead, exit code 1.
    """
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
    # Importing makes hardly any garbage, and looking for it takes a tenth of the start; `run` looks again.
    gc.disable()
    from il2scheduler.gui.app import run

    return run(sys.argv[:1], None if study is None else Path(study).absolute())
