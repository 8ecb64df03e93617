"""A bare plan of one patient, without a study: schedule, findings, proposals and the files made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from il2scheduler import exports, rules, typed_text
from il2scheduler.clinic import Clinic, Closure, clinic_of, known_countries
from il2scheduler.jobs import Job, Progress
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.rules import AnchorProposal, Finding, Proposal
from il2scheduler.schedule import Patient, Schedule, build

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for. Weekdays are those of `date.weekday`; `subdivision` is such as `57`."""

    protocol: Protocol
    anchor: date
    arm: str | None = None
    patient: str = "P001"
    country: str | None = None
    subdivision: str | None = None
    closed_weekdays: frozenset[int] = frozenset({5, 6})
    closures: tuple[Closure, ...] = ()
    timezone: str | None = None
    avoid_closed_days: bool = False
    site: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer: a schedule with its findings and what could be done about them.

    `moved` are the proposals that `avoid_closed_days` took; `proposals` are those still open.
    """

    request: Request
    clinic: Clinic
    schedule: Schedule
    findings: tuple[Finding, ...]
    proposals: tuple[Proposal, ...]
    anchors: tuple[AnchorProposal, ...]
    moved: tuple[Proposal, ...] = ()

    @property
    def unsolved(self) -> tuple[str, ...]:
        """Codes of the visits and cycles that clash and for which no date fits."""
        offered = {proposal.where for proposal in self.proposals}
        return tuple(w for w in rules.clashing(self.schedule, self.clinic) if w not in offered)

    @property
    def timezone(self) -> str:
        """The site's time zone; that of the protocol where none was given."""
        asked = self.request.timezone
        return self.request.protocol.site.timezone if asked is None else asked


def make(request: Request) -> Plan:
    """Build the plan; `Refusal` when the request cannot be used."""
    protocol = request.protocol
    _check(request)
    patient = Patient(request.patient, _arm(request), request.anchor)
    try:
        schedule = build(protocol, patient)
    except OverflowError:
        raise Refusal("too-late", date=request.anchor, year=LAST_YEAR) from None
    first, last = schedule.span() or (request.anchor, request.anchor)
    if last.year > LAST_YEAR:
        raise Refusal("too-late", date=request.anchor, year=LAST_YEAR)
    clinic = _clinic(request, min(first, request.anchor), last, len(schedule.starts))
    unknown = clinic.unknown_years & set(range(first.year, last.year + 1))
    if unknown:
        raise Refusal("holidays-unknown", year=min(unknown))
    moved: tuple[Proposal, ...] = ()
    if request.avoid_closed_days:
        schedule, moved = rules.avoid_closed_days(schedule, clinic)
    return Plan(
        request=request,
        clinic=clinic,
        schedule=schedule,
        findings=rules.findings(schedule, clinic),
        proposals=rules.proposals(schedule, clinic),
        anchors=rules.anchor_proposals(protocol, patient, clinic),
        moved=moved,
    )


def take(plan: Plan, proposal: Proposal) -> Plan:
    """The plan with one more proposal taken."""
    schedule = rules.apply(plan.schedule, proposal)
    return replace(
        plan,
        schedule=schedule,
        findings=rules.findings(schedule, plan.clinic),
        proposals=rules.proposals(schedule, plan.clinic),
        moved=(*plan.moved, proposal),
    )


def take_all(plan: Plan) -> Plan:
    """The plan with every proposal taken that leaves fewer clashes and loses no cycle."""
    schedule, moved = rules.avoid_closed_days(plan.schedule, plan.clinic)
    return replace(
        plan,
        schedule=schedule,
        findings=rules.findings(schedule, plan.clinic),
        proposals=rules.proposals(schedule, plan.clinic),
        moved=(*plan.moved, *moved),
    )


@dataclass(frozen=True, slots=True)
class Edition:
    """How documents are printed: `language` en or fr, `paper` a4 or letter, when and by whom.

    `printed_on` is local time; None leaves it out, so that the same plan gives the same bytes.
    """

    language: str = "en"
    paper: str = "a4"
    printed_on: datetime | None = None
    printed_by: str = ""
    program_version: str = ""


def documents(plan: Plan, edition: Edition) -> dict[str, Callable[[], bytes]]:
    """The files of a plan by name, each made when it is called."""
    from il2scheduler import calendars, sheets, tables

    schedule, found = plan.schedule, plan.findings
    printing = sheets.Printing(
        language=edition.language,
        paper=edition.paper,
        site=plan.request.site,
        printed_on=edition.printed_on,
        printed_by=edition.printed_by,
        program_version=edition.program_version,
    )
    code, language = schedule.patient.code, edition.language
    return {
        f"{code}.ics": lambda: calendars.patient_calendar(
            schedule, timezone=plan.timezone, language=language
        ),
        f"{code}-dosing-sheets.pdf": lambda: sheets.dosing_sheets(schedule, found, printing),
        f"{code}-visit-calendar.pdf": lambda: sheets.visit_calendar(schedule, found, printing),
        f"{code}-diary.pdf": lambda: sheets.diary(schedule, found, printing),
        f"{code}-schedule-of-activities.pdf": lambda: sheets.schedule_of_activities(
            schedule, found, printing
        ),
        f"{code}-schedule.csv": lambda: tables.schedule_csv(schedule, language=language),
    }


def export(plan: Plan, edition: Edition, folder: Path) -> Job:
    """Write all files of a plan into a folder, made when missing; `OSError` when that fails.

    All files appear together at the end: a failure or a cancel leaves none of them.
    """
    makers = documents(plan, edition)
    total = 2 * len(makers)
    made: dict[str, bytes] = {}
    for number, (name, maker) in enumerate(makers.items()):
        yield Progress(number, total, name)
        made[name] = maker()
    with exports.Writing() as writing:
        writing.make_folder(folder)
        for number, (name, data) in enumerate(made.items(), start=len(makers)):
            yield Progress(number, total, name)
            writing.add(folder / name, data)
        writing.finish()
    yield Progress(total, total, "")


def _check(request: Request) -> None:
    typed_text.patient_code(request.patient)
    if not FIRST_YEAR <= request.anchor.year <= LAST_YEAR:
        raise Refusal("date-range", date=request.anchor, first=FIRST_YEAR, last=LAST_YEAR)
    if len(request.closed_weekdays) > 6:
        raise Refusal("never-open")
    _check_timezone(request.protocol.site.timezone if request.timezone is None else request.timezone)


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise Refusal("timezone", found=name[:60]) from None


def _arm(request: Request) -> str:
    arms = [arm.code for arm in request.protocol.arms]
    if request.arm is None:
        if len(arms) > 1:
            raise Refusal("arm-needed", known=", ".join(arms))
        return arms[0]
    if request.arm not in arms:
        raise Refusal("arm", found=request.arm[:60], known=", ".join(arms))
    return request.arm


def _clinic(request: Request, first: date, last: date, cycles: int) -> Clinic:
    """Made for the years of the plan and a margin: proposals and other anchors look around it.

    Moved off closed days, each cycle may push the later ones by a week.
    """
    country = request.protocol.site.country if request.country is None else request.country
    countries = known_countries()
    if country not in countries:
        raise Refusal("country", found=country[:60])
    subdivision = request.subdivision
    if subdivision is not None and subdivision not in countries[country]:
        known = ", ".join(countries[country]) or "-"
        raise Refusal("subdivision", found=subdivision[:60], country=country, known=known)
    return clinic_of(
        country,
        first_year=first.year - 1,
        last_year=last.year + 2 + cycles // 50,
        subdivision=subdivision,
        closed_weekdays=request.closed_weekdays,
        closures=request.closures,
    )
