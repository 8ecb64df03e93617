"""Several PDF files put together into one."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from threading import RLock
from typing import Protocol, cast


class _Document(Protocol):
    """What is used of pypdfium2's document, whose own types are in part unknown."""

    def import_pages(self, pdf: _Document) -> None: ...
    def save(self, dest: BytesIO) -> None: ...
    def close(self) -> None: ...


PDFIUM = RLock()
"""Held by whoever calls pdfium: it may be used by one thread at a time only."""


def joined(documents: Sequence[bytes]) -> bytes:
    """One PDF of all pages in their order; a single document comes back as it is, with its bookmarks."""
    if len(documents) == 1:
        return documents[0]
    import pypdfium2  # type: ignore[import-untyped]

    file = BytesIO()
    with PDFIUM:
        whole = cast("_Document", pypdfium2.PdfDocument.new())
        for data in documents:
            part = cast("_Document", pypdfium2.PdfDocument(data))
            whole.import_pages(part)
            part.close()
        whole.save(file)
        whole.close()
    return file.getvalue()
