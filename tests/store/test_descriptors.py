"""Nobody opens a study by hand while SQLite has it open: closing that drops the locks of this process."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import il2scheduler

PACKAGE = Path(il2scheduler.__file__).parent
OPENING = {
    "open",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "touch",
    "fdopen",
    "copy",
    "copyfile",
}

# The header is read before the first connection, new files are made before it, folders are synced.
ALLOWED = {
    ("connection.py", "header"),
    ("file.py", "create_file"),
    ("file.py", "sync_folder"),
    ("copying.py", "copying"),
    ("migrating.py", "_backup"),
    ("places.py", "_mounts"),
}


def openings(file: Path) -> Iterator[tuple[str, str]]:
    """Each function of a file that opens files by other ways than SQLite."""
    for function in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in OPENING:
                    yield file.name, function.name


def test_the_store_opens_files_where_it_may_only() -> None:
    found = {place for file in (PACKAGE / "store").glob("*.py") for place in openings(file)}

    assert found == ALLOWED


def test_no_second_database_library_is_in_the_process() -> None:
    named = [
        file.name
        for file in PACKAGE.rglob("*.py")
        if "QtSql" in file.read_text("utf-8") or "apsw" in file.read_text("utf-8")
    ]

    assert named == []
