"""How long until the window is painted: ours beside an empty QMainWindow, in the same Python and in one run.

Usage: python benchmarks/start.py [--starts N]
Each start is a process of its own, by turns; the time runs from the moment the process is made until its
window has been painted for the first time. The figures are medians. Without a screen Qt draws into memory.
"""
# ruff: noqa: INP001, S603, T201 - a script for the terminal, which starts Python

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

EMPTY = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.painted)

    def painted(self):
        print(time.monotonic(), flush=True)
        self.close()

app = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
sys.exit(app.exec())
"""
OURS = """
import gc
gc.disable()  # as the program does before it imports anything of the window
import sys, time
from il2scheduler.gui import main_window

def painted(window):
    print(time.monotonic(), flush=True)
    window.close()

main_window.MainWindow.warm_up = painted
sys.argv = ["il2scheduler"]
from il2scheduler.__main__ import main
sys.exit(main())
"""
LIMIT = 1.5


def start(code: str, home: str) -> float:
    """Milliseconds from starting a Python with this code to the first paint of its window."""
    env = {
        **os.environ,
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # what was compiled once is kept, as where it is installed
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    return (float(done.stdout.split()[0]) - begun) * 1000


def measure(starts: int) -> tuple[float, float]:
    """Medians in milliseconds of so many starts of ours and of the empty window, after one of each."""
    with tempfile.TemporaryDirectory() as home:
        for code in (OURS, EMPTY):
            start(code, home)
        pairs = [(start(OURS, home), start(EMPTY, home)) for _ in range(starts)]
    return statistics.median(ours for ours, _ in pairs), statistics.median(empty for _, empty in pairs)


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--starts", type=int, default=15, help="of each (default 15)")
    ours, empty = measure(parser.parse_args().starts)
    print(f"first window: ours {ours:.0f} ms, an empty QMainWindow {empty:.0f} ms, ratio {ours / empty:.2f}")


if __name__ == "__main__":
    main()
