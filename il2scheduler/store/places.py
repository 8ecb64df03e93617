"""Where a study lies: on this computer, on the network, or in a folder that a program copies elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath


class Kind(StrEnum):
    """What a folder is; a synchronised one is refused unless accepted, a network one gets one warning."""

    LOCAL = "local"
    NETWORK = "network"
    CLOUD = "cloud"


@dataclass(frozen=True, slots=True)
class Folder:
    """Kind, and the service or file system that it was told by."""

    kind: Kind
    detail: str = ""


# Folder names that the services give themselves, with what may follow: "OneDrive - CHU Metz".
_NAMES = (
    (re.compile(r"onedrive( - .*|-.*)?|skydrive", re.IGNORECASE), "OneDrive"),
    (re.compile(r"sharepoint.*", re.IGNORECASE), "SharePoint"),
    (re.compile(r"dropbox( \(.*\))?", re.IGNORECASE), "Dropbox"),
    (re.compile(r"google ?drive.*|googledrive-.*", re.IGNORECASE), "Google Drive"),
    (re.compile(r"icloud ?drive.*|com~apple~clouddocs|mobile documents", re.IGNORECASE), "iCloud"),
    (re.compile(r"nextcloud\d*", re.IGNORECASE), "Nextcloud"),
    (re.compile(r"owncloud\d*", re.IGNORECASE), "ownCloud"),
    (re.compile(r"pcloud ?drive|pclouddrive", re.IGNORECASE), "pCloud"),
    (re.compile(r"box( sync)?|box-box", re.IGNORECASE), "Box"),
    (re.compile(r"megasync( .*)?|mega", re.IGNORECASE), "MEGA"),
    (re.compile(r"synologydrive.*", re.IGNORECASE), "Synology Drive"),
    (re.compile(r"seafile|seadrive", re.IGNORECASE), "Seafile"),
    (re.compile(r"kdrive|kdrive\d+", re.IGNORECASE), "kDrive"),
    (re.compile(r"proton ?drive", re.IGNORECASE), "Proton Drive"),
    (re.compile(r"cloudstorage", re.IGNORECASE), "cloud storage"),
)
# Hidden files that the services leave at the top of what they copy.
_MARKS = (
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".tmp.drivedownload", "Google Drive"),
    (".tmp.driveupload", "Google Drive"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    ("seafile-data", "Seafile"),
)
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ceph", "glusterfs", "9p"}
)
_NETWORK_PROGRAMS = frozenset({"sshfs", "smbnetfs", "gvfsd-fuse", "glusterfs", "curlftpfs", "davfs2"})
_CLOUD_MOUNTS = {
    "fuse.rclone": "rclone",
    "fuse.google-drive-ocamlfuse": "Google Drive",
    "fuse.onedriver": "OneDrive",
    "fuse.pCloud.fs": "pCloud",
    "fuse.insync": "Insync",
}


def folder_of(
    path: Path, *, mounts: str | None = None, environment: Mapping[str, str] | None = None
) -> Folder:
    """What the folder of a file is. `mounts` is the text of /proc/mounts, read when it is not given."""
    folder = Path(os.path.realpath(path)).parent
    service = _by_name(folder) or _by_mark(folder) or _by_variable(folder, environment or os.environ)
    if service:
        return Folder(Kind.CLOUD, service)
    if str(folder).startswith(("\\\\", "//")):
        return Folder(Kind.NETWORK, "network path")
    system = file_system(folder, _mounts() if mounts is None else mounts)
    if system in _CLOUD_MOUNTS:
        return Folder(Kind.CLOUD, _CLOUD_MOUNTS[system])
    if system in _NETWORK or system.removeprefix("fuse.") in _NETWORK_PROGRAMS:
        return Folder(Kind.NETWORK, system)
    return Folder(Kind.LOCAL)


def _by_name(folder: PurePath) -> str:
    return next((service for part in folder.parts for name, service in _NAMES if name.fullmatch(part)), "")


def _by_mark(folder: Path) -> str:
    for above in (folder, *folder.parents):
        for mark, service in _MARKS:
            # Dropbox keeps a folder `.dropbox` of its own settings in the person's home.
            there = os.path.isfile if mark == ".dropbox" else os.path.exists
            # These two answer no where a folder cannot be read; Path's raise.
            if there(above / mark):
                return service
    return ""


def _by_variable(folder: Path, environment: Mapping[str, str]) -> str:
    for name in _VARIABLES:
        value = environment.get(name)
        if value and folder.is_relative_to(value):
            return "OneDrive"
    return ""


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def file_system(folder: PurePath, mounts: str) -> str:
    """The file system that holds a folder: that of the longest mount point above it, named last."""
    found, longest = "", -1
    for point, system in _points(mounts.splitlines()):
        if folder.is_relative_to(point) and len(PurePath(point).parts) >= longest:
            found, longest = system, len(PurePath(point).parts)
    return found


def _points(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        words = line.split(" ")
        if len(words) >= 3:
            # Blanks in a mount point are written as octal escapes: \040.
            yield re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[1]), words[2]
