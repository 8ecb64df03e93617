"""`il2scheduler apply`: commands from a file of JSON lines, each committed in a transaction of its own.

A line is an object: `{"command": "enrol", "patient": "P001", "arm": "il2", "start": "2026-01-05"}`. The keys
are the names of the command's options (`past-cap` or `past_cap`) and of its arguments; a repeatable option
takes a list, a switch takes true. What a line means and what refuses it is decided by the command itself.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import click

from il2scheduler.cli.acting import Acting, Session, changes, opened
from il2scheduler.cli.documents import echo_json
from il2scheduler.cli.outcomes import Outcome, document
from il2scheduler.i18n import Words
from il2scheduler.refusal import Refusal
from il2scheduler.study import Study, care
from il2scheduler.wording import printable, refusal_sentence

MAX_LINE = 100_000
_EXAMPLE = '{"command": "visit", "patient": "P001", "visit": "W24", "done": "2026-06-22"}'
_NOT_IN_A_LINE = ("study", "preview", "json", "language")


class _BadLine(Exception):  # noqa: N818 - a refusal of what was typed
    """A line that is no command; the text says why."""


def apply_of(known: tuple[click.Command, ...]) -> click.Command:
    """The command `apply` for these commands."""
    by_name = {command.name or "": command for command in known}

    @click.command()
    @changes
    @click.argument("commands", metavar="COMMANDS.jsonl")
    def apply(acting: Acting, *, commands: str) -> int:
        """Do the commands of a file, one JSON object a line; stop at the first that is refused.

        Each is saved before the next begins and told as `ok ENTRY COMMAND PATIENT`. With --preview they are
        tried on a copy of the study.
        """
        with click.open_file(commands, encoding="utf-8", errors="strict") as file:
            lines = _lines(file)
            if not acting.preview:
                with opened(acting) as study:
                    return _run(acting, study, lines, by_name)
            with tempfile.TemporaryDirectory(prefix="il2-") as folder:
                copy = Path(folder) / acting.path.name
                for _ in care.backing_up(acting.path, care.Target(copy)):
                    pass
                with Study.open(copy, who=acting.who) as study:
                    return _run(acting, study, lines, by_name)

    return apply


def _lines(file: Any) -> Iterator[str]:  # noqa: ANN401 - click's text file
    """The lines of the file; one without an end is read no further than a command can be long."""
    while line := file.readline(MAX_LINE + 1):
        yield line


def _run(acting: Acting, study: Study, lines: Iterator[str], known: dict[str, click.Command]) -> int:
    w = acting.words
    number = 0
    try:
        for line in lines:
            number += 1
            if line.strip():
                _do(acting, study, line, known)
    except _BadLine as bad:
        raise click.ClickException(_at(w, number, str(bad))) from None
    except UnicodeDecodeError:
        said = w("the file is not UTF-8; save it as UTF-8")
        raise click.ClickException(_at(w, number + 1, said)) from None
    except click.ClickException as error:
        raise click.ClickException(_at(w, number, error.format_message())) from None
    except Refusal as refusal:
        raise click.ClickException(_at(w, number, refusal_sentence(w, refusal))) from None
    return 0


def _at(w: Words, number: int, said: str) -> str:
    return w("Line {number}: {sentence}", number=number, sentence=said)


def _do(acting: Acting, study: Study, line: str, known: dict[str, click.Command]) -> None:
    w = acting.words
    told = _read(w, line)
    name = told.pop("command", None)
    if name is None:
        raise _BadLine(w("the key {key} is missing", key="command"))
    if not isinstance(name, str) or name not in known:
        raise _BadLine(
            w(
                "{found} is no command of a line; there are {known}.",
                found=_shown(name),
                known=", ".join(known),
            )
        )
    command = known[name]

    def heard(outcome: Outcome) -> None:
        if acting.as_json:
            echo_json(document(w, outcome) | {"preview": acting.preview, "command": name})
            return
        entry = "-" if outcome.entry is None else outcome.entry.number
        click.echo(f"ok {entry} {name} {printable(outcome.patient or '-')}")
        sys.stdout.flush()

    arguments = _arguments(acting, command, told)
    outer = click.Context(click.Command("apply"), obj=Session(study, heard))
    with outer, command.make_context(name, arguments, parent=outer) as inner:
        command.invoke(inner)


def _read(w: Words, line: str) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise _BadLine(w("the line is longer than {limit} characters", limit=MAX_LINE))

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise _BadLine(w("the key {key} stands twice", key=_shown(twice)))
        return dict(found)

    try:
        # Numbers stay as they are typed: a dose never passes through a floating-point number.
        told = json.loads(line, object_pairs_hook=pairs, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise _BadLine(_not_an_object(w)) from None
    if not isinstance(told, dict):
        raise _BadLine(_not_an_object(w))
    return {str(key): value for key, value in told.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _not_an_object(w: Words) -> str:
    return w("this is not one JSON object; write one command a line, such as {example}", example=_EXAMPLE)


def _arguments(acting: Acting, command: click.Command, told: dict[str, Any]) -> list[str]:
    """The line as it would be typed: options first, then the study and the other arguments."""
    w = acting.words
    options, positional = _parameters(command)
    inherited = {"who": acting.who, "today": None if acting.today is None else acting.today.isoformat()}
    given = {key.replace("_", "-"): value for key, value in told.items()}
    for key, value in inherited.items():
        if value is not None and key in options:
            given.setdefault(key, value)
    typed: list[str] = [f"--language={acting.language}"]
    named = {"study": str(acting.path)}
    for key, value in given.items():
        if key in positional and key not in _NOT_IN_A_LINE and isinstance(value, str):
            named[key] = value
        elif key in options and key not in _NOT_IN_A_LINE:
            typed += _option(w, options[key], key, value)
        else:
            allowed = sorted(set(options) - set(_NOT_IN_A_LINE)) + [p for p in positional if p != "study"]
            raise _BadLine(
                w(
                    "the command has no key {key} with such a value; it has {known}.",
                    key=_shown(key),
                    known=", ".join(allowed),
                )
            )
    for name in positional:
        if name not in named and positional[name].required:
            raise _BadLine(w("the key {key} is missing", key=name))
    values = [named[name] for name in positional if name in named]
    if any("\0" in one for one in (*typed, *values)):
        # A terminal cannot pass it on, and no file may be named so.
        raise Refusal("text-hidden", codepoint="U+0000")
    return [*typed, "--", *values]


def _parameters(command: click.Command) -> tuple[dict[str, click.Option], dict[str, click.Argument]]:
    options: dict[str, click.Option] = {}
    positional: dict[str, click.Argument] = {}
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            positional[parameter.name or ""] = parameter
        elif isinstance(parameter, click.Option):
            for form in (*parameter.opts, *parameter.secondary_opts):
                options[form.removeprefix("--")] = parameter
    return options, positional


def _option(w: Words, option: click.Option, key: str, value: Any) -> list[str]:  # noqa: ANN401 - from JSON
    if option.is_flag:
        if value is False and not option.secondary_opts:
            return []
        if value is True:
            return [f"--{key}"]
        raise _BadLine(w("the key {key} takes true", key=key))
    values: list[object] = []
    if option.multiple and isinstance(value, list):
        values.extend(cast("Iterable[object]", value))
    else:
        values.append(value)
    if not all(isinstance(one, str) for one in values):
        raise _BadLine(w("the value of {key} is neither a text nor a number", key=key))
    return [f"--{key}={one}" for one in values]


def _shown(found: object) -> str:
    return printable(str(found)[:60])
