"""What the program is for and what it is not."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from il2scheduler.gui import language
from il2scheduler.gui.fields import Wrapped
from il2scheduler.version import VERSION


class AboutDialog(QDialog):
    """The scope of the program, in words that a person who signs can rely on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say it in the language of the window."""
        super().__init__(parent)
        w = language.current()
        self.setWindowTitle(w("About il2scheduler"))
        self.text = Wrapped("\n\n".join(scope()), selectable=True)
        self.text.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.buttons)


def scope() -> tuple[str, ...]:
    """The paragraphs of the scope."""
    w = language.current()
    return (
        w("il2scheduler {version}, with Qt {qt}.", version=VERSION, qt=qVersion()),
        w("It plans and prints what the protocol and the prescriber say."),
        w("It is not a medical device: it gives no advice on treatment and calculates no dose by itself."),
        w("It is not the source record of the trial. It signs nothing."),
        w(
            "The templates are reconstructed from public records. They are not the approved protocols: "
            "check every date and dose with the sponsor."
        ),
    )
