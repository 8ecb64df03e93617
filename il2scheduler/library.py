"""The protocol templates that ship with the program, and those of the user's own folder."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from il2scheduler import resources
from il2scheduler.protocol import Protocol
from il2scheduler.protocol_file import MAX_BYTES, Problem, TemplateFile, read
from il2scheduler.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Template:
    """One template file that was found; `shipped` is False for a file of the user's own."""

    path: Path
    shipped: bool
    file: TemplateFile

    @property
    def code(self) -> str:
        """The protocol's code; the file's name where the file has problems."""
        return self.file.protocols[0].code if self.file.protocols else self.path.stem


class UnknownProtocol(LookupError):  # noqa: N818 - an answer, not a fault
    """No template has this code and no file has this name; `known` lists the codes there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Keep what was asked for and what there is."""
        super().__init__(name)
        self.name = name
        self.known = known


def own_folder() -> Path:
    """Where the user's own templates lie; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("il2scheduler", appauthor=False) / "protocols"


def templates() -> tuple[Template, ...]:
    """All templates, the shipped ones first, each sorted by file name; files with problems included."""
    found: list[Template] = []
    for folder, shipped in ((resources.path("protocols"), True), (own_folder(), False)):
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        found.extend(Template(path, shipped, _read_listed(path)) for path in paths if path.is_file())
    return tuple(found)


def find(name: str) -> Template:
    """The template with this code, or the file of this name.

    `UnknownProtocol` where there is neither, `OSError` where the file cannot be read.
    """
    shipped = resources.path("protocols") / f"{name}.toml"
    if "/" not in name and "\\" not in name and shipped.is_file():
        return Template(shipped, shipped=True, file=read_file(shipped))
    path = Path(name)
    if path.is_file():
        return Template(path, shipped=False, file=read_file(path))
    known = templates()
    for template in known:
        if template.code == name:
            return template
    if name and path.exists():
        read_file(path)
    raise UnknownProtocol(name, tuple(template.code for template in known if template.file.protocols))


def _read_listed(path: Path) -> TemplateFile:
    """A file of the list; one that cannot be read does not hide the others."""
    try:
        return read_file(path)
    except OSError as error:
        return TemplateFile((), (Problem("", "unreadable", {"reason": error.strerror or "-"}),))


def read_file(path: Path) -> TemplateFile:
    """Read a template file, no more of it than a template may have; `OSError` where it cannot be read.

    Only files: a pipe would be waited for, a device need not end.
    """
    return read(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def source(template: Template, reading: str | None = None) -> tuple[str, Protocol, str]:
    """The text of a template, what it says in a reading, and how it came; the three a study keeps.

    `Refusal` where the file was changed since it was read or has no such reading; `OSError` where it is gone.
    """
    data = _bytes_of(template.path)
    protocol = read(data).protocol(reading)
    known = template.file.protocol(reading)
    if protocol is None or known is None or protocol.sha256 != known.sha256:
        raise Refusal("template-changed", file=template.path.name)
    return data.decode("utf-8"), protocol, "shipped" if template.shipped else "file"
