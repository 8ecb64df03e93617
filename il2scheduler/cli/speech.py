"""The language the terminal speaks: usage, help, what is wrong with an option; our texts and click's."""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Generator
from contextlib import contextmanager

import click

from il2scheduler import resources
from il2scheduler.i18n import DOMAIN, N_, Words, system_language, words

_NUMBERS = ("integer", "integer range")
"""What click calls numbers, in help and where one is wrong."""
_NUMBER = N_("whole number")


class _Speech:
    """What all commands of one run share."""

    words: Words | None = None


_ENGLISH: dict[click.Command | click.Parameter, str] = {}
"""The help of each command and option as it is written in the code."""
_KINDS: dict[click.ParamType[object], str] = {}
"""The English name of each kind of value."""


def current() -> Words:
    """The words of the run; those of the computer's language outside of one."""
    return _Speech.words or words(system_language())


@contextmanager
def speaking(language: str, commands: click.Command) -> Generator[Words]:
    """Speak a language while commands run, with what click itself says.

    Click takes its texts from gettext's own settings and the environment, so these are lent to it.
    """
    domain, asked, before = gettext.textdomain(), os.environ.get("LANGUAGE"), _Speech.words
    gettext.bindtextdomain(DOMAIN, str(resources.path("locale")))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language
    _Speech.words = w = words(language)
    _say_help(w, commands)
    try:
        yield w
    finally:
        _Speech.words = before
        gettext.textdomain(domain)
        if asked is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = asked


def _say_help(w: Words, command: click.Command) -> None:
    command.help = _said(w, command, command.help)
    for parameter in command.params:
        kind = parameter.type
        english = _KINDS.setdefault(kind, kind.name)
        if english in _NUMBERS:
            kind.name = w(_NUMBER)
        if isinstance(parameter, click.Option):
            parameter.help = _said(w, parameter, parameter.help)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _say_help(w, below)


def _said(w: Words, of: click.Command | click.Parameter, text: str | None) -> str | None:
    if text is None:
        return None
    english = _ENGLISH.setdefault(of, inspect.cleandoc(text))
    return w(english)
