"""How the dosing sheets are filled in: the second page of a print, with the codes, examples and the map."""

from __future__ import annotations

from il2scheduler.i18n import Words
from il2scheduler.sheets.body_map import body_map
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE
from il2scheduler.sheets.page import wrapped
from il2scheduler.sheets.table import Column, Row, cell, table
from il2scheduler.wording.sites import site_names

_MAP = (176.0, 118.0)


def guide(flow: Flow) -> int:
    """Begin a page that tells whoever has only the paper what is written where; returns its number."""
    w = flow.w
    flow.start(w("how to fill in"), bookmark=w("How to fill in"))
    number = len(flow.pages)
    columns = [Column(w("On the front"), 104), Column(w("What to write"), share=1)]
    table(flow, columns, [Row((cell(name, bold=True), cell(*said))) for name, *said in _front(w)])
    columns = [Column(w("Not given: code"), 104), Column(w("When"), share=1)]
    table(flow, columns, [Row((cell(code, bold=True), cell(when))) for code, when in _codes(w)])
    columns = [Column(w("On the back"), 104), Column(w("What to write"), share=1)]
    table(flow, columns, [Row((cell(name, bold=True), cell(said))) for name, said in _back(w)])
    _sites(flow)
    return number


def _front(w: Words) -> list[tuple[str, ...]]:
    return [
        (w("Second identifier"), w("The one that your site uses, the same on every page.")),
        (
            w("Before the cycle"),
            w(
                "The decision to begin it, made before its first injection. What is withheld later gets a "
                "code in its row."
            ),
        ),
        (
            w("Given"),
            w(
                "Site number, time, dose in million international units; initials of who gave and who "
                "checked it. Measured before it: blood pressure (mmHg), pulse, temperature (°C)."
            ),
        ),
        (
            w("Given in part"),
            w("The dose really given, no code; it counts as given. Remark: why, and who ordered it."),
        ),
        (
            w("Not given"),
            w("One code. The upper line of the row stays empty. Remark: why, and who ordered it."),
        ),
        (
            w("Home"),
            w(
                "Copied from the diary when it is returned. Given by: patient; of one not given the code "
                "alone. Checked by: the initials of who copied it. What the diary does not say stays empty."
            ),
        ),
    ]


def _codes(w: Words) -> list[tuple[str, str]]:
    return [
        (w("A absent"), w("The patient did not come.")),
        (w("H withheld"), w("A doctor or the protocol decided it, for whatever reason, fever too.")),
        (w("N no drug"), w("The drug was not available.")),
        (w("R refused"), w("The patient did not want it, without being unwell.")),
        (w("V unwell"), w("The patient was unwell; the patient or a nurse decided it, not a doctor.")),
        (w("O other"), w("Anything else; the remark says what.")),
    ]


def _back(w: Words) -> list[tuple[str, str]]:
    return [
        (
            w("Preparation"),
            w("A line for each injection prepared at the clinic. What is not prepared is struck out."),
        ),
        (
            w("End of the cycle"),
            w(
                "Dose: where the diary says given and names none, the planned one counts. Vials opened: all "
                "of the cycle, also those used in part. Returned unopened: by the ward and by the patient."
            ),
        ),
        (
            w("Adverse events"),
            w("Graded by the scale of the study; what was done about it, also to the doses."),
        ),
        (
            w("Signature log"),
            w("Everyone whose initials or signature stand on the sheet, doctors too; not the patient."),
        ),
    ]


def _sites(flow: Flow) -> None:
    """The sites by their numbers, the map beside them."""
    w = flow.w
    wide, high = _MAP
    flow.need(high)
    top = flow.y
    body_map(flow, flow.right - wide, top, wide, high)
    room = flow.wide - wide - 16
    said = [(w("Sites by their numbers, left and right of the patient:"), True)]
    said += [(f"{number} {name}", False) for number, name in enumerate(site_names(w), start=1)]
    y = top + 2
    for text, bold in said:
        y = flow.page.lines(flow.left, y, list(wrapped(text, SIZE, room, bold=bold)), SIZE, bold=bold)
    text = w("Another site each time, in turn where the skin allows it.")
    flow.page.lines(flow.left, y, list(wrapped(text, SIZE, room)), SIZE)
    flow.y = top + high + 6
