"""The command line: the window's twin, for scripts, servers and computers without a screen."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Sequence

import click

from il2scheduler.cli import speech
from il2scheduler.cli.check import check
from il2scheduler.cli.plan import plan
from il2scheduler.cli.protocols import protocols
from il2scheduler.cli.self_test import self_test
from il2scheduler.cli.with_study import COMMANDS
from il2scheduler.i18n import Words, system_language, words
from il2scheduler.refusal import Refusal
from il2scheduler.version import VERSION
from il2scheduler.wording import printable, refusal_sentence
from il2scheduler.wording.faults import fault_reason

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="il2scheduler")
def commands() -> None:
    """Plan interleukin-2 injection cycles and follow-up visits.

    Without a command the window opens.
    """


for _command in (protocols, check, plan, self_test, *COMMANDS):
    commands.add_command(_command)


def run(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: refused or bad file; 2: wrong usage. Errors are one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    try:
        code = _run(list(arguments))
        _flush()
    except BrokenPipeError:  # the reader has gone, as `head` does: nobody is left to be told
        code = REFUSED
        _drop_output()
    except OSError as error:
        code = _say(_file_sentence(error), REFUSED)
        _drop_output()
    return code


def _flush() -> None:
    if sys.__stdout__ is not None:  # it is None where the terminal was closed
        sys.stdout.flush()


def _drop_output() -> None:
    """What waits to be printed goes nowhere, so that Python does not complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    with speech.speaking(_language(arguments), commands) as w:
        return _answered(w, arguments)


def _answered(w: Words, arguments: list[str]) -> int:
    try:
        result = commands.main(arguments, prog_name="il2scheduler", standalone_mode=False)
    except click.UsageError as error:
        # What our own commands say of their options is a text of ours; click's own are said by click.
        told = w(error.message) if type(error) is click.UsageError else error.format_message()
        return _say(told, WRONG_USAGE)
    except click.ClickException as error:
        return _say(error.format_message(), REFUSED)
    except (click.Abort, KeyboardInterrupt):
        return _say(w("Interrupted; nothing more was written."), REFUSED)
    except Refusal as refusal:
        return _say(refusal_sentence(w, refusal), REFUSED)
    except SystemExit:  # click's answer to a reader that has gone
        return REFUSED
    except OSError as error:
        if error.filename is None:
            raise
        return _say(_file_sentence(error), REFUSED)
    except Exception as error:  # noqa: BLE001 - a fault of the program is told in one sentence, too
        if os.environ.get("IL2SCHEDULER_DEBUG"):
            traceback.print_exc()
        fault = w(
            "This is a fault of the program ({kind}); nothing more was done. "
            "Set IL2SCHEDULER_DEBUG=1 to see the report for the makers.",
            kind=type(error).__name__,
        )
        return _say(fault, REFUSED)
    return result if isinstance(result, int) else DONE


def _language(arguments: list[str]) -> str:
    """The language asked for, so that a refusal is in it too; else the computer's."""
    for i, argument in enumerate(arguments):
        value = argument.removeprefix("--language=") if argument.startswith("--language=") else None
        if argument == "--language" and i + 1 < len(arguments):
            value = arguments[i + 1]
        if value in ("en", "fr"):
            return value
    return system_language()


def _file_sentence(error: OSError) -> str:
    w = words(system_language())
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return w("The disk is full, so nothing was written; make room on it and try again.")
    name = printable(str(error.filename)) if error.filename is not None else w("the output")
    return w("{file} cannot be used: {reason}.", file=name, reason=fault_reason(w, error))


def _say(sentence: str, code: int) -> int:
    click.echo(printable(re.sub(r"[ \t\r\n]+", " ", sentence).strip()), err=True)
    return code
