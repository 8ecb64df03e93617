"""The models keep Qt's rules, with and without a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from il2scheduler import library, plan
from il2scheduler.clinic import Closure
from il2scheduler.gui.planner.appointment_table import AppointmentModel
from il2scheduler.gui.timeline_model import CELL_ROLE, Cell, Lane, TimelineModel
from il2scheduler.plan import Plan, Request
from il2scheduler.schedule import build

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.BackgroundRole,
)


@pytest.fixture(scope="module", params=["anrs-123-etoile", "anrs-hc21-vascu-il2"])
def made(request: pytest.FixtureRequest) -> Plan:
    protocol = library.find(request.param).file.protocol()
    assert protocol is not None
    return plan.make(Request(protocol, date(2026, 1, 5), arm="il2"))


def kept_to_the_rules(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


@pytest.mark.parametrize("kind", [TimelineModel, AppointmentModel])
def test_the_model_keeps_the_rules(
    qtbot: QtBot, made: Plan, kind: type[TimelineModel | AppointmentModel]
) -> None:
    model = kind()
    checked = kept_to_the_rules(model)
    assert model.rowCount() == 0
    model.show_plan(made)
    assert model.rowCount() > 0
    for row in range(model.rowCount()):
        for column in range(0, model.columnCount(), 7 if model.columnCount() > 50 else 1):
            for role in ROLES:
                model.index(row, column).data(role)
    model.show_plan(plan.take_all(made))
    model.show_plan(None)
    assert model.rowCount() == 0
    checked.deleteLater()


def test_every_appointment_is_on_its_day(qtbot: QtBot, made: Plan) -> None:
    model = TimelineModel()
    model.show_plan(made)
    for appointment in made.schedule.appointments:
        place = model.place_of(appointment.code)
        assert place is not None
        row, column = place
        assert model.day(column) == appointment.planned
        assert row == (Lane.CYCLES if appointment.injections else Lane.VISITS)
        assert appointment.code in model.cell(row, column).codes


def test_the_days_begin_on_a_monday_and_end_on_a_sunday(qtbot: QtBot, made: Plan) -> None:
    model = TimelineModel()
    model.show_plan(made)
    assert model.day(0).weekday() == 0
    assert model.day(model.columnCount() - 1).weekday() == 6


def test_a_closed_day_has_a_sign_and_a_ground(qtbot: QtBot, made: Plan) -> None:
    model = TimelineModel()
    model.show_plan(made)
    easter, saturday = model.column(date(2026, 4, 6)), model.column(date(2026, 4, 11))
    assert model.index(Lane.CLINIC, easter).data() == "H"
    assert model.index(Lane.CLINIC, saturday).data() == "•"
    cell = model.index(Lane.VISITS, easter).data(CELL_ROLE)
    assert isinstance(cell, Cell)
    assert cell.closed
    assert "Public holiday (Easter Monday)" in model.sentence(Lane.CLINIC, easter)
    assert "Clinic closed on this weekday" in model.sentence(Lane.CLINIC, saturday)
    assert "Clinic open" in model.sentence(Lane.CLINIC, saturday + 2)


def test_two_visits_of_one_day_are_both_there(qtbot: QtBot, made: Plan) -> None:
    visits = made.schedule.visits()
    first, second = visits[0], visits[1]
    assert first.planned is not None
    moved = made.schedule.patient.with_chosen(second.code, first.planned)
    both = plan.Plan(
        request=made.request,
        clinic=made.clinic,
        schedule=build(made.schedule.protocol, moved),
        findings=made.findings,
        proposals=(),
        anchors=(),
    )
    model = TimelineModel()
    model.show_plan(both)
    place = model.place_of(second.code)
    assert place == model.place_of(first.code)
    assert place is not None
    assert set(model.cell(*place).codes) == {first.code, second.code}


def test_a_cycle_the_protocol_does_not_allow_is_marked(qtbot: QtBot) -> None:
    protocol = library.find("anrs-123-etoile").file.protocol()
    assert protocol is not None
    nominal = plan.make(Request(protocol, date(2026, 1, 5), arm="il2"))
    lost = plan.take(nominal, next(offered for offered in nominal.proposals if offered.where == "C4"))
    days, rows = TimelineModel(), AppointmentModel()
    days.show_plan(lost)
    rows.show_plan(lost)
    place = days.place_of("C8D1")
    assert place is not None
    assert days.cell(*place).mark == "1!"
    assert "past Mon 26-Oct-2026" in days.sentence(*place)
    row = rows.row_of("C8D1")
    assert row is not None
    assert rows.index(row, 0).data() == "!"


def test_what_people_typed_is_no_markup_in_a_tool_tip(qtbot: QtBot, made: Plan) -> None:
    closure = Closure(date(2026, 3, 23), date(2026, 3, 23), "<b>fire</b> & water")
    closed = plan.make(replace(made.request, closures=(closure,)))
    model = TimelineModel()
    model.show_plan(closed)
    index = model.index(Lane.CLINIC, model.column(closure.first))
    assert "&lt;b&gt;fire&lt;/b&gt; &amp; water" in str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "<b>fire</b> & water" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
