"""`il2scheduler`: alone or with a study file it opens the window, with a command it works in the terminal."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program and return its exit code; the terminal's libraries stay unloaded for the window."""
    arguments = sys.argv[1:]
    if not arguments or _is_study(arguments):
        from il2scheduler.gui.opening import open_window

        return open_window(*arguments)
    from il2scheduler.cli import run

    return run(arguments)


def _is_study(arguments: list[str]) -> bool:
    """True for the name of one study file: so it comes from a click on it in a folder."""
    return len(arguments) == 1 and arguments[0].lower().endswith(".il2") and not arguments[0].startswith("-")


if __name__ == "__main__":
    sys.exit(main())
