"""Template files that a person chooses: one dialog to ask, one way to say what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from il2scheduler import library
from il2scheduler.gui import language, sentences
from il2scheduler.library import Template
from il2scheduler.wording import problem_lines

_MOST_PROBLEMS = 5


def ask(parent: QWidget) -> Path | None:
    """Ask for a template file that is there."""
    w = language.current()
    found, _ = QFileDialog.getOpenFileName(parent, w("Template of a protocol"), "", w("Templates (*.toml)"))
    return Path(found) if found else None


def opened(path: Path) -> Template | str:
    """The template in a file; or its first problems, one a line, or why it cannot be read."""
    w = language.current()
    try:
        template = Template(path, shipped=False, file=library.read_file(path))
    except OSError as fault:
        return w("{file} cannot be used: {reason}.", file=path.name, reason=sentences.fault(fault))
    lines = problem_lines(w, template.file, path.name)
    if len(lines) > _MOST_PROBLEMS:
        left = len(lines) - _MOST_PROBLEMS
        more = w.plural("and {count} problem more", "and {count} problems more", left)
        lines = (*lines[:_MOST_PROBLEMS], more)
    return "\n".join(lines) or template
