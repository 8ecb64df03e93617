"""Slips of the pen in a template that has no problem: a dose in millions, a gate behind its cycles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from il2scheduler.protocol import Arm, CycleSeries, Protocol
from il2scheduler.protocol_file.problems import Fact, Problem

_LEAST_DOSE_IU = 10_000
"""No dose of interleukin-2 for one injection is as small; `iu = 2` was meant to be 2 million."""


def slips(protocol: Protocol) -> Iterator[Problem]:
    """Slips in one reading."""
    seen: set[str] = set()
    for arm in protocol.arms:
        for series in arm.series:
            if series.code not in seen:
                seen.add(series.code)
                yield from _small_doses(arm, series)
    yield from _cycles_before_anchor(protocol)
    yield from _gates_too_late(protocol)
    yield from _half_blinded(protocol)


def idle_readings(protocols: Sequence[Protocol]) -> Iterator[Problem]:
    """A reading that says the same as the default one."""
    first = protocols[0]
    for protocol in protocols[1:]:
        if replace(protocol, reading=first.reading) == first:
            yield Problem(f"readings.{protocol.reading.name}", "reading-changes-nothing")


def _small_doses(arm: Arm, series: CycleSeries) -> Iterator[Problem]:
    given = {
        injection.dose_iu or 0
        for cycle in arm.possible_cycles
        if cycle.series == series.code
        for day in cycle.days
        for injection in day.injections
    }
    small = {
        "dose": min((dose for dose in given if dose > 0), default=_LEAST_DOSE_IU),
        "levels_iu": min(series.levels_iu, default=_LEAST_DOSE_IU),
        "maximum_iu": _LEAST_DOSE_IU if series.maximum_iu is None else series.maximum_iu,
    }
    for field, dose in small.items():
        if dose < _LEAST_DOSE_IU:
            yield Problem(f"cycles.{series.code}.{field}", "dose-very-small", {"found": dose})


def _cycles_before_anchor(protocol: Protocol) -> Iterator[Problem]:
    for arm in protocol.arms:
        for cycle in arm.cycles:
            if cycle.offset is not None and cycle.offset < 0:
                facts: dict[str, Fact] = {"cycle": cycle.number, "days": -cycle.offset}
                yield Problem(f"cycles.{cycle.series}.starts", "starts-before-anchor", facts)


def _gates_too_late(protocol: Protocol) -> Iterator[Problem]:
    for gate in protocol.gates:
        earlier = [number for number in gate.cycles if number < gate.before_cycle]
        if earlier:
            facts: dict[str, Fact] = {"cycle": earlier[0], "before": gate.before_cycle}
            yield Problem(f"gates.{gate.code}.before_cycle", "gate-after-cycle", facts)


def _half_blinded(protocol: Protocol) -> Iterator[Problem]:
    treated = [arm for arm in protocol.arms if arm.possible_cycles]
    blinded = [arm.code for arm in treated if arm.blinded]
    for arm in treated:
        if blinded and not arm.blinded:
            facts: dict[str, Fact] = {"arm": arm.code, "other": blinded[0]}
            yield Problem(f"arms.{arm.code}.blinded", "arm-not-blinded", facts)
