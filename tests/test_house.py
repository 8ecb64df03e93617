"""The house around the code: what is locked, what is declared, what a built program holds."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from il2scheduler.version import VERSION

HERE = Path(__file__).parents[1]
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
INFO = f"il2scheduler-{VERSION}.dist-info"
LOCKS = (
    "requirements.lock",
    "requirements-build.lock",
    "requirements-package.lock",
    "requirements-test.lock",
)
READERS = HERE / "tests" / "readers"


def plain(name: str) -> str:
    """A distribution's name in its one normal form: rl_accel and RL-Accel are the same."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    text = (HERE / lock).read_text("utf-8")
    return {plain(name): number for name, number in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def declared() -> set[str]:
    return {plain(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in PROJECT["dependencies"]}


# --- What is locked ---


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_only(lock: str) -> None:
    requirement = re.compile(
        r"(?P<name>[a-z0-9-]+)==[\w.+!]+( ; [A-Za-z_<>=!'\d. ()]+)?( --hash=sha256:[0-9a-f]{64})+"
    )
    lines = (HERE / lock).read_text("utf-8").replace(" \\\n   ", "").splitlines()

    assert len(lines) > 5
    assert [line for line in lines if not requirement.fullmatch(line)] == []


def test_the_node_packages_are_locked_without_addresses() -> None:
    text = (READERS / "package-lock.json").read_text("utf-8")
    wanted = json.loads((READERS / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name: facts for name, facts in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}


def test_no_committed_file_names_a_package_index() -> None:
    # Joined here, so that this file does not hold what it looks for.
    hosts = ("py" + "pi.org", "npm" + "js", "files.python" + "hosted")
    address = re.compile(r"https?://[^ ]*(simple/|/wheels/|packages/)")
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, capture_output=True, text=True, check=False)
    if asked.returncode:
        pytest.skip("not a git checkout")
    named = []
    for name in filter(None, asked.stdout.split("\0")):
        file = HERE / name
        text = file.read_text("utf-8", errors="ignore") if file.is_file() else ""
        if address.search(text) or any(host in text for host in hosts):
            named.append(name)

    assert named == []


def test_the_locks_agree() -> None:
    tests = locked("requirements-test.lock")

    for lock in ("requirements.lock", "requirements-build.lock", "requirements-package.lock"):
        assert locked(lock).items() <= tests.items()


def test_what_is_installed_is_what_is_locked() -> None:
    wanted = {name: number for name, number in locked("requirements.lock").items() if name in declared()}

    assert {name: version(name) for name in wanted} == wanted


# --- What is declared ---


def test_everything_declared_is_locked() -> None:
    assert declared() <= locked("requirements.lock").keys()


def test_every_import_is_locked() -> None:
    makers = packages_distributions()
    runtime = locked("requirements.lock").keys()
    known = sys.stdlib_module_names | {"il2scheduler"}
    missing = {
        f"{file.relative_to(HERE)}: {top}"
        for file in (HERE / "il2scheduler").rglob("*.py")
        for top in imported(file) - known
        if not runtime & {plain(maker) for maker in makers.get(top, ())}
    }

    assert missing == set()


def imported(file: Path) -> set[str]:
    """The first names of all modules that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_core_loads_without_qt() -> None:
    package = HERE / "il2scheduler"
    files = [file.relative_to(HERE).with_suffix("") for file in package.rglob("*.py")]
    modules = [".".join(file.parts).removesuffix(".__init__") for file in files if "gui" not in file.parts]
    code = "import sys, importlib; sys.modules.update(PySide6=None, shiboken6=None)\n" + "\n".join(
        f"importlib.import_module({module!r})" for module in sorted(modules)
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


# --- What a built program holds ---


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
    (file,) = folder.iterdir()
    return zipfile.ZipFile(file)


def test_the_wheel_holds_the_program_and_all_resources(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    resources = {
        f"il2scheduler/{file.relative_to(HERE).as_posix()}"
        for file in (HERE / "resources").rglob("*")
        if file.is_file()
    }
    code = {file.relative_to(HERE).as_posix() for file in (HERE / "il2scheduler").rglob("*.py")}

    assert resources | code <= held
    assert {name.partition("/")[0] for name in held} == {"il2scheduler", INFO}


def test_the_wheel_names_the_command_and_the_licences(wheel: zipfile.ZipFile) -> None:
    assert "il2scheduler = il2scheduler.__main__:main" in wheel.read(f"{INFO}/entry_points.txt").decode()
    assert {f"{INFO}/licenses/LICENSE", f"{INFO}/licenses/resources/fonts/LICENSE"} <= set(wheel.namelist())


def test_one_version_everywhere() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (HERE / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert version("il2scheduler") == VERSION == headings[0]
