"""PySide6 gives back every reference it takes.

PySide6 6.12.0 on Python 3.11 lost one to None each time that a model's `data()` returned it, and one to True
each time that a signal reached a slot; the program aborted long after, and no other kind of test noticed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import version

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from pytestqt.qtbot import QtBot

CALLS = 60
# Counts of None and True also move for reasons of their own, by a few; a leaking call moves them by CALLS.
NOISE = CALLS // 2

COUNTED = pytest.mark.skipif(sys.version_info >= (3, 12), reason="not counted any more since Python 3.12")
SINGLETONS = [pytest.param(None, marks=COUNTED), pytest.param(True, marks=COUNTED)]


class Thing:
    """Something that is counted on every Python."""


class OneRow(QAbstractListModel):
    """A model whose only row has one and the same value in every role."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        del index, role
        return self.value


class Bell(QObject):
    """Rings with a number, an object or nothing."""

    rung = Signal(object)
    silent = Signal()


def change(value: object, call: Callable[[], object]) -> int:
    """By how much the references to `value` change in 60 calls."""
    call()
    before = sys.getrefcount(value)
    for _ in range(CALLS):
        call()
    return sys.getrefcount(value) - before


@pytest.mark.parametrize("value", [*SINGLETONS, Thing(), "a text of its own", 10**9, 2.5])
def test_what_a_model_returns(qtbot: QtBot, value: object) -> None:
    model = OneRow(value)
    index = model.index(0)

    assert abs(change(value, lambda: index.data(Qt.ItemDataRole.UserRole))) < NOISE


@pytest.mark.parametrize("value", [*SINGLETONS, Thing()])
def test_what_a_signal_carries(qtbot: QtBot, value: object) -> None:
    bell = Bell()
    bell.rung.connect(lambda _: None)

    assert abs(change(value, lambda: bell.rung.emit(value))) < NOISE


@pytest.mark.parametrize("value", [*SINGLETONS, Thing()])
def test_what_a_slot_returns(qtbot: QtBot, value: object) -> None:
    bell = Bell()
    bell.silent.connect(lambda: value)

    assert abs(change(value, bell.silent.emit)) < NOISE


def test_the_release_known_to_lose_references_is_not_used() -> None:
    assert version("PySide6_Essentials") != "6.12.0"
