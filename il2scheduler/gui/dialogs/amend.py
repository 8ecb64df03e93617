"""Put patients on another version of the protocol; what is recorded stays as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from il2scheduler import library
from il2scheduler.gui import language, template_files
from il2scheduler.gui.dialogs.batch_dialog import BatchDialog
from il2scheduler.gui.dialogs.enrol import said
from il2scheduler.gui.fields import Choice, Wrapped
from il2scheduler.gui.study_session import StudySession
from il2scheduler.ledger import Entry
from il2scheduler.library import Template
from il2scheduler.study import Preview, amending
from il2scheduler.study.amending import Amendment
from il2scheduler.wording import field_name

_Version = int | str
"""The row id of a version that the study has, or a reading of the chosen file."""


class AmendDialog(BatchDialog):
    """Offers the study's other versions of the protocol, and those of a file; for one patient or for all."""

    def __init__(self, session: StudySession, code: str, parent: QWidget | None = None) -> None:
        """Begin with the patient alone, and the first of the other versions that the study has."""
        w = language.current()
        title = w("Amend the protocol of {patient}", patient=code)
        super().__init__(session, code, title, w("&Amend"), parent)
        self.present = session.state(code).schedule.protocol
        self.template: Template | None = None
        self._problems = ""
        self._amendment: Amendment | None = None
        self.version, self.whom = Choice(), Choice()
        self.file = QPushButton(w("From a fi&le…"))
        self.file.setAutoDefault(False)
        self.open_again = Wrapped()
        self.open_again.setAccessibleName(w("Open again"))
        self._add_rows()
        self._offer(None)
        self.version.activated.connect(self.changed)
        self.whom.activated.connect(self.changed)
        self.file.clicked.connect(self._browse)

    def _add_rows(self) -> None:
        w = language.current()
        version = QHBoxLayout()
        version.addWidget(self.version, 1)
        version.addWidget(self.file)
        everybody = self._patients()
        name = self.present.short_title
        all_of_them = w.plural(
            "the {count} patient on {protocol}",
            "all {count} patients on {protocol}",
            everybody,
            protocol=name,
        )
        alone = w("{patient} alone", patient=self.code)
        self.whom.offer([(alone, alone, self.code), (all_of_them, all_of_them, "")])
        self.rows.addRow(w("Now:"), Wrapped(said(self.present)))
        label = QLabel(w("&Version"))
        label.setBuddy(self.version)
        self.rows.addRow(label, version)
        self.rows.addRow(w("F&or"), self.whom)
        self.rows.addRow(self.open_again)
        self.version.setAccessibleName(w("Version"))
        self.whom.setAccessibleName(w("For"))

    def _patients(self) -> int:
        study = self.session.study
        own = {number for number, one in study.protocols.items() if one.protocol.code == self.present.code}
        return sum(int(row["protocol"] or 0) in own for row in study.patients().values())

    def _offer(self, chosen: _Version | None) -> None:
        """The versions of the study, and after them the readings of the file."""
        now = self.session.state(self.code).enrolled.protocol
        offered: list[tuple[str, str, object]] = [
            (said(known.protocol), said(known.protocol), number)
            for number, known in self.session.study.protocols.items()
            if known.protocol.code == self.present.code and number != now
        ]
        if self.template is not None:
            name = self.template.path.name
            for one in self.template.file.protocols:
                text = f"{name}: {said(one)}"
                offered.append((text, text, one.reading.name))
        self.version.offer(offered, chosen)
        self.version.setEnabled(bool(offered))

    def _browse(self) -> None:
        path = template_files.ask(self)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Offer the readings of a template file; that of the patient is chosen where the file has it."""
        found = template_files.opened(path)
        self._problems = found if isinstance(found, str) else ""
        self.template = None if isinstance(found, str) else found
        chosen = None
        if self.template is not None:
            readings = [one.reading.name for one in self.template.file.protocols]
            own = self.present.reading.name
            chosen = own if own in readings else readings[0]
        self._offer(chosen)
        self.changed()

    # --- What it changes ---

    def begin(self) -> Iterator[Preview] | str:
        """The version that is chosen, and what it means for each patient."""
        w = language.current()
        self.rows.setRowVisible(self.open_again, False)
        if self._problems:
            return self._problems
        version = self.version.chosen()
        study = self.session.study
        if isinstance(version, int):
            source = amending.source(study, version)
        elif isinstance(version, str) and self.template is not None:
            source = library.source(self.template, version)
        else:
            return w("The study has no other version of this protocol; take the file of the amended one.")
        code = str(self.whom.chosen() or "")
        self._amendment = amending.begin(study, source, [code] if code else [], self.answers())
        self._show_open_again(self._amendment)
        return amending.previewing(study, self._amendment)

    def _show_open_again(self, amendment: Amendment) -> None:
        w = language.current()
        names = [field_name(w, one.field, amendment.protocol) for one in amendment.left_out]
        if not names:
            return
        self.open_again.setText(
            w(
                "What the site entered before is open again in this version: {fields}. Enter it anew under "
                "Complete the protocol.",
                fields=w("; ").join(names),
            )
        )
        self.rows.setRowVisible(self.open_again, True)

    def sum_up(self, count: int) -> str:
        """How many are put on the version."""
        return language.current().plural(
            "{count} patient is put on this version; what is recorded stays as it was recorded.",
            "{count} patients are put on this version; what is recorded stays as it was recorded.",
            count,
        )

    def save(self, previews: tuple[Preview, ...]) -> Entry:
        """Save the version and everybody's entry, with the reason as it stands now."""
        if self._amendment is None:
            raise RuntimeError("nothing was begun")
        amendment = replace(self._amendment, previews=previews)
        return amending.commit(self.session.study, amendment.because(self.reason_text()))[-1]
