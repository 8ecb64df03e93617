"""The JSON Schema that ships for editors."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from il2scheduler import resources
from il2scheduler.protocol_file import json_schema
from tests.template_file.seeds import ETOILE, changed

SCHEMA = resources.path("protocols", "template.schema.json")
VALIDATOR = jsonschema.Draft202012Validator(json.loads(json_schema()))
TEMPLATES = sorted(resources.path("protocols").glob("*.toml"))


def test_the_shipped_schema_is_current() -> None:
    hint = "write il2scheduler.protocol_file.json_schema() into resources/protocols/template.schema.json"

    assert SCHEMA.read_text("utf-8") == json_schema(), hint


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_shipped_template_satisfies_it(path: Path) -> None:
    tree = tomllib.loads(path.read_text("utf-8"))

    assert [error.message for error in VALIDATOR.iter_errors(tree)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("week_origin = 0", "week_orign = 0"),
        ("iu = 4_500_000", "iu = 4.5"),
        ("iu = 4_500_000", 'iu = "4.5"'),
        ('"20:00"', '"8 pm"'),
        ('"home"', '"clinic"'),
        ('sponsor = "ANRS"\n', ""),
        ("weeks = [2, 6", "weeks = [2000, 6"),
    ],
)
def test_it_finds_what_the_reader_finds(old: str, new: str) -> None:
    assert not VALIDATOR.is_valid(tomllib.loads(changed(ETOILE, (old, new))))
