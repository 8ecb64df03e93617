"""The bill of materials of the frozen program: CycloneDX 1.6 as JSON.

Usage: packaging/sbom.py FOLDER      the folder that packaging/freeze.py filled; prints the document.
The hashes of a Python package are those of requirements.lock: what was installed is one of these files.
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contents import Part, parts

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from il2scheduler.version import VERSION  # noqa: E402 - this checkout's, wherever Python looks otherwise


def locked() -> dict[str, list[str]]:
    """The hashes of each package that may be inside: those of the program, and the loader of PyInstaller."""
    locks = ("requirements.lock", "requirements-package.lock")
    text = "".join((ROOT / lock).read_text("utf-8") for lock in locks).replace("\\\n", "")
    lines = re.findall(r"^([\w.-]+)==\S+(.*)$", text, re.MULTILINE)
    return {name.lower(): re.findall(r"sha256:([0-9a-f]{64})", rest) for name, rest in lines}


def component(part: Part, hashes: list[str]) -> dict[str, Any]:
    """One component as CycloneDX writes it."""
    where = f"deb/debian/{part.name}" if part.kind == "deb" else f"{part.kind}/{part.name}"
    url = f"pkg:{where}@{part.version.replace('+', '%2B')}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": url,
        "name": part.name,
        "version": part.version,
        "purl": url,
        "licenses": [{"license": {"name": part.licence}}],
    }
    if hashes:
        made["properties"] = [{"name": "il2scheduler:locked-sha256", "value": one} for one in hashes]
    return made


def bill(contents: Path, at: datetime) -> dict[str, Any]:
    """The whole document; the same contents and time give the same document."""
    hashes = locked()
    found = parts(contents)
    unlocked = [part.name for part in found if part.kind == "pypi" and part.name not in hashes]
    if unlocked:
        raise SystemExit(f"in the frozen program but not locked for it: {', '.join(unlocked)}")
    listed = [component(part, hashes.get(part.name, []) if part.kind == "pypi" else []) for part in found]
    own = f"pkg:generic/il2scheduler@{VERSION}"
    known = json.dumps([own, listed], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, known)}",
        "version": 1,
        "metadata": {
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "il2scheduler",
                "version": VERSION,
                "purl": own,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": listed,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in listed]}],
    }


def main() -> int:
    """Print the document, of the time SOURCE_DATE_EPOCH, else of now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    at = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    print(json.dumps(bill(Path(sys.argv[1]) / "contents.json", at), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
