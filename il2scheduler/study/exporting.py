"""Files of a study made step by step and written together: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from il2scheduler import exports
from il2scheduler.jobs import Job, Progress
from il2scheduler.study import Study

Making = Generator[Progress, None, bytes]
"""A file that is made step by step; it ends with the file's bytes."""
Maker = Callable[[Study], Making]


def writing(study: Study, files: Mapping[Path, Maker]) -> Job:
    """Make all files, then give them their names together; cancelled before the end it leaves none."""
    with exports.Writing() as aside:
        for number, (path, make) in enumerate(files.items()):
            yield Progress(number, len(files), path.name)
            data = yield from make(study)
            aside.make_folder(path.parent)
            aside.add(path, data)
        aside.finish()
    yield Progress(len(files), len(files), "")


def exporting(path: Path, who: str, files: Mapping[Path, Maker]) -> Job:
    """Write files of the study at `path`; it is opened for reading in the thread that runs the job."""
    yield Progress(0, len(files), "")
    with Study.open(path, who=who, read_only=True) as study:
        yield from writing(study, files)
