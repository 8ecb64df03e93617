"""Where a study lies: folders that a service copies elsewhere, network folders, and all others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from il2scheduler import store
from il2scheduler.store import CloudFolder, Folder, Kind, folder_of
from il2scheduler.store.places import file_system
from tests.store.samples import PROGRAM, at, first_entry, make

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/export /mnt/nas nfs4 rw,vers=4.2 0 0
//srv/ward /mnt/ward\\040share cifs rw 0 0
/dev/sdb1 /mnt/nas/local ext4 rw 0 0
nurse@srv: /home/n/far fuse.sshfs rw 0 0
gdrive: /home/n/g fuse.rclone rw 0 0
/dev/sdc1 /media/usb vfat rw 0 0
"""

CLOUD = [
    ("OneDrive/a.il2", "OneDrive"),
    ("OneDrive - CHU Metz/Documents/a.il2", "OneDrive"),
    ("Dropbox/studies/a.il2", "Dropbox"),
    ("Dropbox (Personal)/a.il2", "Dropbox"),
    ("Google Drive/My Drive/a.il2", "Google Drive"),
    ("Library/CloudStorage/GoogleDrive-n@x.org/a.il2", "cloud storage"),
    ("Library/Mobile Documents/com~apple~CloudDocs/a.il2", "iCloud"),
    ("iCloudDrive/a.il2", "iCloud"),
    ("Nextcloud/ward/a.il2", "Nextcloud"),
    ("pCloudDrive/a.il2", "pCloud"),
    ("Box/a.il2", "Box"),
]


@pytest.mark.parametrize(("name", "service"), CLOUD)
def test_folders_of_synchronising_services(tmp_path: Path, name: str, service: str) -> None:
    assert folder_of(tmp_path / name, mounts="", environment={}) == Folder(Kind.CLOUD, service)


@pytest.mark.parametrize(
    "name", ["Documents/a.il2", "Boxes/a.il2", "studies/Dropbox.il2", "onedriver/a.il2", "mega study/a.il2"]
)
def test_other_folders(tmp_path: Path, name: str) -> None:
    assert folder_of(tmp_path / name, mounts="", environment={}) == Folder(Kind.LOCAL)


@pytest.mark.parametrize(("mark", "service"), [(".stfolder", "Syncthing"), (".dropbox.cache", "Dropbox")])
def test_services_that_leave_a_mark(tmp_path: Path, mark: str, service: str) -> None:
    (tmp_path / mark).mkdir()

    assert folder_of(tmp_path / "x" / "a.il2", mounts="", environment={}) == Folder(Kind.CLOUD, service)


def test_the_settings_folder_of_dropbox_is_no_mark(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()
    assert folder_of(tmp_path / "a.il2", mounts="", environment={}).kind is Kind.LOCAL


def test_a_renamed_onedrive_is_known_by_the_system(tmp_path: Path) -> None:
    known = {"OneDriveCommercial": str(tmp_path / "CHU")}

    assert folder_of(tmp_path / "CHU" / "a.il2", mounts="", environment=known).detail == "OneDrive"
    assert folder_of(tmp_path / "other" / "a.il2", mounts="", environment=known).kind is Kind.LOCAL


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_a_link_into_such_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "Dropbox")

    assert folder_of(tmp_path / "plain" / "a.il2", mounts="", environment={}).kind is Kind.CLOUD


@pytest.mark.parametrize(
    ("folder", "system"),
    [
        ("/home/n", "ext4"),
        ("/mnt/nas/studies", "nfs4"),
        ("/mnt/nas/local/x", "ext4"),
        ("/mnt/ward share", "cifs"),
        ("/mnt/wardens", "ext4"),
        ("/home/n/far", "fuse.sshfs"),
        ("/media/usb", "vfat"),
    ],
)
def test_the_file_system_of_a_folder(folder: str, system: str) -> None:
    assert file_system(Path(folder), MOUNTS) == system


@pytest.mark.skipif(os.name == "nt", reason="mounts as on Linux")
@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/mnt/nas/a.il2", Folder(Kind.NETWORK, "nfs4")),
        ("/home/n/far/a.il2", Folder(Kind.NETWORK, "fuse.sshfs")),
        ("/home/n/g/a.il2", Folder(Kind.CLOUD, "rclone")),
        ("/home/n/a.il2", Folder(Kind.LOCAL)),
    ],
)
def test_network_folders(path: str, folder: Folder) -> None:
    assert folder_of(Path(path), mounts=MOUNTS, environment={}) == folder


def test_a_study_in_such_a_folder_must_be_accepted(tmp_path: Path) -> None:
    path = tmp_path / "Dropbox" / "a.il2"
    path.parent.mkdir()

    with pytest.raises(CloudFolder) as refused:
        store.create(path, [first_entry()], at=at(), program=PROGRAM)
    assert refused.value.facts == {"file": "a.il2", "service": "Dropbox"}
    assert list(path.parent.iterdir()) == []
    make(path).close()
    with pytest.raises(CloudFolder):
        store.open_(path, program=PROGRAM)
    with store.open_(path, program=PROGRAM, accept_cloud=True) as study:
        assert study.folder.kind is Kind.CLOUD
    with store.open_(path, program=PROGRAM, read_only=True) as study:
        assert study.last_entry() == 1
