"""The pharmacy's product and the tables, from the window: typed, shown before it is saved, written, told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from il2scheduler.dosing import Product, VialFor
from il2scheduler.gui.dialogs.product import ProductDialog
from il2scheduler.gui.dialogs.tables import TablesDialog
from il2scheduler.gui.main_window import MainWindow
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.study.tabling import Kind
from tests.gui import studies
from tests.gui.widgets import cut, nameless


def shown(qtbot: QtBot, dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    QApplication.processEvents()


def product_of(session: StudySession) -> Product | None:
    return session.study.settings.product


def fill(dialog: ProductDialog, *texts: str) -> None:
    fields = (dialog.name, dialog.vial, dialog.diluent, dialog.concentration, dialog.hours)
    for field, text in zip(fields, texts, strict=False):
        field.setText(text)


# --- The product ---


def test_nothing_is_filled_in_and_the_volume_is_shown_before_it_is_saved(
    qtbot: QtBot, session: StudySession
) -> None:
    dialog = ProductDialog(session)
    shown(qtbot, dialog)
    assert {field.text() for field in (dialog.name, dialog.vial, dialog.concentration)} == {""}
    assert not dialog.act.isEnabled()
    fill(dialog, "Proleukin", "18", "1,2", "18", "24")
    assert "4.5\u00a0million international units ÷ 18" in dialog.said.said
    assert "= 0.25\u00a0mL" in dialog.said.said
    before = session.study.store.last_entry()
    QTest.keyClick(dialog.hours, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    product = product_of(session)
    assert product is not None
    assert (product.vial_iu, str(product.diluent_ml), product.vial_for) == (
        18_000_000,
        "1.2",
        VialFor.PATIENT,
    )
    assert session.study.store.last_entry() == before + 1


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("X",), "give all three"),
        (("X", "18,000", "", "18"), "two doses"),
        (("X", "１８", "", "18"), "not a dose"),
        (("X", "18", "1.234", "18"), "not a volume"),
        (("X", "18", "", "18", "1_0"), "number of hours"),
    ],
)
def test_what_is_no_product_is_said_and_cannot_be_saved(
    qtbot: QtBot, session: StudySession, texts: tuple[str, ...], said: str
) -> None:
    dialog = ProductDialog(session)
    shown(qtbot, dialog)
    fill(dialog, *texts)
    assert said in dialog.said.said
    assert not dialog.act.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert product_of(session) is None


def test_a_change_needs_a_reason_and_undo_takes_it_back(qtbot: QtBot, session: StudySession) -> None:
    first = ProductDialog(session)
    shown(qtbot, first)
    fill(first, "Proleukin", "18", "1.2", "18", "24")
    first.act.click()
    dialog = ProductDialog(session)
    shown(qtbot, dialog)
    assert "It is so already." in dialog.said.said
    dialog.concentration.setText("1.8")
    assert "one vial would give 10 mL" in dialog.said.said
    assert "! Over 1 mL" in dialog.said.said
    assert not dialog.act.isEnabled()
    assert not dialog.remove.isEnabled()
    dialog.reason.setText("thinner")
    assert dialog.act.isEnabled()
    dialog.remove.click()
    assert product_of(session) is None
    session.undo()
    product = product_of(session)
    assert product is not None
    assert product.concentration_iu == 18_000_000


# --- Tables ---


def test_a_table_is_written_in_the_background_and_told(
    qtbot: QtBot, session: StudySession, settings: Settings
) -> None:
    settings.folder.mkdir(parents=True)
    dialog = TablesDialog(session, settings)
    shown(qtbot, dialog)
    assert dialog.path() == settings.folder / "supply.xlsx"
    assert dialog.note.said == "supply.xlsx will be written."
    with qtbot.waitSignal(dialog.told) as told:
        QTest.keyClick(dialog.file, Qt.Key.Key_Return)
    assert told.args == [f"The table is saved as {settings.folder / 'supply.xlsx'}."]
    assert not dialog.isVisible()
    sheet = openpyxl.load_workbook(settings.folder / "supply.xlsx").worksheets[0]
    # Of this week only what is to come counts: P001 is on its last day, P002 begins on Monday.
    assert [row[4] for row in sheet.iter_rows(min_row=2, max_row=3, values_only=True)] == [2, 10]


def test_kind_dates_and_name_go_together(qtbot: QtBot, session: StudySession, tmp_path: Path) -> None:
    dialog = TablesDialog(session)
    shown(qtbot, dialog)
    assert dialog.first.day() == studies.TODAY
    dialog.kind.choose(dialog.kind.itemData(3))
    dialog.kind.activated.emit(3)
    assert dialog.path().name == "schedule.xlsx"
    assert not dialog.first.isEnabled()
    dialog.format.choose(".csv")
    dialog.format.activated.emit(1)
    assert dialog.path().name == "schedule.csv"
    dialog.file.clear()
    QTest.keyClicks(dialog.file, str(tmp_path / "mine.xlsx"))
    assert dialog.format.chosen() == ".xlsx"
    (tmp_path / "mine.xlsx").write_bytes(b"old")
    dialog.kind.choose(dialog.kind.itemData(1))
    dialog.kind.activated.emit(1)
    assert dialog.path() == tmp_path / "mine.xlsx"
    assert "already" in dialog.note.said
    dialog.last.edit.setText("2026-04-01")
    assert "cannot lie before" in dialog.note.said
    assert not dialog.act.isEnabled()
    dialog.last.edit.setText("2026-04")
    assert not dialog.act.isEnabled()
    dialog.last.edit.clear()
    assert dialog.act.isEnabled()
    dialog.file.setText(str(tmp_path / "mine.doc"))
    assert ".xlsx or .csv" in dialog.note.said
    assert not dialog.act.isEnabled()


def test_a_table_of_one_patient(qtbot: QtBot, session: StudySession, settings: Settings) -> None:
    settings.folder.mkdir(parents=True)
    dialog = TablesDialog(session, settings)
    shown(qtbot, dialog)
    dialog.kind.choose(Kind.SCHEDULE)
    dialog.kind.activated.emit(dialog.kind.currentIndex())
    dialog.patients.choose("P002")
    with qtbot.waitSignal(dialog.told):
        dialog.act.click()
    sheet = openpyxl.load_workbook(settings.folder / "schedule.xlsx").worksheets[0]
    assert {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)} == {"P002"}


def test_a_table_that_cannot_be_written_says_so_and_keeps_the_dialog(
    qtbot: QtBot, session: StudySession, tmp_path: Path
) -> None:
    dialog = TablesDialog(session)
    shown(qtbot, dialog)
    dialog.file.setText(str(tmp_path / "study.il2" / "t.xlsx"))
    dialog.act.click()
    qtbot.waitUntil(dialog.said.isVisible)
    assert "could not be written" in dialog.said.said
    assert dialog.isVisible()
    assert dialog.act.isEnabled()


# --- Both ---


def has_room(dialog: QDialog) -> bool:
    return not cut(dialog)


@pytest.mark.parametrize("speech", ["en", "fr"])
@pytest.mark.parametrize("percent", [100, 200])
def test_every_field_has_a_name_and_room(
    qtbot: QtBot, qapp: QApplication, session: StudySession, speech: str, percent: int
) -> None:
    studies.dress(qapp, percent=percent, speech=speech)
    for dialog in (ProductDialog(session), TablesDialog(session)):
        shown(qtbot, dialog)
        assert nameless(dialog) == []
        qtbot.waitUntil(partial(has_room, dialog), timeout=2000)


@pytest.mark.parametrize("speech", ["en", "fr"])
def test_no_letter_is_taken_twice(
    qtbot: QtBot, qapp: QApplication, session: StudySession, speech: str
) -> None:
    studies.dress(qapp, speech=speech)
    session.study.change_settings(
        replace(session.study.settings, product=Product("X", "aldesleukin", 18, 18)), {"command": "product"}
    )
    for dialog in (ProductDialog(session), TablesDialog(session)):
        qtbot.addWidget(dialog)
        said = [one.text() for one in dialog.findChildren(QAbstractButton)]
        said += [one.text() for one in dialog.findChildren(QLabel)]
        letters = [text[text.index("&") + 1].casefold() for text in said if "&" in text]
        assert sorted(letters) == sorted(set(letters)), said


def test_both_open_by_their_keys_and_leave_with_escape(opened: MainWindow, qtbot: QtBot) -> None:
    for key, kind in ((Qt.Key.Key_U, ProductDialog), (Qt.Key.Key_G, TablesDialog)):
        QTest.keyClick(opened, key, Qt.KeyboardModifier.ControlModifier)
        dialog = opened.dialog
        assert isinstance(dialog, kind)
        qtbot.waitUntil(dialog.isVisible)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_the_line_at_the_foot_tells_where_the_table_lies(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.keyClick(opened, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = opened.dialog
    assert isinstance(dialog, TablesDialog)
    file = tmp_path / "supply.csv"
    dialog.file.setText(str(file))
    dialog.act.click()
    qtbot.waitUntil(lambda: str(file) in opened.foot.text.said)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfweek,")
    assert opened.settings.folder == tmp_path


def test_the_product_is_told_with_the_way_back(opened: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(opened, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    dialog = opened.dialog
    assert isinstance(dialog, ProductDialog)
    fill(dialog, "Proleukin", "18", "", "18")
    dialog.act.click()
    assert "The pharmacy's product: Proleukin" in opened.foot.text.said
    qtbot.waitUntil(opened.foot.button.isVisible)
    opened.foot.button.click()
    assert product_of(opened.session) is None
