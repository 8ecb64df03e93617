"""What the columns of a study's tables hold, said in words on the last worksheet of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from il2scheduler.dosing import Product
from il2scheduler.i18n import N_, Words
from il2scheduler.tables import Cell
from il2scheduler.wording.product import product_sentence

ABOUT = ("column", "meaning")
KIND_NAMES = {
    "schedule": N_("Schedule"),
    "agenda": N_("Agenda"),
    "deviations": N_("Deviations"),
    "injections": N_("Injections"),
    "supply": N_("Drug supply"),
}
_MEANINGS = {
    "actual_date": N_("date on which it took place"),
    "arm": N_("arm; not shown where it is blinded"),
    "batch": N_("batch of the vial, as it was recorded"),
    "calendar_week": N_("calendar week, with the year it belongs to"),
    "code": N_("code of the visit or injection day, unique for each patient"),
    "cycle": N_("number of the cycle"),
    "date": N_("date on which it is planned or happened"),
    "day": N_("day of the cycle"),
    "dose_in_words": N_("dose in words"),
    "dose_iu": N_("planned dose in international units"),
    "drug": N_("drug; not shown where the arm is blinded"),
    "entry": N_("number of the entry in the history"),
    "given_at": N_("date and time of the injection, by the clock of the site"),
    "given_by": N_("who gave the injection"),
    "given_iu": N_("dose that was given, in international units"),
    "injection": N_("number of the injection on its day"),
    "injections": N_("number of planned injections"),
    "kind": N_("kind, as a code"),
    "list": N_("overdue on the first date, or due from then on"),
    "million_international_units": N_("planned dose in million international units"),
    "nominal_date": N_("date that the protocol gives, before anything was moved"),
    "not_given": N_("code that says why an injection was not given"),
    "note": N_("note, as it was typed"),
    "patient": N_("code of the patient"),
    "patients": N_("number of patients"),
    "place": N_("place of care"),
    "place_in_words": N_("place of care in words"),
    "planned_date": N_("date on which it stands now"),
    "protocol": N_("code of the protocol"),
    "provisional": N_("1 where the date may still change with what it hangs on"),
    "reason": N_("reason that was given"),
    "site": N_("site of the injection"),
    "status": N_("status, as a code"),
    "status_in_words": N_("status in words"),
    "study_day": N_("study day of the nominal date"),
    "study_week": N_("study week of the nominal date"),
    "time": N_("time, by the clock of the site"),
    "vials": N_("vials to be opened in this week; empty where no product was entered"),
    "week": N_("Monday of the week"),
    "weekday": N_("day of the week"),
    "what": N_("what it is, in words"),
    "where": N_("code of what it is about"),
    "window_by_site": N_("1 where the site entered the window, and not the protocol"),
    "window_earliest": N_("first date of the window"),
    "window_latest": N_("last date of the window"),
    "without_dose": N_("injections whose dose is not known or not shown; no vial is counted for them"),
}


def meanings(w: Words, columns: Sequence[str]) -> list[dict[str, Cell]]:
    """A row for each column."""
    return [{"column": column, "meaning": w(_MEANINGS[column])} for column in columns]


def notes(w: Words, kind: str, product: Product | None) -> list[dict[str, Cell]]:
    """What else is to be known of a table; nothing but of the supply."""
    if kind != "supply":
        return []
    said = [
        w("Planned injections only; what is overdue or recorded is not among them."),
        w("A first week may have begun before the first date: it counts from that date on."),
    ]
    if product is None:
        said.append(w("The column vials is empty: the pharmacy's product was not entered."))
    else:
        said.append(w("Vials of the product: {product}", product=product_sentence(w, product)))
        said.append(
            w(
                "A dose is drawn from one vial; what two vials have left is not put together. A dose larger "
                "than a vial takes vials of its own."
            )
        )
    return [{"meaning": text} for text in said]
