"""When the clinic is open: country, closed weekdays, closures, time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.clinic import Closure
from il2scheduler.gui import language
from il2scheduler.gui.fields import Choice, DateField, TextField, Wrapped

_A_MONDAY = date(2024, 1, 1)


class ClosureList(QWidget):
    """The closures of the clinic: days or ranges with a name, added and removed one by one."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        """Start without closures."""
        super().__init__()
        self.title = QLabel()
        self.list = QListWidget()
        self.list.setMaximumHeight(self.list.fontMetrics().height() * 5)
        self.title.setBuddy(self.list)
        self.first, self.last, self.name = DateField(), DateField(), TextField()
        self.add, self.remove = QPushButton(), QPushButton()
        self.rows = QFormLayout()
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.labels = [QLabel(), QLabel(), QLabel()]
        for label, field in zip(self.labels, (self.first, self.last, self.name), strict=True):
            label.setBuddy(field)
            self.rows.addRow(label, field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.list)
        column.addLayout(self.rows)
        column.addLayout(buttons)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.list.currentRowChanged.connect(self._enable)
        self._closures: tuple[Closure, ...] = ()
        self.retranslate()
        self._enable()

    def closures(self) -> tuple[Closure, ...]:
        """The closures, in the order they were added."""
        return self._closures

    def show_closures(self, closures: tuple[Closure, ...]) -> None:
        """Show closures, without telling anyone."""
        self._closures = closures
        self.list.clear()
        for closure in closures:
            self.list.addItem(QListWidgetItem(_said(closure)))
        self._enable()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        self.title.setText(w("Closures"))
        self.list.setAccessibleName(w("Closures"))
        names = (w("First day closed"), w("Last day closed"), w("Name of the closure"))
        for label, text in zip(self.labels, names, strict=True):
            label.setText(text)
        for field, text in ((self.first, names[0]), (self.last, names[1])):
            field.retranslate()
            field.name(text)
        self.name.setAccessibleName(names[2])
        self.add.setText(w("Add closure"))
        self.remove.setText(w("Remove closure"))

    def _add(self) -> None:
        w = language.current()
        first = self.first.day()
        last = self.last.day() if self.last.text() else first
        if first is None or last is None:
            self.refused.emit(w("A closure needs its first day as year-month-day, such as 2026-08-03."))
            (self.first if first is None else self.last).setFocus()
            return
        if last < first:
            self.refused.emit(w("The last day of a closure cannot lie before its first day."))
            self.last.setFocus()
            return
        self.show_closures((*self._closures, Closure(first, last, self.name.text().strip())))
        self.first.set_date(None)
        self.last.set_date(None)
        self.name.clear()
        self.first.setFocus()
        self.changed.emit()

    def _remove(self) -> None:
        at = self.list.currentRow()
        if at >= 0:
            self.show_closures((*self._closures[:at], *self._closures[at + 1 :]))
            self.changed.emit()

    def _enable(self) -> None:
        self.remove.setEnabled(self.list.currentRow() >= 0)


def _said(closure: Closure) -> str:
    w = language.current()
    days = w.staff_date(closure.first)
    if closure.last != closure.first:
        days = w("{first} to {last}", first=days, last=w.staff_date(closure.last))
    return f"{days}: {closure.name}" if closure.name else days


class ClinicForm(QWidget):
    """The clinic's calendar as the person at the desk knows it."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        """Start with Saturday and Sunday closed."""
        super().__init__()
        self.country, self.subdivision, self.timezone = Choice(), Choice(), Choice()
        self.weekdays = [QCheckBox() for _ in range(7)]
        self.closures = ClosureList()
        self.site = TextField()
        self.site.setMaxLength(120)
        self.labels = {"site": QLabel(), "country": QLabel(), "subdivision": QLabel(), "timezone": QLabel()}
        self.days_label = Wrapped()
        self._countries: Mapping[str, tuple[str, ...]] = {}
        self._lay_out()
        self.country.activated.connect(self._country_chosen)
        for choice in (self.subdivision, self.timezone):
            choice.activated.connect(self.changed)
        for box in self.weekdays:
            box.clicked.connect(self.changed)
        self.site.editingFinished.connect(self.changed)
        self.closures.changed.connect(self.changed)
        self.closures.refused.connect(self.refused)
        self.show_weekdays(frozenset({5, 6}))

    def _lay_out(self) -> None:
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields = {"site": self.site, "country": self.country, "subdivision": self.subdivision}
        for key, field in fields.items():
            self.labels[key].setBuddy(field)
            rows.addRow(self.labels[key], field)
        rows.addRow(self.days_label)
        for box in self.weekdays:
            rows.addRow(box)
        rows.addRow(self.closures)
        self.labels["timezone"].setBuddy(self.timezone)
        rows.addRow(self.labels["timezone"], self.timezone)

    def offer(self, countries: Mapping[str, tuple[str, ...]], timezones: list[str]) -> None:
        """Offer the countries whose holidays are known, and the time zones there are."""
        self._countries = countries
        self.timezone.offer([(zone, zone, zone) for zone in timezones], self.timezone.chosen())
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        w = language.current()
        texts = {
            "site": w("Site name (printed)"),
            "country": w("Country (public holidays)"),
            "subdivision": w("Region with holidays of its own"),
            "timezone": w("Time zone"),
        }
        for key, text in texts.items():
            self.labels[key].setText(text)
        self.site.setAccessibleName(texts["site"])
        self.country.setAccessibleName(texts["country"])
        self.subdivision.setAccessibleName(texts["subdivision"])
        self.timezone.setAccessibleName(texts["timezone"])
        self.days_label.setText(w("The clinic is closed every"))
        self.closures.retranslate()
        if not self._countries:
            return
        for number, box in enumerate(self.weekdays):
            box.setText(w.weekday(_A_MONDAY + timedelta(days=number)))
        names = _country_names(w.language)
        choices = [(names[code], names[code], code) for code in self._countries if code in names]
        choices.sort(key=lambda choice: _sorting(choice[0]))
        self.country.offer([*choices], self.country.chosen())
        self._offer_subdivisions(self.subdivision.chosen())
        self.closures.show_closures(self.closures.closures())

    def closed_weekdays(self) -> frozenset[int]:
        """The ticked weekdays, Monday 0."""
        return frozenset(number for number, box in enumerate(self.weekdays) if box.isChecked())

    def show_weekdays(self, closed: frozenset[int]) -> None:
        """Tick weekdays, without telling anyone: `clicked` is of the person only."""
        for number, box in enumerate(self.weekdays):
            box.setChecked(number in closed)

    def show_place(self, country: str, subdivision: str | None, timezone: str) -> None:
        """Show a country, its region and a time zone, without telling anyone."""
        self.country.choose(country)
        self._offer_subdivisions(subdivision)
        self.timezone.choose(timezone)

    def _country_chosen(self) -> None:
        self._offer_subdivisions(None)
        self.changed.emit()

    def _offer_subdivisions(self, chosen: object) -> None:
        w = language.current()
        none: tuple[str, str, object] = (w("none of them"), w("none of them"), None)
        country = self.country.chosen()
        codes = self._countries.get(country, ()) if isinstance(country, str) else ()
        self.subdivision.offer([none, *((code, code, code) for code in codes)], chosen)
        self.subdivision.setEnabled(bool(codes))


def _country_names(spoken: str) -> Mapping[str, str]:
    from babel import Locale

    return dict(Locale(spoken).territories)


def _sorting(text: str) -> str:
    """Letters without their accents, so that `Égypte` stands under E."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def as_text(value: object) -> str | None:
    """The value of a choice as text."""
    return value if isinstance(value, str) else None
