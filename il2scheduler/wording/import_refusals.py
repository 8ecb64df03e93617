"""What is wrong with a file of patients to import, as sentences that follow its row and column."""

from il2scheduler.i18n import N_

IMPORTS = {
    "import-omitted": N_("cycle {cycle} is omitted by another row; keep only one of the two."),
    "import-too-big": N_("the file is larger than {limit} million bytes; divide it."),
    "import-too-long": N_("the file has more than {limit} rows; divide it."),
    "import-not-utf8": N_("the file is not UTF-8 text; save it in the spreadsheet program as CSV UTF-8."),
    "import-empty": N_("the file holds no rows; write the names of the columns and a row for each fact."),
    "import-quotes": N_("the row has quotation marks that do not close, or text after them; mend them."),
    "import-column": N_("there is no column {found}; the columns are {known}."),
    "import-column-twice": N_("there are two columns {column}; leave one of them."),
    "import-column-missing": N_("the column {column} is missing; add it."),
    "import-cells": N_("the row has more cells than the {count} columns; see whether a text needs quotes."),
    "import-needed": N_("the column {column} is needed here; fill it in."),
    "import-not-used": N_("the column {column} is not used in a row of the kind {what}; leave it empty."),
    "import-of-one": N_(
        "the column {column} is of one injection, and this row is of the whole course as planned; "
        "write a row for each injection, with its day and time."
    ),
    "import-of-cycle": N_(
        "the column {column} is not used here: injections are on the days of their cycle. Where the cycle "
        "began on another day, write that in a row of the kind cycle."
    ),
    "import-what": N_("{found} is not a kind of row; the kinds are {known}."),
    "import-date": N_("{found} is not a date; write it as 2026-01-05 (year-month-day)."),
    "import-time": N_("{found} is not a time; write it as 08:00."),
    "import-moment": N_("{found} is not a date with a time; write it as 2026-01-05 08:12."),
    "import-number": N_("{found} is not a number from 1 to 999; write it with digits."),
    "import-code": N_("{found} cannot be a code; write letters, digits, - or _, at most 64."),
    "import-choice": N_("{found} is not one of {known}."),
    "import-no-enrol": N_("no row enrols the patient {patient}; add a row of the kind enrol."),
    "import-past-cap": N_("write omit (the cycle is left out) or keep (a deviation) in this column."),
    "import-gap": N_("write gap-too-short in this column if it was so; it is a deviation."),
    "import-finding": N_("no schedule can be so; check the dates."),
    "import-refused": N_("Nothing was imported: the file has problems ({count})."),
}
