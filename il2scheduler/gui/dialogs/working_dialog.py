"""A dialog whose work goes on in the background while it stays open."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from il2scheduler.gui.background import Background, ProgressStrip


class WorkingDialog(QDialog):
    """Has a strip that shows the work and can cancel it; who leaves the dialog cancels it, too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing is under way yet."""
        super().__init__(parent)
        # Once the dialog is left, what ends is not told in it any more.
        self.left = False
        self.background = Background(self)
        self.strip = ProgressStrip(self.background)
        self.strip.cancel.setAutoDefault(False)

    def done(self, result: int) -> None:
        """Leave: what is under way is cancelled and leaves nothing."""
        self._leave()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As `done`, where the window system closes."""
        self._leave()
        super().closeEvent(event)

    def let_go(self) -> None:
        """What else must end with the dialog."""

    def _leave(self) -> None:
        if self.left:
            return
        self.left = True
        self.let_go()
        self.background.finish()
