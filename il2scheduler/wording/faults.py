"""Why the operating system would not read or write, in the language of the reader."""

from __future__ import annotations

from il2scheduler.i18n import N_, Words

_KNOWN = frozenset(
    {
        N_("Permission denied"),
        N_("Operation not permitted"),
        N_("No such file or directory"),
        N_("Not a directory"),
        N_("Is a directory"),
        N_("File exists"),
        N_("File name too long"),
        N_("No space left on device"),
        N_("Disk quota exceeded"),
        N_("Read-only file system"),
        N_("Input/output error"),
        N_("Device or resource busy"),
        N_("Too many open files"),
        N_("Connection timed out"),
        N_("No such device or address"),
        N_("Stale file handle"),
        N_("not a file"),
    }
)
"""What systems say most, in their own English words; anything else is passed on as it is."""


def fault_reason(w: Words, error: OSError) -> str:
    """`No space left on device`, `Plus de place sur le disque`; the name of the error where none is given."""
    said = error.strerror or type(error).__name__
    return w(said) if said in _KNOWN else said
