"""What a protocol says and where it says it: readings, visits and cycles, quotes, assumed fields."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from il2scheduler.gui import language, sentences
from il2scheduler.gui.dialogs.enrol import said
from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.protocol import FromAnchor, Protocol, Provenance, study_week


class ProtocolDialog(QDialog):
    """Read only; every field that no source settles is marked."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Show the first protocol of the study."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("Protocol"))
        self._protocols = session.study.protocols
        self.protocol = Choice()
        self.protocol.setAccessibleName(w("Protocol"))
        offered: list[tuple[str, str, object]] = [
            (said(known.protocol), said(known.protocol), number) for number, known in self._protocols.items()
        ]
        self.protocol.offer(offered)
        self.title, self.note = Wrapped(), Wrapped()
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([w("What"), w("Says")])
        self.tree.setAccessibleName(w("What the protocol says"))
        self.tree.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.protocol, self.title, self.note, self.tree, buttons):
            column.addWidget(widget)
        self.protocol.activated.connect(self.refresh)
        self.resize(self.fontMetrics().averageCharWidth() * 130, self.fontMetrics().height() * 36)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen protocol."""
        number = self.protocol.chosen()
        self.tree.clear()
        if not isinstance(number, int):
            return
        protocol = self._protocols[number].protocol
        w = language.current()
        self.title.setText(protocol.title.said(w.language))
        self.note.setText(protocol.status_note.said(w.language))
        self._add_readings(protocol)
        self._add_plan(protocol)
        self._add_activities(protocol)
        self._add_provenance(protocol)
        self.tree.expandAll()
        self.tree.setColumnWidth(0, self.fontMetrics().averageCharWidth() * 38)

    def _heading(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text, ""])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        self.tree.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)
        return item

    def _add_readings(self, protocol: Protocol) -> None:
        w = language.current()
        top = self._heading(w("Readings"))
        for reading in protocol.readings:
            chosen = reading.name == protocol.reading.name
            name = w("{reading} (used here)", reading=reading.name) if chosen else reading.name
            top.addChild(QTreeWidgetItem([name, reading.label.said(w.language)]))

    def _add_plan(self, protocol: Protocol) -> None:
        w = language.current()
        for arm in protocol.arms:
            top = self._heading(arm.label.said(w.language))
            for cycle in arm.cycles:
                totals = cycle.totals()
                count = w.plural("{count} injection", "{count} injections", totals.injections)
                dose = w("doses as prescribed") if totals.dose_iu is None else w.dose(totals.dose_iu)
                when = w("dated by the site") if cycle.offset is None else _week(protocol, cycle.offset)
                name = sentences.name(cycle.code, protocol)
                top.addChild(QTreeWidgetItem([name, f"{when}; {count}, {dose}"]))
            for visit in protocol.visits:
                if visit.belongs_to(arm.code):
                    hook = visit.hook
                    when = _week(protocol, hook.offset) if isinstance(hook, FromAnchor) else visit.code
                    label = sentences.capital(visit.label.said(w.language))
                    top.addChild(QTreeWidgetItem([label, when]))

    def _add_activities(self, protocol: Protocol) -> None:
        w = language.current()
        top = self._heading(w("Schedule of activities"))
        for activity in protocol.activities:
            visits = [v.label.said(w.language) for v in protocol.visits if activity.code in v.activities]
            days = [w("day {day} of each cycle", day=day) for day in activity.cycle_days]
            top.addChild(QTreeWidgetItem([activity.label.said(w.language), "; ".join([*visits, *days])]))

    def _add_provenance(self, protocol: Protocol) -> None:
        from il2scheduler.wording import provenance_name

        w = language.current()
        top = self._heading(w("Where it comes from"))
        for entry in protocol.provenance:
            unsettled = entry.status in (Provenance.ASSUMED, Provenance.UNKNOWN)
            name = f"! {entry.field}" if unsettled else entry.field
            parts = [provenance_name(w, entry.status)]
            if entry.quote is not None:
                parts.append(f"\u201c{entry.quote}\u201d")
            if entry.note is not None:
                parts.append(entry.note.said(w.language))
            top.addChild(QTreeWidgetItem([name, "; ".join(parts)]))


def _week(protocol: Protocol, offset: int) -> str:
    return language.current()(
        "study week {week}, {days} days after the start",
        week=study_week(offset, protocol.week_origin),
        days=offset,
    )
