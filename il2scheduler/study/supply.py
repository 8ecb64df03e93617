"""The drug supply forecast: what is still planned, by week and drug, with the vials of the site's product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from il2scheduler.appointment import Status
from il2scheduler.dosing import Draw, VialFor, for_drug, opened
from il2scheduler.study import Study
from il2scheduler.tables import BLINDED, Cell

SUPPLY = (
    "week", "calendar_week", "drug", "patients", "injections", "dose_iu", "million_international_units",
    "without_dose", "vials",
)  # fmt: skip
BY_PATIENT = (
    "week", "calendar_week", "patient", "drug", "injections", "dose_iu", "million_international_units",
    "without_dose", "vials",
)  # fmt: skip
_MILLION = 1_000_000

Row = dict[str, Cell]


def blinded_patients(study: Study) -> frozenset[int]:
    """The row ids of patients whose arm is blinded: neither drug nor dose is shown of them."""
    arms = {
        (number, arm.code): arm.blinded
        for number, entry in study.protocols.items()
        for arm in entry.protocol.arms
    }
    return frozenset(
        number
        for number, row in study.patients().items()
        if arms.get((int(row["protocol"] or 0), str(row["arm"])))
    )


@dataclass(slots=True)
class _Sum:
    """What a week needs of a drug, of all patients or of one."""

    patients: set[str] = field(default_factory=set[str])
    injections: int = 0
    dose_iu: int = 0
    without_dose: int = 0

    def add(self, patient: str, dose_iu: int | None) -> None:
        self.patients.add(patient)
        self.injections += 1
        self.dose_iu += dose_iu or 0
        self.without_dose += dose_iu is None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Planned injections by week (its Monday) and drug. Vials are counted in the week they are opened in.

    `vials` is empty for a drug of which no product was entered, and of one patient where patients share.
    """

    sums: Mapping[tuple[date, str], _Sum]
    of_patients: Mapping[tuple[date, str, str], _Sum]
    vials: Mapping[tuple[date, str], int]
    vials_of_patients: Mapping[tuple[date, str, str], int]
    with_product: frozenset[str]
    shared: bool

    @classmethod
    def of(cls, study: Study, first: date, last: date, patients: tuple[str, ...] = ()) -> Forecast:
        """What is planned from one date to another, both inclusive, of all patients or of some."""
        product = study.settings.product
        codes = {number: str(row["code"]) for number, row in study.patients().items()}
        blinded = blinded_patients(study)
        sums: defaultdict[tuple[date, str], _Sum] = defaultdict(_Sum)
        of_patients: defaultdict[tuple[date, str, str], _Sum] = defaultdict(_Sum)
        draws: defaultdict[str, list[Draw]] = defaultdict(list)
        for line in study.store.injections(first.isoformat(), last.isoformat()):
            number = int(line["patient"] or 0)
            code = codes[number]
            if line["status"] != Status.PLANNED or (patients and code not in patients):
                continue
            drug = BLINDED if number in blinded else str(line["drug"])
            dose = None if number in blinded or line["dose_iu"] is None else int(line["dose_iu"])
            at = datetime.fromisoformat(f"{line['planned']}T{line['slot']}")
            week = _monday(at)
            sums[week, drug].add(code, dose)
            of_patients[week, code, drug].add(code, dose)
            if dose and for_drug(product, drug) is not None:
                draws[drug].append(Draw(at, dose, code, str(line["place"])))
        vials: defaultdict[tuple[date, str], int] = defaultdict(int)
        vials_of: defaultdict[tuple[date, str, str], int] = defaultdict(int)
        for drug, each in draws.items():
            for vial in () if product is None else opened(each, product):
                vials[_monday(vial.at), drug] += vial.vials
                vials_of[_monday(vial.at), vial.patient, drug] += vial.vials
        shared = product is not None and product.vial_for is VialFor.ALL
        known = frozenset[str]() if product is None else frozenset({product.drug})
        return cls(sums, of_patients, vials, vials_of, known, shared)

    def rows(self) -> Iterator[Row]:
        """A row for each week and drug."""
        for week, drug in sorted(self.sums):
            found = self.sums[week, drug]
            vials = self.vials.get((week, drug), 0) if drug in self.with_product else None
            yield {"patients": len(found.patients), **_cells(week, drug, found, vials)}

    def by_patient(self) -> Iterator[Row]:
        """A row for each week, patient and drug."""
        for week, patient, drug in sorted(self.of_patients):
            found, counted = self.of_patients[week, patient, drug], drug in self.with_product
            vials = self.vials_of_patients.get((week, patient, drug), 0)
            shown = vials if counted and not self.shared else None
            yield {"patient": patient, **_cells(week, drug, found, shown)}


def _cells(week: date, drug: str, found: _Sum, vials: int | None) -> Row:
    year, number, _ = week.isocalendar()
    known = found.without_dose < found.injections
    return {
        "week": week,
        "calendar_week": f"{year}-W{number:02}",
        "drug": drug,
        "injections": found.injections,
        "dose_iu": found.dose_iu if known else None,
        "million_international_units": Decimal(found.dose_iu) / _MILLION if known else None,
        "without_dose": found.without_dose,
        "vials": vials if known else None,
    }


def _monday(day: date) -> date:
    return date(day.year, day.month, day.day) - timedelta(days=day.weekday())
