"""The pharmacy's product: what a vial gives, how strong it is, and what that makes of the doses."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from il2scheduler.dosing import Product, VialFor
from il2scheduler.gui import language, sentences
from il2scheduler.gui.fields import Choice, Pane, TextField, Wrapped, resize_within
from il2scheduler.gui.study_session import StudySession
from il2scheduler.i18n import N_
from il2scheduler.refusal import Refusal
from il2scheduler.study import pharmacy
from il2scheduler.wording.product import doubt_said, formula, heed, product_sentence

SHARED = {
    VialFor.INJECTION: N_("one injection only"),
    VialFor.PLACE: N_("one patient at one place"),
    VialFor.PATIENT: N_("one patient"),
    VialFor.ALL: N_("all patients"),
}
_MOST_DOSES = 6


class ProductDialog(QDialog):
    """Saves the product as an entry, with a reason where one was saved. Nothing is filled in for anyone."""

    def __init__(self, session: StudySession, parent: QWidget | None = None) -> None:
        """Show the product there is, or empty fields."""
        super().__init__(parent)
        w = language.current()
        self._session = session
        self._known = session.study.settings.product
        self._drugs = pharmacy.drugs(session.study.protocols)
        self.setWindowTitle(w("Pharmacy's product"))
        self.name, self.vial, self.concentration = TextField(), TextField(), TextField()
        self.diluent, self.hours, self.reason = TextField(), TextField(), TextField()
        self.name.setMaxLength(pharmacy.MOST_LETTERS)
        self.vial_for, self.drug = Choice(), Choice()
        self.vial_for.offer([(w(text), w(text), choice) for choice, text in SHARED.items()], VialFor.PATIENT)
        self.drug.offer([(code, code, code) for code in self._drugs])
        self.said = Wrapped(selectable=True)
        self.remove = QPushButton(w("&Take the product out"))
        self.remove.setAutoDefault(False)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.act = self.buttons.addButton(w("&Save the product"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.act.setDefault(True)
        self._lay_out()
        self._show(self._known)
        for field in (self.name, self.vial, self.concentration, self.diluent, self.hours, self.reason):
            field.textChanged.connect(self._check)
        for choice in (self.vial_for, self.drug):
            choice.activated.connect(self._check)
        self.remove.clicked.connect(self._take_out)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._check()
        resize_within(self, 84, 42)
        self.name.setFocus()

    def _lay_out(self) -> None:
        w = language.current()
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields: tuple[tuple[str, QWidget, bool], ...] = (
            (w("&Name, as the pharmacy has it"), self.name, True),
            (w("&Drug of the protocol"), self.drug, len(self._drugs) > 1),
            (w("One &vial gives (million international units)"), self.vial, True),
            (w("D&iluent added to a vial (mL, if known)"), self.diluent, True),
            (w("&Concentration (million international units per mL)"), self.concentration, True),
            (w("&Hours of use after reconstitution (if known)"), self.hours, True),
            (w("Within these hours a vial is &for"), self.vial_for, True),
            (w("&Reason"), self.reason, self._known is not None),
        )
        for text, field, shown in fields:
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            if shown:
                rows.addRow(label, field)
            else:
                label.deleteLater()
                field.setParent(self)
                field.hide()
        self.remove.setVisible(self._known is not None)
        if self._known is not None:
            self.buttons.addButton(self.remove, QDialogButtonBox.ButtonRole.ActionRole)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.addWidget(
            Wrapped(
                w("It is printed on dosing sheets, and vials of the supply are counted by it."), muted=True
            )
        )
        inside.addLayout(rows)
        inside.addWidget(self.said)
        inside.addStretch(1)
        pane = Pane()
        pane.setFrameShape(QFrame.Shape.NoFrame)
        pane.setWidget(content)
        column = QVBoxLayout(self)
        column.addWidget(pane, 1)
        column.addWidget(self.buttons)

    def _show(self, product: Product | None) -> None:
        if product is None:
            return
        w = language.current()
        self.name.setText(product.name)
        self.vial.setText(w.millions(product.vial_iu))
        self.concentration.setText(w.millions(product.concentration_iu))
        self.diluent.setText("" if product.diluent_ml is None else w.number(product.diluent_ml))
        self.hours.setText("" if product.use_within_hours is None else str(product.use_within_hours))
        self.vial_for.choose(product.vial_for)
        self.drug.choose(product.drug)

    # --- What is typed ---

    def product(self) -> Product:
        """The product that is typed; `Refusal` where it cannot be used."""
        texts = (self.name, self.vial, self.concentration)
        name, vial, concentration = (field.text().strip() or None for field in texts)
        if name is None or vial is None or concentration is None:
            raise Refusal("product-incomplete")
        vial_for = self.vial_for.chosen()
        return pharmacy.product_typed(
            pharmacy.Typed(
                name=name,
                vial=vial,
                concentration=concentration,
                diluent=self.diluent.text(),
                use_within_hours=self.hours.text(),
                vial_for=vial_for if isinstance(vial_for, VialFor) else None,
                drug=None if not self._drugs else str(self.drug.chosen()),
            ),
            None,
            self._drugs,
        )

    def _check(self) -> None:
        """Say what will be saved, what it makes of the doses, or what is missing."""
        w = language.current()
        reasoned = self._known is None or bool(self.reason.text().strip())
        self.remove.setEnabled(reasoned)
        self.vial_for.setEnabled(bool(self.hours.text().strip()))
        try:
            product = self.product()
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))
            self.act.setEnabled(False)
            return
        lines = [product_sentence(w, product), doubt_said(w, product), *self._doses(product)]
        if product == self._known:
            lines.append(w("It is so already."))
        elif not reasoned:
            lines.append(w("A change of the product needs a reason."))
        self.said.setText("\n".join(line for line in lines if line))
        self.act.setEnabled(product != self._known and reasoned)

    def _doses(self, product: Product) -> list[str]:
        """The volume of each dose that the protocols state for the drug, with what is to be heeded."""
        w = language.current()
        doses: set[int] = set()
        for entry in self._session.study.protocols.values():
            for arm in entry.protocol.arms:
                for cycle in () if arm.blinded else arm.cycles:
                    given = (i for day in cycle.days for i in day.injections if i.drug == product.drug)
                    doses |= {injection.dose_iu for injection in given if injection.dose_iu}
        said: list[str] = []
        for dose in sorted(doses)[:_MOST_DOSES]:
            flags = heed(w, dose, product)
            said += [formula(w, dose, product), *([f"! {flags}"] if flags else [])]
        return said

    # --- Saving ---

    def _save(self) -> None:
        try:
            self._keep(self.product())
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))

    def _take_out(self) -> None:
        try:
            self._keep(None)
        except Refusal as refusal:
            self.said.setText(sentences.refusal(refusal))

    def _keep(self, product: Product | None) -> None:
        study = self._session.study
        reason = self.reason.text().strip() or None
        study.change_settings(replace(study.settings, product=product), pharmacy.entry_of(product), reason)
        self.accept()
