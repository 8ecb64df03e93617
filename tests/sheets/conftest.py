"""Schedules and prints that the tests of the sheets share."""

from __future__ import annotations

from datetime import datetime

import pytest

from il2scheduler.sheets import Printing


@pytest.fixture
def printing() -> Printing:
    return Printing(
        "en",
        "a4",
        site="Hôpital de la Pitié-Salpêtrière, Paris",
        printed_on=datetime(2026, 1, 2, 14, 5),  # noqa: DTZ001 - a local time of the site
        printed_by="Hélène Œuvrard",
        program_version="0.1.0",
        revision=3,
        supersedes=2,
        chain_head="0123456789abcdef",
    )
