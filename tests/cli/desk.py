"""A study file, and somebody at it who types commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.running import Answer, CommandLine


class Desk:
    """A study file, and somebody at it."""

    def __init__(self, il2: CommandLine, path: Path) -> None:
        self.il2, self.path = il2, str(path)

    def __call__(self, command: str, *arguments: str) -> Answer:
        first, *rest = command.split()
        return self.il2(first, *rest, self.path, *arguments)

    def done(self, command: str, *arguments: str) -> dict[str, Any]:
        """The document of a command that was done."""
        return self(command, *arguments, "--json").document

    def refused(self, command: str, *arguments: str) -> str:
        """The sentence of a command that was refused, and nothing was saved."""
        before = self.entries()
        answer = self(command, *arguments)
        assert answer.code == 1, answer.out
        assert self.entries() == before
        return answer.sentence()

    def wrong(self, command: str, *arguments: str) -> str:
        """The sentence about a wrong use."""
        answer = self(command, *arguments)
        assert answer.code == 2, (answer.out, answer.err)
        return answer.sentence()

    def entries(self) -> int:
        """How many entries there are."""
        number: int = self.done("study info")["study"]["entries"]
        return number

    def shown(self, patient: str = "P001") -> dict[str, dict[str, Any]]:
        """The appointments of a patient by code."""
        return {a["code"]: a for a in self.done("show", patient)["appointments"]}

    def planned(self, *codes: str, patient: str = "P001") -> list[str]:
        """The planned dates of some appointments."""
        appointments = self.shown(patient)
        return [appointments[code]["planned"] for code in codes]


def moves(document: dict[str, Any]) -> dict[str, str | None]:
    """Where a command moves cycles and visits, by code."""
    return {move["code"]: move["to"] for move in document["moves"]}
