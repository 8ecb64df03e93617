"""The guide in a window of its own: its pages, a way back, words to find."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QResizeEvent, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from il2scheduler import resources
from il2scheduler.gui import language
from il2scheduler.gui.guide_pages import FIRST, PAGES

_MARGIN_LINES = 4
_LIST_LETTERS = 24


class GuideBrowser(QTextBrowser):
    """Shows the pages that ship with the program and no others; pictures are never wider than the window."""

    def __init__(self) -> None:
        """Show nothing yet; links to the world outside are not followed."""
        super().__init__()
        self.setOpenExternalLinks(False)
        self._width = 0

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: A002 - Qt's name
        """A page or picture of the guide; pictures are made as wide as there is room."""
        found: object = super().loadResource(type, name)
        if type != QTextDocument.ResourceType.ImageResource.value:
            return found
        url = self.source().resolved(name if isinstance(name, QUrl) else QUrl(name))
        picture = QImage(url.toLocalFile())
        room = max(200, self.viewport().width() - _MARGIN_LINES * self.fontMetrics().height())
        if picture.width() > room:
            return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is another size of the pictures."""
        super().resizeEvent(event)
        if event.size().width() != self._width and not self.source().isEmpty():
            self._width = event.size().width()
            at = self.verticalScrollBar().value()
            self.reload()
            self.verticalScrollBar().setValue(at)


class GuideWindow(QWidget):
    """Stays open beside the program; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show the first page."""
        super().__init__(parent, Qt.WindowType.Window)
        w = language.current()
        self.setWindowTitle(w("Guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = QListWidget()
        self.pages.setAccessibleName(w("Pages of the guide"))
        for name, title in PAGES.items():
            item = QListWidgetItem(w(title))
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.pages.addItem(item)
        self.browser = GuideBrowser()
        self.browser.setAccessibleName(w("Page of the guide"))
        self.back, self.forward = QPushButton(w("&Back")), QPushButton(w("&Forward"))
        self.wanted = QLineEdit()
        self.wanted.setClearButtonEnabled(True)
        label = QLabel(w("F&ind on this page"))
        label.setBuddy(self.wanted)
        self.wanted.setAccessibleName(w("Find on this page"))
        self._lay_out(label)
        self._connect()

    def _lay_out(self, label: QLabel) -> None:
        bar = QHBoxLayout()
        for button in (self.back, self.forward):
            button.setAutoDefault(False)
            button.setEnabled(False)
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(label)
        bar.addWidget(self.wanted)
        sides = QSplitter()
        sides.addWidget(self.pages)
        sides.addWidget(self.browser)
        sides.setStretchFactor(1, 1)
        sides.setChildrenCollapsible(False)
        self.pages.setWordWrap(True)
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LIST_LETTERS)
        sides.setSizes([self.pages.minimumWidth(), self.sizeHint().width()])
        self.wanted.setMinimumWidth(self.fontMetrics().averageCharWidth() * 18)
        column = QVBoxLayout(self)
        column.addLayout(bar)
        column.addWidget(sides, 1)

    def _connect(self) -> None:
        self.pages.currentItemChanged.connect(self._chosen)
        self.back.clicked.connect(self.browser.backward)
        self.forward.clicked.connect(self.browser.forward)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        self.browser.forwardAvailable.connect(self.forward.setEnabled)
        self.browser.sourceChanged.connect(self._moved)
        self.wanted.returnPressed.connect(self._find)
        for keys, does in (
            (QKeySequence("Esc"), self.close),
            (QKeySequence("Ctrl+F"), self.wanted.setFocus),
            (QKeySequence("F3"), self._find),
            (QKeySequence("Ctrl+W"), self.close),
        ):
            QShortcut(keys, self).activated.connect(does)

    def sizeHint(self) -> QSize:
        """Wide enough for a line that is good to read, and the list of pages."""
        letter = self.fontMetrics()
        return QSize(letter.averageCharWidth() * 128, letter.height() * 40)

    def go_to(self, place: str) -> None:
        """Show `page#part` in the language of the window; the first page where the part is not known."""
        page, _, part = place.partition("#")
        name = page if page in PAGES else FIRST
        url = QUrl.fromLocalFile(str(resources.path("guide", language.current().language, f"{name}.html")))
        if part:
            url.setFragment(part)
        self.browser.setSource(url)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != self._page():
            self.go_to(str(item.data(Qt.ItemDataRole.UserRole)))

    def _page(self) -> str:
        return self.browser.source().fileName().removesuffix(".html")

    def _moved(self, to: QUrl) -> None:
        """The list shows which page is open, however it was reached."""
        name = to.fileName().removesuffix(".html")
        if name in PAGES:
            with QSignalBlocker(self.pages):
                self.pages.setCurrentRow(list(PAGES).index(name))

    def _find(self) -> None:
        """Go to the next place of the word, from the top again after the last."""
        text = self.wanted.text()
        if text and not self.browser.find(text):
            self.browser.moveCursor(self.browser.textCursor().MoveOperation.Start)
            self.browser.find(text)
