"""Refusals said as sentences: what, where, what was expected, what to do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from il2scheduler.i18n import N_, Words
from il2scheduler.refusal import Fact, Refusal
from il2scheduler.wording.action_refusals import ACTIONS
from il2scheduler.wording.import_refusals import IMPORTS
from il2scheduler.wording.problems import problem_sentence

if TYPE_CHECKING:
    from il2scheduler.protocol_file.completion import WrongValue

_FIXED_SPACES = "\u00a0\u202f"
_SENTENCES = {
    "archive-not-empty": N_(
        "{folder} holds something already, and nothing was written; choose a new folder or an empty one."
    ),
    "archive-changed": N_(
        "Somebody changed the study while it was copied, so no archive was written; try again."
    ),
    "patient-code": N_(
        "The patient code {found} cannot be used: it needs 1 to 32 capital letters, "
        "digits, - or _, such as P001."
    ),
    "date-range": N_("The date {date} is outside the years {first} to {last}."),
    "too-late": N_(
        "With the start {date} the schedule would run past the year {year}; choose an earlier start."
    ),
    "never-open": N_("The clinic would be closed on every day of the week; leave at least one weekday open."),
    "timezone": N_("{found} is not a known time zone; give one such as Europe/Paris."),
    "arm-needed": N_("This protocol has several arms; choose one of {known}."),
    "arm": N_("The protocol has no arm {found}; choose one of {known}."),
    "country": N_("{found} is not a country whose public holidays are known; give a code such as FR."),
    "holidays-unknown": N_(
        "The public holidays of {year} are not known for this country, so dates of that year cannot be "
        "checked; choose an earlier start, or another country's holidays with closures of your own."
    ),
    "subdivision": N_("{country} has no subdivision {found}; known are {known}."),
    "unprintable": N_(
        "The fonts of the sheets cannot print the character {character} ({codepoint}) of the text "
        "'{text}'; write it with other characters."
    ),
    "store-stale": N_(
        "{who} changed this meanwhile (entry {entry}), so nothing was saved; look at it again and "
        "decide anew."
    ),
    "store-stale-rows": N_(
        "This was changed meanwhile, so nothing was saved; look at it again and decide anew."
    ),
    "store-hangs-on": N_(
        "This cannot be taken back while later entries of the patient stand on it; take those back first."
    ),
    "store-busy": N_(
        "Another window or computer is writing to the study {file}, so nothing was done; try again in "
        "a moment."
    ),
    "store-disk-full": N_(
        "The disk is full, so nothing was saved in the study {file}; make room on it and try again."
    ),
    "store-disk-read-only": N_(
        "The disk of {file} may only be read, so nothing was saved; choose a place on another disk."
    ),
    "store-copy-disk-full": N_(
        "The disk of the folder {folder} is full, so the copy {file} was not made; make room on it, or "
        "choose another folder."
    ),
    "store-copy-disk-fault": N_(
        "The copy {file} was not made: the disk or the network of the folder {folder} reported a fault "
        "({fault}); see that the folder can be reached, then try again."
    ),
    "store-copy-folder": N_(
        "The copy {file} was not made, because the folder {folder} is not there or may only be read; choose "
        "another folder, or ask for the right to change this one."
    ),
    "store-disk-fault": N_(
        "The disk or the network did not let the study {file} be read or written ({fault}), so nothing "
        "was saved; see that the folder can be reached, then try again."
    ),
    "store-unsure": N_(
        "The disk reported a fault ({fault}) after the change was written to the study {file}; it is in "
        "the file now, but look at it again before going on."
    ),
    "store-read-only": N_(
        "The study {file} may only be read, so nothing was saved; ask for the right to change the file."
    ),
    "store-folder": N_(
        "The folder of the study {file} cannot be written or is gone, so nothing was saved; see that "
        "the folder is there and may be changed."
    ),
    "store-recovery": N_(
        "The study {file} was interrupted while it was saved, and this must be mended before it can be read; "
        "somebody who may change the file and its folder opens it once, or runs "
        "'il2scheduler study info {file}'."
    ),
    "store-wal": N_(
        "Another program set the study {file} to a way of saving (WAL) in which it cannot be read here; "
        "somebody who may change the file and its folder opens it once, or runs "
        "'il2scheduler study info {file}'."
    ),
    "store-damaged": N_(
        "The study {file} is damaged and was not opened; make a copy of it, then restore the newest backup."
    ),
    "store-broken-end": N_(
        "The newest entries of the study {file} are not as they were saved, so it was not opened; run "
        "'il2scheduler study verify {file}' to see what is wrong, and restore the newest backup."
    ),
    "store-altered-settings": N_(
        "The settings or protocols in the study {file} are not what its entries give, as if another program "
        "had altered them, so it is not used; run 'il2scheduler study verify {file}' to see what is wrong, "
        "and restore the newest backup."
    ),
    "store-altered-rows": N_(
        "What the study {file} holds of patient {patient} is not what the patient's entries give, as if "
        "another program had altered it, so nothing was saved; run 'il2scheduler study verify {file}' to "
        "see what is wrong, and restore the newest backup."
    ),
    "store-altered-schema": N_(
        "The study {file} was altered by another program and was not opened; restore the newest backup."
    ),
    "store-not-a-study": N_("The file {file} is not a study of this program, and was not touched."),
    "store-empty": N_(
        "The file {file} is empty, so it is not a study; choose another file, or restore the newest backup."
    ),
    "store-folder-not-file": N_("{file} is a folder; choose a study file, which ends in .il2."),
    "store-missing": N_("There is no study {file} at this place; see whether it was moved or renamed."),
    "store-unreadable": N_(
        "The study {file} may not be read by you; ask for the right to read and change it."
    ),
    "study-in-the-way": N_(
        "{file} holds a study or a backup of one, and was not touched; give the new file another name."
    ),
    "store-exists": N_("There is a file {file} already, and it was not touched; choose another name."),
    "store-newer": N_(
        "The study {file} was written by a newer version of this program; install that version to open "
        "it. The file was not touched."
    ),
    "store-older": N_(
        "The study {file} was written by an older version of this program and must be brought up to "
        "date first; open it once with the right to change its folder."
    ),
    "store-unknown-version": N_(
        "The study {file} says it is of a version that never was; it is damaged, so restore the newest "
        "backup."
    ),
    "store-moved": N_(
        "The study {file} was moved or deleted while it was open, so nothing was saved; put it back, or "
        "open it where it is now."
    ),
    "store-replaced": N_(
        "Another file was put in the place of the study {file} while it was open, so nothing was saved; "
        "close it and open it again."
    ),
    "store-setting": N_(
        "The study {file} cannot be kept safely on this computer: the setting {setting} is {found}; use "
        "the program as it was delivered."
    ),
    "store-cloud": N_(
        "The folder of {file} is copied elsewhere by {service}, which can lose changes and brings "
        "patients' data to other computers; choose another folder, or accept it (on the command line with "
        "--accept-cloud)."
    ),
    "store-not-sound": N_(
        "The study {file} is not sound, so no copy of it was made; run 'il2scheduler study verify {file}' to "
        "see what is wrong, and restore the newest backup."
    ),
    "store-backup-broken": N_("The backup {file} is not whole and was not used; choose another one."),
    "store-no-entry": N_("There is no entry {entry} in the study."),
    "store-nothing-typed": N_("Entry {entry} holds no such typed text; choose the entry where it was typed."),
    "store-not-vacuumed": N_(
        "The text was erased from the study {file}, but traces of it may remain in the file until the "
        "same is done again ({fault})."
    ),
}


def refusal_sentence(w: Words, refusal: Refusal) -> str:
    """One sentence for a person; text typed by people is shown without control characters."""
    if refusal.kind == "site-value-wrong":
        wrong = cast("WrongValue", refusal)
        said = problem_sentence(w, wrong.problem)
        return printable(f"{wrong.field}: {said}{'' if said.endswith('?') else '.'}")
    facts = {name: _fact(w, name, fact) for name, fact in refusal.facts.items()}
    text = _SENTENCES.get(refusal.kind) or ACTIONS.get(refusal.kind) or IMPORTS[refusal.kind]
    return w(text, **facts)


def _fact(w: Words, name: str, fact: Fact) -> object:
    if isinstance(fact, date):
        return w.staff_date(fact)
    if isinstance(fact, str):
        return printable(fact)
    return w.dose(fact) if name.endswith("_iu") else fact


def printable(text: str) -> str:
    """Text on one line, control and invisible characters escaped, empty text visible.

    The fixed spaces of our own sentences (`4,5 millions`, before a colon in French) are kept.
    """
    return "".join(c if c.isprintable() or c in _FIXED_SPACES else repr(c)[1:-1] for c in text) or '""'
