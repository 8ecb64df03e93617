"""The import directions of docs/architecture.md: they hold, and each contract fails once it is violated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
PACKAGE = HERE / "il2scheduler"
CONTRACTS = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}
ENGINE = ("protocol", "clinic", "schedule", "dosing", "rules", "commands")

# One bad import for each contract, and for each word of the engine's.
VIOLATIONS = [
    ("layers", "clinic", "from il2scheduler import schedule"),
    ("layers", "jobs", "def later() -> None:\n    import il2scheduler.protocol"),
    ("qt", "wording", "from PySide6.QtCore import QObject"),
    ("qt", "cli", "def later() -> None:\n    import PySide6"),
    ("sql", "cli", "def later() -> None:\n    from sqlite3 import connect"),
    ("engine", "schedule", "import sqlite3"),
    ("engine", "clinic", "from time import time"),
    ("engine", "protocol", "def later() -> None:\n    from pathlib import Path"),
    ("engine", "rules", "from il2scheduler import resources"),
]


def lint_imports(folder: Path) -> tuple[int, str]:
    """Judge the package that lies in `folder`, and not the one that is installed."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--config", str(HERE / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def broken(report: str) -> set[str]:
    """The ids of the contracts that the report calls broken."""
    return {key for key, name in NAMES.items() if f"{name} BROKEN" in report}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "il2scheduler", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def add_line(folder: Path, module: str, line: str) -> None:
    file = folder / "il2scheduler" / module
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    known = file.read_text("utf-8") if file.exists() else ""
    file.write_text(f"{known}\n\n{line}\n", "utf-8")


def test_the_contracts_hold() -> None:
    status, report = lint_imports(HERE)

    assert status == 0, report
    assert "0 broken" in report


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_violated_contract_is_named(copy: Path, contract: str, module: str, line: str) -> None:
    add_line(copy, module, line)

    status, report = lint_imports(copy)

    assert status != 0
    assert contract in broken(report), report


def test_the_window_may_import_qt(copy: Path) -> None:
    add_line(copy, "gui", "from PySide6.QtWidgets import QApplication")

    assert "qt" not in broken(lint_imports(copy)[1])


def test_a_module_that_no_layer_names_is_refused(copy: Path) -> None:
    add_line(copy, "helpers", "")

    status, report = lint_imports(copy)

    assert status != 0
    assert "helpers" in report


def test_every_contract_is_shown_to_fail() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(NAMES)


def test_no_module_of_the_engine_is_forgotten() -> None:
    (engine,) = (contract for contract in CONTRACTS if contract["id"] == "engine")
    there = {name for name in ENGINE if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()}

    assert there <= {module.removeprefix("il2scheduler.") for module in engine["source_modules"]}
