"""Schedules of the two protocols that ship, and the server that is started once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from il2scheduler import library
from il2scheduler.protocol import Protocol
from il2scheduler.schedule import OmissionCause, Patient, Schedule, build
from tests.calendars import readers

CODES = ("anrs-123-etoile", "anrs-hc21-vascu-il2")


@pytest.fixture(scope="session")
def protocols() -> tuple[Protocol, ...]:
    """Every reading of both."""
    return tuple(protocol for code in CODES for protocol in library.find(code).file.protocols)


@pytest.fixture(scope="session")
def etoile(protocols: tuple[Protocol, ...]) -> Callable[..., Schedule]:
    """ETOILE in its default reading, W0 on Monday 5 January 2026 unless another is said."""

    def schedule(
        anchor: date | None = date(2026, 1, 5), *, patient: str = "P014", arm: str = "il2", omitted: int = 0
    ) -> Schedule:
        causes = {omitted: OmissionCause.PERSON} if omitted else {}
        return build(protocols[0], Patient(patient, arm, anchor, omitted=causes))

    return schedule


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[readers.Radicale]:
    with readers.radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running
