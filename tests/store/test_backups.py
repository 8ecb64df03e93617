"""Backups: when one is due, which ones are kept, each verified, and restoring to a new file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from il2scheduler import store
from il2scheduler.ledger import Head
from il2scheduler.store import (
    Backup,
    Exists,
    Occasion,
    StoreRefusal,
    StudyFile,
    backing_up,
    backups_of,
    copying,
    restoring,
)
from il2scheduler.store.backups import due, folder_of, surplus
from tests.store.hostile import execute
from tests.store.samples import content, enrolment, make, note, reopened, save, setting, study_entry

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def backup(age: timedelta, entry: int = 1) -> Backup:
    return Backup(NOW - age, entry, f"{entry:012x}", Path(f"{entry}.il2"))


def run(study: Path, occasion: Occasion = Occasion.ASKED, now: datetime = NOW) -> tuple[Backup, ...]:
    for _ in backing_up(study, occasion, now):
        pass
    return backups_of(study)


# --- When ---

MINUTES = [
    (Occasion.OPEN, 0, True),
    (Occasion.CLOSE, 0, True),
    (Occasion.MIGRATION, 1, True),
    (Occasion.IMPORT, 1, True),
    (Occasion.AMENDMENT, 1, True),
    (Occasion.ASKED, 1, True),
    (Occasion.TIMER, 0, False),
    (Occasion.TIMER, 29, False),
    (Occasion.TIMER, 30, True),
    (Occasion.TIMER, 300, True),
    (Occasion.TIMER, -5, True),
]


@pytest.mark.parametrize(("occasion", "minutes", "expected"), MINUTES)
def test_when_one_is_due(occasion: Occasion, minutes: int, *, expected: bool) -> None:
    newest = backup(timedelta(minutes=minutes))

    assert due(occasion, newest, Head(2, 2, "ff" * 32), NOW) is expected


@pytest.mark.parametrize("occasion", list(Occasion))
def test_never_twice_of_the_same_and_always_the_first(occasion: Occasion) -> None:
    head = Head(1, 1, f"{1:012x}" + "0" * 52)

    assert due(occasion, None, head, NOW)
    assert not due(occasion, backup(timedelta(days=300)), head, NOW)


# --- Which ones stay ---


def kept(backups: list[Backup], now: datetime = NOW) -> list[Backup]:
    gone = surplus(backups, now)
    return [one for one in backups if one not in gone]


def test_all_of_two_days_stay() -> None:
    backups = [backup(timedelta(minutes=30 * n), n) for n in range(96)]

    assert kept(backups) == backups


def test_a_year_of_backups_every_half_hour_is_thinned() -> None:
    """As it goes in life: thinned after each one."""
    there: list[Backup] = []
    now = NOW
    for n in range(365 * 16):
        # Eight hours of every day.
        now = NOW + timedelta(days=n // 16, minutes=30 * (n % 16))
        there.append(Backup(now, n, f"{n:012x}", Path()))
        gone = surplus(there, now)
        there = [one for one in there if one not in gone]
    ages = [(now - one.at).days for one in there]

    assert sum(age <= 2 for age in ages) >= 32
    assert len({one.at.date() for one in there if (now - one.at).days <= 13}) == 14
    assert max(ages) > 300
    older = [age for age in ages if age > 2]
    # The ninth month may just have begun or just have been left.
    assert len(older) in {12 + 10 + 8, 12 + 10 + 9}


def test_the_newest_of_each_day_is_the_one_that_stays() -> None:
    ages = [(day, hour) for day in (5, 6) for hour in (0, 1, 2)]
    backups = [backup(timedelta(days=day, hours=hour), day * 10 + hour) for day, hour in ages]

    assert [one.entry for one in kept(backups)] == [50, 60]


def test_weeks_begin_after_the_twelfth_day_and_months_after_the_tenth_week() -> None:
    days = [backup(timedelta(days=day), day) for day in range(400)]
    stay = [one.entry for one in kept(days)]

    assert stay[:3] == [0, 1, 2]
    assert stay[3:15] == list(range(3, 15))
    weeks = stay[15:25]
    assert [(NOW - timedelta(days=age)).weekday() for age in weeks[1:]] == [6] * 9
    months = stay[25:]
    assert len(months) == 9
    assert all((NOW - timedelta(days=age - 1)).day == 1 for age in months[1:])


def test_a_study_left_alone_for_years_loses_none() -> None:
    backups = [backup(timedelta(days=1000 + day), day) for day in range(12)]

    assert kept(backups) == backups


def test_the_newest_stays_whatever_the_clock_says() -> None:
    backups = [backup(timedelta(days=500)), backup(timedelta(days=-500), 2)]

    assert set(kept(backups)) == set(backups)
    assert kept([backup(timedelta(days=5000))]) == [backup(timedelta(days=5000))]


# --- Making ---


def test_a_backup_is_the_study(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
        (made,) = run(path)
    with reopened(made.path) as copy:
        assert content(copy) == whole
    assert made.path.parent == folder_of(path) == path.with_name("ETOILE backups")
    assert (made.at, made.entry) == (NOW, 2)
    assert [p.suffix for p in made.path.parent.iterdir()] == [".il2"]


def test_the_time_of_a_backup_is_utc(path: Path) -> None:
    make(path).close()

    (made,) = run(path, now=NOW.astimezone(timezone(timedelta(hours=2))))

    assert made.at == NOW
    assert made.path.name.startswith("ETOILE 2026-06-15 12-00-00 entry 1 ")


def test_one_is_made_only_after_a_change(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        assert len(run(path, Occasion.OPEN)) == 1
        assert len(run(path, Occasion.CLOSE, NOW + timedelta(hours=1))) == 1
        save(study, note(1, 1, "x"))
        assert len(run(path, Occasion.TIMER, NOW + timedelta(minutes=1))) == 1
        assert [b.entry for b in run(path, Occasion.CLOSE, NOW + timedelta(minutes=1))] == [3, 2]


def test_surplus_ones_go_only_when_the_new_one_is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make(path, enrolment(1)) as study:
        for day in range(3):
            save(study, note(1, day, "x"))
            run(path, now=NOW - timedelta(days=30, hours=day))
        assert len(backups_of(path)) == 3
        save(study, note(1, 9, "x"))

        def broken(*_: object, **__: object) -> object:
            yield from ()

        with monkeypatch.context() as patched:
            patched.setattr(copying, "verification", broken)
            with pytest.raises(StoreRefusal) as refused:
                run(path)
        assert (refused.value.kind, refused.value.facts) == ("store-not-sound", {"file": path.name})
        assert len(backups_of(path)) == 3
        assert len(list(folder_of(path).iterdir())) == 3
        # Three of one day: the newest of that day stays, and the new one.
        assert len(run(path)) == 2


def test_a_damaged_study_is_not_backed_up_over_good_ones(path: Path) -> None:
    make(path, enrolment(1)).close()
    run(path)
    execute(path, "UPDATE injection SET dose_iu = 1")
    with reopened(path) as study:
        save(study, study_entry(setting("places", "4")))

    with pytest.raises(StoreRefusal):
        run(path, now=NOW + timedelta(days=1))
    assert [one.entry for one in backups_of(path)] == [2]


def test_two_programs_make_it_in_the_same_second(path: Path) -> None:
    make(path, enrolment(1)).close()
    first, second = (backing_up(path, Occasion.ASKED, NOW) for _ in range(2))
    next(first)
    next(second)

    for job in (second, first, backing_up(path, Occasion.ASKED, NOW)):
        list(job)

    (made,) = folder_of(path).iterdir()
    with reopened(made) as copy:
        assert copy.verify().sound


def test_a_backup_that_was_given_up_leaves_nothing(path: Path) -> None:
    make(path, enrolment(1)).close()
    job = backing_up(path, Occasion.ASKED, NOW)
    next(job)
    next(job)
    job.close()

    assert list(folder_of(path).iterdir()) == []
    with reopened(path) as study:
        save(study, note(1, 1, "and no lock is left"))


def test_other_files_in_the_folder_are_left_alone(path: Path) -> None:
    make(path, enrolment(1)).close()
    folder = folder_of(path)
    folder.mkdir()
    others = [
        "notes.txt",
        "ETOILE old.il2",
        "OTHER 2020-01-01 12-00-00 entry 1 000000000000.il2",
        "ETOILE 2020-99-99 12-00-00 entry 1 000000000000.il2",
    ]
    for name in others:
        (folder / name).write_text("x", "utf-8")

    assert len(run(path)) == 1
    assert {p.name for p in folder.iterdir()} >= set(others)


# --- Copies ---


def test_a_copy_never_replaces_a_file(study: StudyFile) -> None:
    there = study.path.with_name("there.il2")
    there.write_text("x", "utf-8")

    with pytest.raises(Exists):
        study.backup(there)
    assert there.read_text("utf-8") == "x"


def test_a_copy_to_nowhere(study: StudyFile) -> None:
    with pytest.raises(StoreRefusal):
        study.backup(study.path.parent / "gone" / "a.il2")
    save(study, note(1, 1, "goes on"))


def test_a_writer_is_not_kept_waiting_by_a_copy_that_is_checked(study: StudyFile) -> None:
    with reopened(study.path, busy_seconds=0.05) as other:
        unsound = copying.not_sound(study.path)
        job = copying.copying(
            study._connection, study.path.with_name("c.il2"), study.snapshot(), unsound=unsound
        )
        next(job)
        next(job)
        save(other, note(1, 1, "while the copy is checked"))
        for _ in job:
            pass


# --- Restoring ---


def test_restoring_makes_a_new_file(path: Path) -> None:
    with make(path, enrolment(1)) as study:
        whole = content(study)
        (made,) = run(path)
        save(study, note(1, 1, "later"))
    before = made.path.read_bytes()
    restored = path.with_name("restored.il2")
    for _ in restoring(made.path, restored):
        pass

    with reopened(restored) as study:
        assert content(study) == whole
        save(study, note(1, 1, "goes on from there"))
    assert made.path.read_bytes() == before
    with pytest.raises(Exists):
        list(restoring(made.path, path))


def test_a_broken_backup_is_not_restored(path: Path) -> None:
    make(path, enrolment(1)).close()
    (made,) = run(path)
    execute(made.path, "UPDATE injection SET dose_iu = 1")
    restored = path.with_name("restored.il2")

    with pytest.raises(StoreRefusal) as refused:
        list(restoring(made.path, restored))
    assert (refused.value.kind, refused.value.facts) == ("store-backup-broken", {"file": made.path.name})
    assert not restored.exists()
    made.path.write_text("x", "utf-8")
    with pytest.raises(store.NotAStudy):
        list(restoring(made.path, restored))
