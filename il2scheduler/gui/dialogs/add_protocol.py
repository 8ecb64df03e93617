"""Add a protocol to the study: one that ships, one of the user's own, or one from a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import library
from il2scheduler.gui import language, sentences, template_files
from il2scheduler.gui.fields import Choice, Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.library import Template
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.study import amending


class AddProtocolDialog(QDialog):
    """Offers the protocols that the study does not have; patients are enrolled in them afterwards."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Begin with the first protocol of the list that the study does not have."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("Add a protocol"))
        self._session = session
        own = {known.protocol.code for known in session.study.protocols.values()}
        found = [one for one in library.templates() if one.file.protocols]
        self._templates = {one.code: one for one in found if one.code not in own}
        self.protocol, self.reading = Choice(), Choice()
        self.file = QPushButton(w("From a fi&le…"))
        self.file.setAutoDefault(False)
        self.status, self.reading_said = Wrapped(), Wrapped(muted=True)
        self.status.setObjectName("status")
        self.said = Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self._lay_out()
        self.protocol.activated.connect(self._chosen)
        self.reading.activated.connect(self._say)
        self.file.clicked.connect(self._browse)
        self.buttons.accepted.connect(self._add)
        self.buttons.rejected.connect(self.reject)
        session.refused.connect(self._refused)
        self._offer(None)

    def _lay_out(self) -> None:
        w = language.current()
        line = QHBoxLayout()
        line.addWidget(self.protocol, 1)
        line.addWidget(self.file)
        label = QLabel(w("&Protocol"))
        label.setBuddy(self.protocol)
        rows = self._rows = QFormLayout()
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(label, line)
        rows.addRow(w("&Reading of the protocol"), self.reading)
        rows.addRow(self.reading_said)
        self.protocol.setAccessibleName(w("Protocol"))
        self.reading.setAccessibleName(w("Reading of the protocol"))
        column = QVBoxLayout(self)
        column.addLayout(rows)
        column.addWidget(self.status)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addWidget(self.buttons)
        resize_within(self, 84, 16)

    def take(self, path: Path) -> None:
        """Offer the protocol of a template file, and choose it."""
        found = template_files.opened(path)
        if isinstance(found, str):
            self.said.setText(found)
            self.act.setEnabled(False)
            return
        self._templates[found.code] = found
        self._offer(found.code)

    def _browse(self) -> None:
        path = template_files.ask(self)
        if path is not None:
            self.take(path)

    def _offer(self, code: str | None) -> None:
        first = {known: one.file.protocols[0] for known, one in self._templates.items()}
        self.protocol.offer(sentences.protocol_choices(first), code)
        self.protocol.setEnabled(bool(first))
        self._chosen()

    def _template(self) -> Template | None:
        return self._templates.get(str(self.protocol.chosen()))

    def _chosen(self) -> None:
        template = self._template()
        readings = () if template is None else template.file.protocols
        self.reading.offer(sentences.reading_choices(readings))
        for row in (self.reading, self.reading_said):
            self._rows.setRowVisible(row, len(readings) > 1)
        self._say()

    def chosen(self) -> Protocol | None:
        """The protocol in the reading that is chosen."""
        template = self._template()
        return None if template is None else template.file.protocol(str(self.reading.chosen()))

    def _say(self) -> None:
        w = language.current()
        protocol = self.chosen()
        self.act.setEnabled(protocol is not None)
        if protocol is None:
            self.said.setText(w("The study has every protocol of the list; take one from a file."))
            return
        self.status.setText(protocol.status_note.said(w.language))
        self.reading_said.setText(protocol.reading.label.said(w.language))
        known = [one.protocol for one in self._session.study.protocols.values()]
        if any((one.sha256, one.reading.name) == (protocol.sha256, protocol.reading.name) for one in known):
            self.said.setText(sentences.refusal(Refusal("protocol-known")))
            self.act.setEnabled(False)
        elif any(one.code == protocol.code for one in known):
            self.said.setText(
                w("The study has another version of it. Its patients stay there until they are amended.")
            )
        else:
            self.said.setText(w("Patients can be enrolled in it then; nothing changes for the others."))

    def _add(self) -> None:
        template = self._template()
        if template is None:
            return
        try:
            done = self._session.tried(lambda: self._added(template))
        except OSError as fault:
            w = language.current()
            reason = sentences.fault(fault)
            self.said.setText(w("{file} cannot be used: {reason}.", file=template.path.name, reason=reason))
            return
        if done is not None:
            self.accept()

    def _refused(self, refusal: Refusal) -> None:
        """The bar of the window lies behind this dialog: what keeps it from being saved is said here, too."""
        self.said.setText(sentences.refusal(refusal))

    def _added(self, template: Template) -> Entry:
        study = self._session.study
        text, protocol, status = library.source(template, str(self.reading.chosen()))
        study.add_protocol(text, protocol, status, amending.adding(protocol), None)
        return study.store.entry(study.store.last_entry())
