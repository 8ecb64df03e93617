"""What holds for every page of every sheet: legible, complete, safe words, the same bytes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from il2scheduler.schedule import Schedule
from il2scheduler.sheets import Printing, UnprintableText, missing_glyphs
from tests.sheets.reading import PageRead, Said, faults, pages_of, plain, run, text_of
from tests.sheets.samples import SHEETS, printed, seeds, shapes

SEEDS, SHAPES = seeds(), shapes()
HOSTILE = '<b>&<img src="/etc/passwd">'
SIXTY = "Centre hospitalier universitaire de Saint-Étienne, pôle nord"
FORBIDDEN = re.compile(
    r"(?<![\w.])(U|IU|UI|MIU|MUI|MU|SC|SQ|TIW|b\.?i\.?d\.?|q\.d\.|x\d+d)(?![\w.])"
    r"|[@&<>]|\d[.,]\d*0(?!\d)(?= mil)"
)


def combinations() -> Iterator[ParameterSet]:
    """The seeds in both languages on both papers; other readings and shapes where there is least room."""
    for name in ("etoile-w2", "vascu-every-21-days", "control"):
        for language in ("en", "fr"):
            for paper in ("a4", "letter"):
                yield pytest.param(SEEDS[name], language, paper, id=f"{name}-{language}-{paper}")
    for name in ("etoile-w0", "etoile-w4", "vascu-literal-weeks"):
        yield pytest.param(SEEDS[name], "fr", "letter", id=name)
    for number, (name, schedule) in enumerate(SHAPES.items()):
        yield pytest.param(schedule, "fr", ("a4", "letter")[number % 2], id=name)


@pytest.mark.parametrize(("schedule", "language", "paper"), list(combinations()))
def test_nothing_is_cut_overlaps_or_is_crossed_by_a_line(
    printing: Printing, schedule: Schedule, language: str, paper: str
) -> None:
    printing = replace(printing, language=language, paper=paper)
    omitted = schedule.patient.stopped or any(start.omitted for start in schedule.starts)
    for kind in SHEETS:
        for number, page in enumerate(pages_of(printed(kind, schedule, printing)), start=1):
            found = faults(page)
            if omitted:
                # What is omitted is struck out on purpose.
                found = [fault for fault in found if not fault.startswith("a line")]
            assert found == [], f"{kind} page {number}"


def test_the_search_for_faults_finds_them() -> None:
    said = Said("one", 100, 100, 130, 110)
    page = PageRead(
        595,
        842,
        (said, Said("two", 120, 105, 150, 115), Said("out", 590, 20, 610, 30)),
        ((90, 105, 140, 105),),
    )

    assert [fault.split(":")[0] for fault in faults(page)] == [
        "overlap",
        "outside the page",
        "a line through",
    ]


@pytest.mark.parametrize("kind", SHEETS)
def test_every_page_says_who_what_and_how_it_was_printed(printing: Printing, kind: str) -> None:
    pages = pages_of(printed(kind, SEEDS["etoile-w2"], printing))
    for number, page in enumerate(pages, start=1):
        text = plain(" ".join(said.text for said in page.texts))
        for part in (
            "Patient P001",
            "Second identifier:",
            "Hôpital de la Pitié-Salpêtrière, Paris",
            "Schedule revision 3, supersedes revision 2, chain 0123456789ab.",
            "Printed on Fri 02-Jan-2026 at 14:05 by Hélène Œuvrard.",
            "il2scheduler 0.1.0",
            f"page {number} of {len(pages)}",
            "Sheet prepared by:",
            "Sheet checked by:",
            "Not a prescription.",
        ):
            assert part in text
        if kind == "diary" and number == 1:
            continue
        for part in (
            "Trial: ETOILE",
            "Protocol: anrs-123-etoile, version 1",
            "Reading used: w2 (first cycle at study week 2, last start at study week 42)",
            "Arm: aldesleukin (interleukin-2) + optimised antiretrovirals",
            "Reconstructed, not the approved protocol.",
        ):
            assert part in text


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_banner_lists_each_open_field_once_and_the_other_pages_point_to_it(
    printing: Printing, kind: str, language: str
) -> None:
    schedule = SEEDS["etoile-w2"]
    pages = pages_of(printed(kind, schedule, replace(printing, language=language)))
    texts = [plain(" ".join(said.text for said in page.texts)) for page in pages]
    home = len(pages) if kind in {"diary", "activities"} else 1
    for entry in schedule.protocol.open_fields():
        assert entry.note is not None
        assert plain(entry.note.said(language)) in texts[home - 1]
    assert plain(schedule.protocol.status_note.said(language)) in texts[home - 1]
    reminder = {"en": f"9 fields are assumed or unknown: see page {home}."}
    reminder["fr"] = f"9 champs sont supposés ou inconnus : voir page {home}."
    for number, text in enumerate(texts, start=1):
        cover = kind == "diary" and number == 1
        assert (reminder[language] in text) is (number != home and not cover)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", SEEDS)
def test_our_own_words_are_safe_to_read(printing: Printing, name: str, language: str) -> None:
    schedule = SEEDS[name]
    for kind in SHEETS:
        text = text_of(printed(kind, schedule, replace(printing, language=language)))
        for entry in schedule.protocol.provenance:
            if entry.quote:
                text = text.replace(plain(entry.quote), "")
        assert FORBIDDEN.search(text) is None


def test_the_search_for_unsafe_words_finds_them() -> None:
    for unsafe in ("4.5 MIU", "18 UI", "given SC", "TIW", "bid", "q.d.", "a & b", "4.50 million", "3,0 mil"):
        assert FORBIDDEN.search(unsafe), unsafe


@pytest.mark.parametrize("kind", SHEETS)
def test_a_number_never_parts_from_its_unit(printing: Printing, kind: str) -> None:
    for page in pages_of(printed(kind, SEEDS["etoile-w2"], printing)):
        for said, following in pairwise(page.texts):
            assert not (re.search(r"\d$", said.text) and following.text.startswith("million"))


@pytest.mark.parametrize("kind", SHEETS)
def test_the_blinded_arm_is_not_shown(printing: Printing, kind: str) -> None:
    schedule = SEEDS["etoile-w2"]
    arms = tuple(replace(arm, blinded=True) for arm in schedule.protocol.arms)
    blinded = replace(schedule, protocol=replace(schedule.protocol, arms=arms))
    text = text_of(printed(kind, blinded, printing))

    assert "Arm: not shown" in text
    assert "optimised antiretrovirals" not in text


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("typed", [HOSTILE, SIXTY, "Łódź – Ærøskøbing – Škoda – Ελλάδα – Київ"])
def test_text_typed_by_people_is_printed_as_typed(
    printing: Printing, kind: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(kind, SEEDS["etoile-w2"], printing)
    opened: list[str] = []
    sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
    data = printed(kind, SEEDS["etoile-w2"], replace(printing, site=typed, printed_by=typed))

    assert not [name for name in opened if "passwd" in name]
    text = text_of(data)
    pages = len(pages_of(data))
    assert text.count(typed) >= 2 * pages - 1
    assert all(not faults(page) for page in pages_of(data))


def test_an_empty_site_is_a_ruled_blank_and_no_print_date_is_one_too(printing: Printing) -> None:
    text = text_of(printed("visits", SEEDS["control"], replace(printing, site="", printed_on=None)))

    assert "Printed on: __________________ by Hélène Œuvrard." in text
    assert "None" not in text


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("character", ["漢", "\u202e", "א", "\u0007", "🧬"])
def test_a_character_that_no_font_has_is_named_and_nothing_is_made(
    printing: Printing, kind: str, character: str
) -> None:
    with pytest.raises(UnprintableText) as caught:
        printed(kind, SEEDS["control"], replace(printing, site=f"Clinic {character}"))

    assert caught.value.character in character
    assert caught.value.character in missing_glyphs(f"Clinic {character}")


def test_what_can_be_printed() -> None:
    assert missing_glyphs("e\u0301 Œ ≥ ≤ µ °C « » “ ” – ▲ Ł Ў ω\n\t") == set()
    assert missing_glyphs("a漢b\u200b") == {"漢", "\u200b"}


@pytest.mark.parametrize("kind", SHEETS)
def test_the_file_is_sound_with_embedded_fonts_title_language_and_bookmarks(
    printing: Printing, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(printed(kind, SEEDS["etoile-w2"], replace(printing, language="fr")))

    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))
    fonts = [line.split() for line in run("pdffonts", str(path)).splitlines()[2:]]
    assert fonts
    assert all("DejaVuSans" in font[0] and font[-5:-3] == ["yes", "yes"] for font in fonts)
    assert "patient P001" in run("pdfinfo", str(path))
    raw = run("qpdf", "--qdf", "--object-streams=disable", str(path), "-")
    assert "/Lang (fr)" in raw
    assert "/Outlines" in raw
    assert "/Type /Outlines" in raw


MAKE = """
import sys
from dataclasses import replace
from itertools import pairwise
from tests.sheets.samples import printed, seeds
from il2scheduler.sheets import Printing
for kind in ("dosing", "diary", "visits", "activities"):
    sys.stdout.buffer.write(printed(kind, seeds()["etoile-w2"], Printing("fr", "a4", site="Lyon")))
"""


def test_the_same_bytes_everywhere_and_nobodys_settings_are_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    mark = tmp_path / "ran"
    for name in (".reportlab_settings", ".reportlab_mods"):
        (home / name).write_text(f"open({str(mark)!r}, 'w')\npageCompression = 0\n", "utf-8")
    made: set[bytes] = set()
    for extra in (
        {"TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {"TZ": "America/Anchorage", "LC_ALL": "fr_FR.UTF-8", "HOME": str(home), "RL_pageCompression": "0"},
    ):
        root = str(Path(__file__).parents[2])
        done = subprocess.run(
            [sys.executable, "-c", MAKE],
            env={**os.environ, **extra, "PYTHONPATH": root, "PYTHONHASHSEED": "random"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        made.add(done.stdout)

    assert len(made) == 1
    assert not mark.exists()


def test_the_window_may_import_the_package_without_the_pdf_library() -> None:
    code = "import il2scheduler.sheets, sys; print([m for m in sys.modules if m[:9] == 'reportlab'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
