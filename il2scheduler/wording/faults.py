"""Why the operating system would not read or write, in the language of the reader."""

from __future__ import annotations

import errno

from il2scheduler.i18n import N_, Words

_KNOWN = {
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.ENOENT: N_("No such file or directory"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EISDIR: N_("Is a directory"),
    errno.EEXIST: N_("File exists"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EROFS: N_("Read-only file system"),
    errno.EIO: N_("Input/output error"),
    errno.EBUSY: N_("Device or resource busy"),
    errno.EMFILE: N_("Too many open files"),
    errno.ETIMEDOUT: N_("Connection timed out"),
    errno.ENXIO: N_("No such device or address"),
    errno.ESTALE: N_("Stale file handle"),
}
"""What systems report most, by number: their own words differ, and are in the computer's language."""
_OURS = frozenset({N_("not a file")})


def fault_reason(w: Words, error: OSError) -> str:
    """`No space left on device`, `Plus de place sur le disque`; else what the system or the error says."""
    said = error.strerror or type(error).__name__
    if said in _OURS:
        return w(said)
    known = None if error.errno is None else _KNOWN.get(error.errno)
    return said if known is None else w(known)
