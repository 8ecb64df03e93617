"""Running the command line: in this process for the many, as a process of its own for the important ones."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from il2scheduler.cli import run

HERE = Path(__file__).parents[2]
ETOILE, VASCU = "anrs-123-etoile", "anrs-hc21-vascu-il2"


class Answer:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document."""
        assert self.code == 0, self.err
        assert not self.err
        document: dict[str, Any] = json.loads(self.out)
        return document

    def sentence(self) -> str:
        """The one sentence of a refusal."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert all(c.isprintable() or c in "\u00a0\u202f" for c in lines[0]), self.err
        assert "Traceback" not in self.err
        assert "fault of the program" not in self.err
        return lines[0]


class CommandLine:
    """The program in this process, and what it answered."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Answer:
        self._capsys.readouterr()
        code = run(arguments)
        printed = self._capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    def plan(self, *arguments: str, protocol: str = ETOILE, start: str = "2026-01-05") -> dict[str, Any]:
        """The document of `plan --json`; of ETOILE the arm il2 when none is given."""
        arm = () if protocol != ETOILE or "--arm" in arguments else ("--arm", "il2")
        return self("plan", protocol, "--start", start, "--json", *arm, *arguments).document


def process(*arguments: str, env: dict[str, str] | None = None, before: str = "", after: str = "") -> Answer:
    """The program as people start it; in a shell with `before` (`ulimit`), `after` (`| head`) around it."""
    command = [sys.executable, "-m", "il2scheduler", *arguments]
    if before or after:
        command = ["sh", "-c", f"{before} {shlex.join(command)} {after}"]
    done = subprocess.run(
        command,
        cwd=HERE,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
