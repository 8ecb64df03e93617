"""A new study: protocol and reading, the site with its clinic days and places, and where the file lies."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import available_timezones

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import library
from il2scheduler.clinic import known_countries
from il2scheduler.gui import language, sentences, study_files, template_files
from il2scheduler.gui.clinic_form import ClinicForm, as_text
from il2scheduler.gui.fields import Choice, Disclosure, Pane, TextField, Wrapped, resize_within
from il2scheduler.library import Template
from il2scheduler.protocol import Protocol
from il2scheduler.refusal import Refusal
from il2scheduler.study import Settings, Study

MOST_PLACES = 9999
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


class NewStudyDialog(QDialog):
    """Fills in what the protocol knows of its country; what is asked for is said before the file is made."""

    made = Signal(object, object)
    """Carries the open `Study` and its `Path`."""

    def __init__(self, who: str, folder: Path, parent: QWidget | None = None) -> None:
        """Offer the protocols that can be read; the file goes to `folder` unless another is chosen."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("New study"))
        self._who, self._folder = who, folder
        self._templates = {t.code: t for t in library.templates() if t.file.protocols}
        self._named = False
        self.protocol, self.reading = Choice(), Choice()
        self.template = QPushButton(w("From a fi&le…"))
        self.template.setAutoDefault(False)
        self.reading_said, self.said = Wrapped(muted=True), Wrapped(selectable=True)
        self.status = Wrapped()
        self.status.setObjectName("status")
        self.title = TextField()
        self.title.setMaxLength(120)
        self.clinic = ClinicForm()
        self.clinic.offer(known_countries(), sorted(available_timezones()))
        self.injections, self.visits = QSpinBox(), QSpinBox()
        self.bridge = QCheckBox(w("&Warn of single open days between closed ones"))
        self.disclosure = Disclosure(self.clinic, is_open=True)
        self.disclosure.setText(w("Clinic days and holidays"))
        self.place = TextField()
        self.browse = QPushButton(w("&Browse…"))
        self.browse.setAutoDefault(False)
        self.refusal = QFrame()
        self.refusal.setObjectName("refusal")
        self.refused = Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Make the study"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self._lay_out()
        self._connect()
        self._offer(None)
        self.protocol.setFocus()

    # --- Building ---

    def _lay_out(self) -> None:
        w = language.current()
        content = QWidget()
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for spin in (self.injections, self.visits):
            spin.setRange(0, MOST_PLACES)
            spin.setSpecialValueText(w("no limit"))
        file = QHBoxLayout()
        file.addWidget(self.place, 1)
        file.addWidget(self.browse)
        label = QLabel(w("&File of the study"))
        label.setBuddy(self.place)
        protocol = QHBoxLayout()
        protocol.addWidget(self.protocol, 1)
        protocol.addWidget(self.template)
        of_protocol = QLabel(w("&Protocol"))
        of_protocol.setBuddy(self.protocol)
        self.protocol.setAccessibleName(w("Protocol"))
        rows.addRow(of_protocol, protocol)
        fields: tuple[tuple[str, QWidget], ...] = (
            (w("&Reading of the protocol"), self.reading),
            (w("&Title of the study (for lists)"), self.title),
            (w("Places a day for &injections"), self.injections),
            (w("Places a day for &visits"), self.visits),
        )
        for text, field in fields:
            rows.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
            if field is self.reading:
                rows.addRow(self.reading_said)
        self.place.setAccessibleName(w("File of the study"))
        inside = QVBoxLayout(content)
        inside.addWidget(self.status)
        inside.addLayout(rows)
        inside.addWidget(self.bridge)
        inside.addWidget(self.disclosure)
        inside.addWidget(self.clinic)
        inside.addStretch(1)
        pane = Pane()
        pane.setFrameShape(QFrame.Shape.NoFrame)
        pane.setWidget(content)
        told = QVBoxLayout(self.refusal)
        told.addWidget(self.refused)
        self.refusal.hide()
        column = QVBoxLayout(self)
        column.addWidget(pane, 1)
        column.addWidget(label)
        column.addLayout(file)
        column.addWidget(self.said)
        column.addWidget(self.refusal)
        column.addWidget(self.buttons)
        resize_within(self, 84, 42)

    def _connect(self) -> None:
        self.protocol.activated.connect(self._protocol_chosen)
        self.reading.activated.connect(self._say)
        self.title.textChanged.connect(self._say)
        self.clinic.changed.connect(self._say)
        self.clinic.refused.connect(self._refuse)
        self.place.textEdited.connect(self._typed)
        self.place.textChanged.connect(self._say)
        self.injections.valueChanged.connect(self._say)
        self.visits.valueChanged.connect(self._say)
        self.browse.clicked.connect(self._browse)
        self.template.clicked.connect(self._browse_template)
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)

    # --- What is asked for ---

    def chosen(self) -> Protocol | None:
        """The protocol in the reading that is chosen."""
        template = self._template()
        return None if template is None else template.file.protocol(as_text(self.reading.chosen()))

    @property
    def path(self) -> Path:
        """Where the file will lie."""
        path = Path(self.place.text().strip()).expanduser()
        path = path if path.is_absolute() else self._folder / path
        return path if path.suffix.lower() == ".il2" else path.with_name(path.name + ".il2")

    def settings(self, protocol: Protocol) -> Settings:
        """What the fields say of the site."""
        clinic = self.clinic
        return Settings(
            study_id="",
            title=self.title.text().strip(),
            site=clinic.site.text().strip(),
            country=as_text(clinic.country.chosen()) or protocol.site.country,
            subdivision=as_text(clinic.subdivision.chosen()),
            closed_weekdays=clinic.closed_weekdays(),
            timezone=as_text(clinic.timezone.chosen()) or protocol.site.timezone,
            places_injections=self.injections.value() or None,
            places_visits=self.visits.value() or None,
            warn_bridge_days=self.bridge.isChecked(),
            closures=clinic.closures.closures(),
        )

    def _template(self) -> Template | None:
        return self._templates.get(as_text(self.protocol.chosen()) or "")

    def _protocol_chosen(self) -> None:
        template = self._template()
        readings = () if template is None else template.file.protocols
        spoken = language.current().language
        self.reading.offer(sentences.reading_choices(readings))
        protocol = self.chosen()
        if protocol is not None:
            self.clinic.show_place(protocol.site.country, None, protocol.site.timezone)
            self.status.setText(protocol.status_note.said(spoken))
            if not self._named:
                name = _NOT_IN_A_NAME.sub("-", protocol.short_title).strip("-.")
                self.place.setText(str(self._folder / f"{name or 'study'}.il2"))
        self._say()

    def _typed(self) -> None:
        self._named = True

    def _browse(self) -> None:
        w = language.current()
        found = study_files.ask_for_new_file(self, w("File of the study"), self.path)
        if found is not None:
            self._named = True
            self.place.setText(str(found))

    def _browse_template(self) -> None:
        path = template_files.ask(self)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Offer the protocol of a template file, and choose it; or say what is wrong with the file."""
        found = template_files.opened(path)
        if isinstance(found, str):
            self._refuse(found)
            return
        self._templates[found.code] = found
        self._offer(found.code)

    def _offer(self, code: str | None) -> None:
        first = {known: template.file.protocols[0] for known, template in self._templates.items()}
        self.protocol.offer(sentences.protocol_choices(first), code)
        self._protocol_chosen()

    # --- Saying and making ---

    def _say(self) -> None:
        w = language.current()
        protocol = self.chosen()
        self.act.setEnabled(protocol is not None and bool(self.place.text().strip()))
        self.refusal.hide()
        if protocol is None:
            self.said.setText(w("There is no protocol that can be read."))
            return
        self.reading_said.setText(protocol.reading.label.said(w.language))
        self.said.setText(
            w(
                "Makes {file}, with the protocol {protocol}, version {version}, reading {reading}. {who} is "
                "named in History.",
                file=self.path.name,
                protocol=protocol.short_title,
                version=protocol.version,
                reading=protocol.reading.name,
                who=self._who or w("Nobody"),
            )
        )

    def _refuse(self, text: str) -> None:
        self.refused.setText(text)
        self.refusal.setVisible(bool(text))

    def _make(self) -> None:
        template, protocol = self._template(), self.chosen()
        if template is None or protocol is None:
            return
        path = self.path
        try:
            source = library.source(template, protocol.reading.name)
            study = Study.create(path, source, self.settings(protocol), who=self._who)
        except Refusal as refusal:
            self._refuse(sentences.refusal(refusal))
            self.place.setFocus()
            return
        except OSError as fault:
            w = language.current()
            name = str(fault.filename or path)
            reason = sentences.fault(fault)
            self._refuse(w("{file} cannot be used: {reason}.", file=name, reason=reason))
            return
        self.accept()
        self.made.emit(study, path)
