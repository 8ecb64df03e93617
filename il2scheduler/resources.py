"""Files that ship with the program, found from a checkout, an installed wheel and a frozen program."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """The folder of the resources; `FileNotFoundError` when the installation is broken."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / "resources", package.parent / "resources"]
    if frozen is not None:
        places.insert(0, Path(frozen) / "resources")
    for place in places:
        if (place / "protocols").is_dir():
            return place
    raise FileNotFoundError("resources/protocols")


def path(*parts: str) -> Path:
    """The path of one resource, e.g. `path("fonts", "DejaVuSans.ttf")`."""
    return folder().joinpath(*parts)
