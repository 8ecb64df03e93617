"""Files made to hang the reader, to fill memory or to draw on the terminal."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from il2scheduler.protocol_file import MAX_PROBLEMS, read
from tests.template_file.seeds import ETOILE, changed, problems, said

DEEP = "a" + ".a" * 20_000
LIST = "[2, 6, 12, 18, 24, 30, 36, 42]"
TOO_DEEP = "keys or brackets are nested more than 12 deep; a template needs far less"


def wide_arms() -> str:
    """20 arms of 400 cycles of 400 days with two injections each: 6.4 million, in a few lines."""
    text = changed(ETOILE, (f"weeks = {LIST}", "by_site = 400"), ('"1-5"', '"1-400"'), ("cap =", "#"))
    arm = '[[arms]]\ncode = "a{}"\nlabel = {{ en = "x", fr = "x" }}\ncycles = ["course"]\n'
    return text.replace("[[cycles]]", "".join(arm.format(i) for i in range(18)) + "[[cycles]]", 1)


HOSTILE = {
    "empty": (b"", "format: missing; the key is required"),
    "two mebibytes": (b"#" * 2**21, "the file is too big; a template has at most 1024 KiB"),
    "not UTF-8": (ETOILE.encode("latin-1"), "line 12: the byte 233 is not UTF-8; save the file as UTF-8"),
    "UTF-16": (ETOILE.encode("utf-16"), "line 1: the byte 255 is not UTF-8; save the file as UTF-8"),
    "zeros": (
        b"\0" * 1000,
        "line 1: not readable as TOML: a line is [table], [[table]], key = value, or a remark behind #",
    ),
    "dotted key": (f"{DEEP} = 1".encode(), f"line 1: {TOO_DEEP}"),
    "dotted table": (f"\n\n[{DEEP}]".encode(), f"line 3: {TOO_DEEP}"),
    "dotted quoted key": (('"a"' + ' . "a"' * 20_000).encode(), f"line 1: {TOO_DEEP}"),
    "dotted key behind four quotes": (
        f'x = ["""a"""", {{{DEEP} = 1}}, ""]'.encode(),
        f"line 1: {TOO_DEEP}",
    ),
    "dotted key behind five apostrophes": (
        f"x = ['''a''''', {{{DEEP} = 1}}, '']".encode(),
        f"line 1: {TOO_DEEP}",
    ),
    "brackets": (b"x = " + b"[" * 100_000, f"line 1: {TOO_DEEP}"),
    "tables in tables": (b"x = " + b"{a=" * 100_000, f"line 1: {TOO_DEEP}"),
    "open text": (b'x = """' + b'\\"""' * 200_000, "end of the file: not readable as TOML: a text is opened"),
    "quotes": (
        b'"' * 1_000_000,
        "line 1: not readable as TOML: a key has = after it",
    ),
    "spaces": (b"x =" + b" " * 1_000_000, "end of the file: not readable as TOML: after = stands"),
    "half a million digits": (b"x = " + b"9" * 500_000, "line 1: the number '9999999"),
    "as many in base 16": (
        changed(ETOILE, ("week_origin = 0", "week_origin = 0x" + "f" * 500_000)).encode(),
        "week_origin: found 0xfffff",
    ),
    "many unknown keys": (
        "".join(f"a{i}.b.c.d.e.f.g.h.i.j.k = {i}\n" for i in range(25_000)).encode(),
        "format: missing; the key is required",
    ),
    "many tables": (b"[[a.b.c.d.e.f]]\n" * 60_000, "format: missing; the key is required"),
    "long list": (
        changed(ETOILE, (LIST, "[" + "0," * 400_000 + "]")).encode(),
        "cycles[0].starts.weeks: a list of 400000 entries; at most 400 are allowed",
    ),
    "a reading that sets too much": (
        changed(
            ETOILE, ("[readings.set]", "[readings.set]\n" + "".join(f"'x{i}.b'=1\n" for i in range(60_000)))
        ).encode(),
        "readings[1].set.'x0.b': ",
    ),
    "401 cycles in one arm": (
        changed(
            ETOILE, (f"weeks = {LIST}", "first = { week = 2 }, intervals = [" + "7," * 400 + "]")
        ).encode(),
        "cycles[0].starts: more than 400 cycles",
    ),
    "millions of injections": (
        wide_arms().encode(),
        "cycles: 6080000 injections in all arms together; at most 30000 are allowed",
    ),
}

HUNGRY = [name for name in HOSTILE if name.startswith(("dotted", "tables", "millions", "many unknown"))]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_and_in_a_few_lines(name: str) -> None:
    data, expected = HOSTILE[name]
    begun = time.process_time()

    lines = problems(data)

    assert time.process_time() - begun < 8
    assert any(line.startswith(expected) for line in lines), lines[:5]
    assert len(lines) <= MAX_PROBLEMS + 1
    assert all(line.isprintable() and len(line) < 1_000 for line in lines)


def test_a_file_with_thousands_of_problems_says_that_there_are_more() -> None:
    lines = problems("".join(f"key{i} = {i}\n" for i in range(1_000)))

    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-1] == "there are more problems; only the first 200 are listed"


def test_memory_stays_bounded() -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30));"
        "from tests.template_file.test_hostile_files import HOSTILE;"
        "from tests.template_file.seeds import problems;"
        "print(sum(bool(problems(HOSTILE[name][0])) for name in sys.argv[1:]))"
    )
    if sys.platform == "win32":
        pytest.skip("no limit of memory to set")

    done = subprocess.run(
        [sys.executable, "-c", code, *HUNGRY], capture_output=True, text=True, check=False, timeout=120
    )

    assert (done.stdout.strip(), done.returncode) == (str(len(HUNGRY)), 0), done.stderr[-2_000:]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_and_the_lines_of_windows_are_read(newline: str, mark: str) -> None:
    file = read((mark + ETOILE.replace("\n", newline)).encode())

    assert said(file) == []
    assert [protocol.reading.name for protocol in file.protocols] == ["w2", "w0", "w4"]


def test_the_default_reading_comes_first_wherever_it_stands() -> None:
    other = changed(ETOILE, ("default = true\n", ""), ('name = "w4"', 'default = true\nname = "w4"'))
    # The W24 sample "before the first injection" and the totals hold in every reading.
    file = read(other.encode())

    assert [protocol.reading.name for protocol in file.protocols] == ["w4", "w2", "w0"]


@pytest.mark.parametrize("key", ["int", "constrained-int", "cycle", "literal['every']", "", "\u202e", "a.b"])
def test_a_key_named_as_the_readers_own_words_is_an_unknown_key(key: str) -> None:
    (line,) = problems(changed(ETOILE, ("week_origin = 0", f'week_origin = 0\n"{key}" = 1')))

    assert "unknown key" in line
    assert line.isprintable()
