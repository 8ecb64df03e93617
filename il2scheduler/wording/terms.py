"""The field's terms for places, routes, statuses and appointments, by the glossary."""

from __future__ import annotations

import re
from datetime import date

from il2scheduler.i18n import N_, Words
from il2scheduler.protocol import Arm, Basis, CycleSeries, Place, Protocol, Provenance, Route, Window
from il2scheduler.rules import Severity
from il2scheduler.schedule import Schedule, Status

_PLACES = {
    Place.HOSPITAL: N_("hospital"),
    Place.DAY_HOSPITAL: N_("day hospital"),
    Place.HOME: N_("home"),
}
_ROUTES = {
    Route.SUBCUTANEOUS: N_("subcutaneously"),
    Route.INTRAVENOUS: N_("intravenously"),
    Route.CONTINUOUS_INFUSION: N_("as a continuous intravenous infusion"),
}
_STATUSES = {
    Status.PLANNED: N_("planned"),
    Status.RUNNING: N_("running"),
    Status.GIVEN: N_("given"),
    Status.GIVEN_IN_PART: N_("given in part"),
    Status.NOT_GIVEN: N_("not given"),
    Status.DONE: N_("done"),
    Status.MISSED: N_("missed"),
    Status.OMITTED: N_("omitted"),
    Status.CANCELLED: N_("cancelled"),
}
_SEVERITIES = {
    Severity.REFUSES: N_("refused"),
    Severity.WARNS: N_("warning"),
    Severity.NOTES: N_("note"),
}
_PROVENANCE = {
    Provenance.STATED: N_("stated"),
    Provenance.RESOLVED: N_("resolved"),
    Provenance.ASSUMED: N_("assumed, check with the sponsor"),
    Provenance.UNKNOWN: N_("unknown, ask the sponsor"),
    Provenance.SITE: N_("entered by the site"),
}
_CODE = re.compile(r"^C(?P<cycle>[0-9]+)(?:D(?P<day>[0-9]+)|-(?P<visit>.+))?$")


def arm_name(w: Words, arm: Arm, *, alone: bool = False) -> str:
    """The label of an arm; `not shown` where it is blinded, `arm not shown` where it stands alone."""
    if not arm.blinded:
        return arm.label.said(w.language)
    return w("arm not shown") if alone else w("not shown")


def end_marks(w: Words, stopped: date | None, withdrawn: date | None, *, lost: bool) -> tuple[str, ...]:
    """`treatment stopped on Mon 22-Jun-2026`, `withdrawn on ...`: what ended for a patient; else nothing."""
    said: list[str] = []
    if stopped is not None:
        said.append(w("treatment stopped on {date}", date=w.staff_date(stopped)))
    if withdrawn is not None:
        text = N_("withdrawn on {date}, lost to follow-up") if lost else N_("withdrawn on {date}")
        said.append(w(text, date=w.staff_date(withdrawn)))
    return tuple(said)


def on_demand_sentence(w: Words, schedule: Schedule) -> str:
    """How many more cycles a person may date; empty where the protocol has none on demand."""
    left = len(schedule.arm.possible_cycles) - len(schedule.starts)
    if not left:
        return ""
    return w.plural(
        "{count} further cycle on demand: it is planned once a person dates it.",
        "Up to {count} further cycles on demand: each is planned once a person dates it.",
        left,
    )


def basis_note(w: Words, series: CycleSeries) -> str:
    """How the protocol states a dose that is prescribed per patient; else empty."""
    if series.basis_iu is None:
        return ""
    unit = w("per square metre of body surface area") if series.basis is Basis.PER_M2 else w("per kilogram")
    if series.maximum_iu is not None:
        return w(
            "The protocol states {dose} {unit}, at most {maximum}; the prescribed dose is written by the "
            "prescriber.",
            dose=w.dose(series.basis_iu),
            unit=unit,
            maximum=w.dose(series.maximum_iu),
        )
    return w(
        "The protocol states {dose} {unit}; the prescribed dose is written by the prescriber.",
        dose=w.dose(series.basis_iu),
        unit=unit,
    )


def window_span(w: Words, window: Window) -> str:
    """`7 days before to 7 days after, late up to 21 days after`; `that day only`."""
    if window.before or window.after:
        said = w(
            "{before} to {after}",
            before=w.plural("{count} day before", "{count} days before", window.before),
            after=w.plural("{count} day after", "{count} days after", window.after),
        )
    else:
        said = w("that day only")
    if window.late is None:
        return said
    return w("{window}, late up to {days} days after", window=said, days=window.late)


def place_name(w: Words, place: Place) -> str:
    """`day hospital`, `hôpital de jour`."""
    return w(_PLACES[place])


def route_name(w: Words, route: Route) -> str:
    """`subcutaneously`, `par voie sous-cutanée`."""
    return w(_ROUTES[route])


def status_name(w: Words, status: Status) -> str:
    """`planned`, `prévu`."""
    return w(_STATUSES[status])


def severity_name(w: Words, severity: Severity) -> str:
    """`warning`, `avertissement`."""
    return w(_SEVERITIES[severity])


def provenance_name(w: Words, status: Provenance) -> str:
    """`assumed, check with the sponsor`."""
    return w(_PROVENANCE[status])


def cycle_label(w: Words, number: int) -> str:
    """`cycle 3`, `cure 3`."""
    return w("cycle {number}", number=number)


def appointment_name(w: Words, code: str, protocol: Protocol | None = None) -> str:
    """A code in words: `C4D4` is `cycle 4 day 4`, `C4` is `cycle 4`, a visit has its label."""
    match = _CODE.match(code)
    if match is not None and match["day"]:
        return w("cycle {number} day {day}", number=match["cycle"], day=match["day"])
    if match is not None and match["visit"] is None:
        return cycle_label(w, int(match["cycle"]))
    template = code if match is None else match["visit"]
    visits = () if protocol is None else protocol.visits
    label = next((visit.label.said(w.language) for visit in visits if visit.code == template), template)
    if match is None:
        return label
    return w("{visit} of cycle {number}", visit=label, number=match["cycle"])
