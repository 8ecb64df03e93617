"""Sheets to print: chosen on the left, seen on the right, then printed or saved as PDF."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSplitter, QVBoxLayout, QWidget

from il2scheduler.gui import language, printer, sentences
from il2scheduler.gui.asking import Ask
from il2scheduler.gui.background import After
from il2scheduler.gui.dialogs.print_choices import PrintChoices
from il2scheduler.gui.dialogs.working_dialog import WorkingDialog
from il2scheduler.gui.fields import Pane, Wrapped
from il2scheduler.gui.notice import announce
from il2scheduler.gui.preview import Preview
from il2scheduler.gui.settings import Settings
from il2scheduler.gui.study_session import StudySession
from il2scheduler.jobs import Progress
from il2scheduler.refusal import Refusal
from il2scheduler.study.outputs import Batch, Maker, Sheet, making, writing


class PrintDialog(WorkingDialog):
    """Opens on the dosing sheets of next week; what is seen is exactly what is printed or saved."""

    def __init__(
        self,
        session: StudySession,
        settings: Settings | None = None,
        patient: str | None = None,
        first: date | None = None,
        ask: Ask | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the preview at once: of one patient, of the week of `first`, else of next week.

        A day of this week is next week's, unless a list of that day was asked for: this week's sheets were
        printed last week.
        """
        super().__init__(parent)
        w = language.current()
        self._session, self._settings = session, settings
        self._batch = Batch()
        self._stale, self._seen = False, False
        self._sending: printer.Sending | None = None
        self.setWindowTitle(w("Print sheets"))
        self.choices = PrintChoices(session, settings)
        self.preview = Preview()
        self.said = Wrapped(selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.options = self.buttons.addButton(w("&More printer options…"), role)
        self.save = self.buttons.addButton(w("&Save as PDF"), role)
        self.act = self.buttons.addButton(w("&Print"), role)
        for button in self.buttons.buttons():
            button.setProperty("autoDefault", False)
        self.act.setDefault(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._make)
        listed = ask is not None and ask.code in {"day", "week"}
        if first is not None and listed:
            self.choices.show_list(Sheet.DAY if ask is not None and ask.code == "day" else Sheet.WEEK, first)
        elif first is not None and (first.isocalendar()[:2] != session.today.isocalendar()[:2]):
            self.choices.show_week(first)
        if patient is not None:
            self.choices.show_patient(patient)
        self._lay_out()
        self._connect()
        self._changed()
        self.choices.of_week.setFocus()

    def _lay_out(self) -> None:
        left = Pane()
        left.setWidget(self.choices)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
        self.panes.addWidget(left)
        self.panes.addWidget(self.preview)
        self.panes.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.panes, 1)
        column.addWidget(self.strip)
        column.addWidget(self.said)
        column.addWidget(self.buttons)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(min(letter * 140, 1240), min(letter * 96, 740))

    def _connect(self) -> None:
        self.choices.changed.connect(self._changed)
        self.strip.cancel.clicked.connect(self._cancel_sending)
        self.act.clicked.connect(self.print_)
        self.save.clicked.connect(self.save_)
        self.options.clicked.connect(self._ask_printer)
        self.buttons.rejected.connect(self.reject)

    # --- The preview ---

    def _changed(self) -> None:
        """Other sheets are wanted: make them once the event is over."""
        self._stale = True
        self._enable()
        self.say("")
        self._timer.start()

    def _make(self) -> None:
        if self.left:
            return
        if self.background.busy:
            # What is being made is no longer wanted; its end begins the next one.
            self.background.cancel()
            return
        self._stale = False
        w = language.current()
        wanted, path = self.choices.wanted(), self._session.path
        self._batch = Batch()
        if not wanted or path is None:
            self._show(w("Nothing is chosen: tick a sheet and a patient."))
            return
        self.preview.show_documents((), w("The sheets are being made."))
        after = After(done=self._finished, cancelled=self._cancelled, failed=self._failed)
        together = self.choices.together.isChecked()
        job = making(path, wanted, self.choices.edition(), self._batch, together=together)
        self.background.run(job, after, says=w("Making the sheets"))
        self._enable()

    def _finished(self) -> None:
        if self._stale:
            self._make()
        elif not self.left:
            self._show("")
            if self.choices.of_week.hasFocus() and not self._seen:
                # Return prints what the dialog opened with; whoever went elsewhere stays there.
                self.act.setFocus()
            self._seen = True

    def _cancelled(self) -> None:
        if self._stale:
            self._make()
        elif not self.left:
            self._batch = Batch()
            self._show(language.current()("Cancelled. Change a choice to have the sheets made anew."))

    def _failed(self, error: Exception) -> None:
        self._batch = Batch()
        if not isinstance(error, Refusal):
            raise error
        if not self.left:
            self._show("")
            self.say(sentences.refusal(error))

    def _show(self, nothing: str) -> None:
        self.preview.show_documents(self._batch.documents, nothing)
        self._enable()

    def _enable(self) -> None:
        ready = (
            bool(self._batch.made) and not self._stale and not self.background.busy and self._sending is None
        )
        for button in (self.act, self.save, self.options):
            button.setEnabled(ready)

    def say(self, text: str) -> None:
        """Say how something ended, also to a screen reader."""
        self.said.setText(text)
        self.said.setVisible(bool(text))
        announce(self, text)

    # --- Printing ---

    def print_(self) -> None:
        """Print what is seen, on the printer that is chosen."""
        w = language.current()
        name = str(self.choices.printer.chosen() or "")
        if not name:
            self.say(w("No printer is set up on this computer. Save the sheets as PDF instead."))
            return
        chosen = printer.printer_named(name)
        if chosen is None:
            self.say(w("The printer {name} is gone: choose another one. Nothing was printed.", name=name))
            return
        self.send(chosen)

    def _ask_printer(self) -> None:
        name = str(self.choices.printer.chosen() or "")
        if not name:
            self.print_()
            return
        chosen = printer.printer_named(name) or QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(chosen, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.send(chosen)
        dialog.deleteLater()

    def send(self, chosen: QPrinter) -> None:
        """Send what is seen to a printer; it is remembered as printed once all pages are taken."""
        w = language.current()
        if not self._batch.made or self._sending is not None:
            return
        self._sending = printer.Sending(self.preview.pages, chosen, str(self.choices.paper.chosen()), self)
        self._sending.progress.connect(self._sent_page)
        self._sending.ended.connect(self._sent)
        self.choices.setEnabled(False)
        self._enable()
        self.say("")
        self.background.began.emit(w("Printing"))
        self._sending.start()

    def _sent_page(self, done: int, total: int) -> None:
        self.background.progress.emit(Progress(done, total, ""))

    def _cancel_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    def _sent(self, whole: bool) -> None:  # noqa: FBT001 - a slot
        w = language.current()
        sending, self._sending = self._sending, None
        self.background.done.emit()
        self.choices.setEnabled(True)
        self._enable()
        if self.left or sending is None:
            return
        if whole:
            count = len(self.preview.pages)
            said = w.plural(
                "{count} page was sent to the printer.", "{count} pages were sent to the printer.", count
            )
            self._remember(said, saved=False)
        elif sending.cancelled:
            self.say(w("Printing was cancelled. Nothing is marked as printed."))
        else:
            self.say(
                w("The printer did not take the pages. Nothing is marked as printed; try another printer.")
            )

    # --- Saving ---

    def save_(self) -> None:
        """Save what is seen in the folder: all in one PDF, or one for each document."""
        w = language.current()
        folder = self.choices.place()
        if not self.choices.folder.text().strip() or not self._batch.made:
            self.say(w("Type the folder that the files are saved in."))
            self.choices.folder.setFocus()
            return
        files = self._files(folder)
        after = After(
            done=partial(self._saved, folder, len(files)),
            cancelled=lambda: self._not_saved(w("Saving was cancelled; nothing of it is left.")),
            failed=partial(self._save_failed, folder),
        )
        if self.background.run(writing(files), after, says=w("Saving the sheets")):
            self.say("")
            self._enable()

    def _files(self, folder: Path) -> dict[Path, Maker]:
        made = self._batch.made
        if not self._batch.whole:
            return {folder / one.wanted.file_name: partial(bytes, one.data) for one in made}
        monday = self.choices.monday() or self._session.today
        name = made[0].wanted.file_name if len(made) == 1 else f"sheets-{monday.isoformat()}.pdf"
        return {folder / name: partial(bytes, self._batch.whole)}

    def _saved(self, folder: Path, count: int) -> None:
        w = language.current()
        if self._settings is not None:
            self._settings.folder = folder
            self._settings.paper = str(self.choices.paper.chosen())
        said = w.plural(
            "{count} file is saved in {folder}.", "{count} files are saved in {folder}.", count, folder=folder
        )
        self._enable()
        self._remember(said, saved=True)

    def _not_saved(self, said: str) -> None:
        self._enable()
        self.say(said)

    def _save_failed(self, folder: Path, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        w = language.current()
        reason = sentences.fault(error)
        said = w("The files could not be written to {folder}: {reason}.", folder=folder, reason=reason)
        self._not_saved(said)
        self.choices.folder.setFocus()

    # --- What the study remembers ---

    def _remember(self, said: str, *, saved: bool) -> None:
        """Mark what was printed at its revision, and say how it ended."""
        w = language.current()
        if self._session.read_only:
            self.say(w("{said} The study is read-only and does not remember it.", said=said))
            return
        prints = self._batch.prints()
        try:
            self._session.study.mark_printed(prints, saved=saved)
        except Refusal as refusal:
            self.say(f"{said} {sentences.refusal(refusal)}")
            return
        self.choices.list_outdated()
        self.say(said)

    # --- The end ---

    def let_go(self) -> None:
        """No preview is made any more, and nothing more is sent to a printer."""
        self._timer.stop()
        self._cancel_sending()
        self.preview.release()
