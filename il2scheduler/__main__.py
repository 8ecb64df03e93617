"""`il2scheduler`: alone it opens the window, with a command it works in the terminal."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program and return its exit code; the terminal's libraries stay unloaded for the window."""
    if len(sys.argv) > 1:
        from il2scheduler.cli import run

        return run(sys.argv[1:])
    from il2scheduler.cli.window import open_window

    return open_window()


if __name__ == "__main__":
    sys.exit(main())
