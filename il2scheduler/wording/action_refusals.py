"""Refused actions on a study, said as sentences: what, where, what was expected, what to do."""

from il2scheduler.i18n import N_

ACTIONS = {
    "no-patient": N_("There is no patient {found} in the study; see the list of patients for the codes."),
    "patient-exists": N_("There is a patient {code} in the study already; codes are given once."),
    "no-protocol-row": N_("The study has no protocol of this number ({number}); add the protocol first."),
    "no-protocol": N_("The study has no protocol {found}; it has {known}."),
    "protocol-needed": N_("The study holds several protocols; name one of {known}."),
    "protocol-unreadable": N_(
        "The protocol {code}, version {version}, of this study cannot be read by this program; use the "
        "version of the program that wrote it."
    ),
    "version-taken": N_(
        "The study has a version {version} of {code} already, with another text; give the new template a "
        "version of its own."
    ),
    "protocol-known": N_("The study has this protocol in this reading already; nothing was changed."),
    "same-protocol": N_("This is the protocol the study has already, word for word; nothing was changed."),
    "other-protocol": N_(
        "The file is of the protocol {found}, the patients are on {known}; nothing was changed."
    ),
    "dose-not-prescribed": N_(
        "The protocol states the doses of arm {arm}, so no prescribed dose is typed; leave it out."
    ),
    "dose-blinded": N_("The arm of this patient is blinded: no dose is written down; leave it out."),
    "dose-needed": N_("{code} has no dose yet: type the dose given, or the prescribed dose first."),
    "dose-above-highest": N_(
        "{dose_iu} is above {highest_iu}, the highest dose the protocol states; check the dose."
    ),
    "dose-impossible": N_(
        "{dose_iu} is more than {times} times {highest_iu}, the highest dose stated or planned; check the "
        "dose."
    ),
    "dose-form": N_(
        "{found} is not a dose; write million international units with digits, such as 4.5 or 4,5."
    ),
    "dose-ambiguous": N_(
        "{found} can be read as two doses, since three digits follow the mark; write it with at most two."
    ),
    "dose-range": N_(
        "{found} is out of range; a dose is more than 0 and at most {limit} million international units."
    ),
    "volume-form": N_(
        "{found} is not a volume; write mL with digits and at most two decimals, such as 1.2 or 1,2."
    ),
    "volume-range": N_("{found} is out of range; a volume is more than 0 and at most {limit} mL."),
    "hours-form": N_("{found} is not a number of hours; write whole hours from 1 to {limit}."),
    "product-needed": N_(
        "No product is entered yet, so there is nothing of it to change; give its name first."
    ),
    "product-incomplete": N_(
        "A product needs its name, the million international units that one vial gives, and its "
        "concentration; give all three."
    ),
    "drug-needed": N_("The protocols have several drugs ({known}); say which of them the product is."),
    "no-drug": N_("No protocol of the study has a drug {found}; there is {known}."),
    "table-ending": N_(
        "{file} does not say what kind of file it is; give it a name that ends in .xlsx or .csv."
    ),
    "dates-order": N_("The last date, {last}, lies before the first, {first}; exchange them."),
    "table-too-long": N_(
        "The table has more than the {limit} rows that a spreadsheet holds; write it as .csv, or ask for "
        "fewer patients."
    ),
    "no-revision": N_("There is no revision {revision} of this patient; the present one is {now}."),
    "no-cycle": N_("There is no cycle {cycle}; the patient has {count}."),
    "no-day": N_("Cycle {cycle} has no injection on day {day}; see the patient's schedule."),
    "no-time": N_("No injection is planned at {time} there; the planned times are {known}."),
    "earlier-cycle-first": N_(
        "Cycle {cycle} comes after cycle {next}, which has no date yet; date that first."
    ),
    "no-slot": N_("{code} has no injection at {time}; its times are {known}."),
    "no-injection": N_("No injection is planned on day {day} at {time} in this cycle; check the exceptions."),
    "cycle-begun": N_(
        "Cycle {cycle} has begun, so it stays where it is; withhold the rest of it instead, or correct what "
        "was recorded."
    ),
    "cycle-cancelled": N_(
        "Cycle {cycle} is cancelled, since the treatment was stopped or the patient withdrawn; to plan it "
        "again, undo that entry first (the history has its number)."
    ),
    "cycle-omitted": N_("Cycle {cycle} is omitted; delay it to a first day to plan it again."),
    "cycle-to-come": N_(
        "Cycle {cycle} has not begun (day 1 is {date}), so there is no rest to withhold; omit or delay the "
        "cycle instead."
    ),
    "cycle-undated": N_("Cycle {cycle} has no date yet; set the start date or date the cycle first."),
    "cycle-has-date": N_("The protocol dates cycle {cycle} itself; delay the cycle instead."),
    "course-recorded": N_("All injections of cycle {cycle} are recorded or cancelled; correct them instead."),
    "one-slot": N_("Cycle {cycle} has one injection a day, so there is no evening to begin with."),
    "other-revision": N_(
        "The plan of {patient} is at revision {now}, not at {revision}: look at what changed (history, show) "
        "and decide again."
    ),
    "nothing-moves": N_("It stands on {date} already; nothing was changed."),
    "nothing-changes": N_("It is so already; nothing was changed."),
    "no-visit": N_("The patient has no visit {found}; the visits are {known}."),
    "visit-recorded": N_("{visit} is recorded, so it stays where it is; correct it instead."),
    "visit-cancelled": N_("{visit} is cancelled; undo that first."),
    "visit-omitted": N_(
        "{visit} is omitted with cycle {cycle}; delay the cycle to a first day to plan both again."
    ),
    "visit-not-recorded": N_("{visit} is not recorded yet, so there is nothing to correct; record it."),
    "injection-recorded": N_("{code} at {time} is recorded already; correct it instead."),
    "injection-cancelled": N_("{code} at {time} is cancelled; undo that first."),
    "injection-omitted": N_(
        "{code} at {time} is omitted with cycle {cycle}; delay the cycle to its first day to plan it again, "
        "then record."
    ),
    "not-recorded": N_(
        "Cycle {cycle} day {day} at {time} is not recorded yet, so there is nothing to correct; record it."
    ),
    "code-needed": N_(
        "Cycle {cycle} day {day} at {time}: say with a code why it was not given (A, H, N, R, V or O)."
    ),
    "other-date": N_(
        "{code} is planned on {planned}, not on {found}; delay the cycle first, then record the injection."
    ),
    "other-date-begun": N_(
        "{code} is planned on {planned}, not on {found}, and its cycle has begun; record it as not given."
    ),
    "in-future": N_("{date} lies after today ({today}); only what has happened is recorded."),
    "too-far": N_(
        "With this date the schedule would run past the last year there is; choose an earlier one."
    ),
    "no-gate": N_("The protocol has no such condition {found}; it has {known}."),
    "no-gates": N_("The protocol has no condition to answer; places of care are changed by hand."),
    "no-events": N_("No visit of the protocol hangs on an event; there is none to date."),
    "no-event": N_("The protocol has no event {found}; it has {known}."),
    "already-stopped": N_(
        "The treatment is stopped on {date} already; undo that first to choose another day."
    ),
    "already-withdrawn": N_(
        "The patient is withdrawn on {date} already; undo that first to choose another day."
    ),
    "after-stop": N_(
        "The treatment is stopped on {date}, so no injection is planned from that day on; choose an earlier "
        "day, or undo the stop first."
    ),
    "after-withdrawal": N_(
        "The patient is withdrawn on {date}, so nothing is planned after that day; choose an earlier day, or "
        "undo the withdrawal first."
    ),
    "chosen-dates": N_(
        "Dates were chosen by hand for {codes}: say whether the new start date keeps or clears them (on the "
        "command line with --chosen keep or --chosen clear)."
    ),
    "dose-reason-needed": N_(
        "The dose is not one that the protocol leads to, or is far from the one before; look at the preview, "
        "and give a reason if it is right."
    ),
    "high-dose-reason-needed": N_(
        "{dose_iu} is above {highest_iu}, the highest dose the protocol states; check it, and give a reason "
        "if it was really given."
    ),
    "reason-needed": N_("A reason is needed, since this changes what was planned or recorded; give one."),
    "finding-refuses": N_(
        "{where}: the schedule would not be allowed ({finding}), so nothing was saved; accept it with a "
        "reason where that is offered, or choose another date."
    ),
    "text-empty": N_("The text is empty; type one."),
    "text-too-long": N_("The text has {found} characters; at most {limit} are kept."),
    "text-hidden": N_("The text holds the invisible character {codepoint}; type it anew without."),
    "no-entry": N_("There is no entry {entry}; the last one is {last}."),
    "entry-undone": N_("Entry {entry} is undone already, by entry {by}."),
    "entry-redacted": N_("Text of entry {entry} was erased, so it cannot be undone; make the change anew."),
    "redaction-stays": N_(
        "Entry {entry} erased text, which is gone for good, so it cannot be undone; make a note of what is "
        "missing."
    ),
    "undo-blocked": N_("Entry {entry} cannot be undone while entry {by} stands on it; undo that one first."),
    "entry-first": N_("The first entry made the study, so it cannot be undone."),
    "protocol-in-use": N_(
        "The protocol cannot be taken out of the study while patients are on it ({count}, {patient} is one); "
        "undo entry {by} first, which put {patient} on it."
    ),
    "visit-undated": N_("{visit} has no date yet; it gets one with what it hangs on."),
    "template-changed": N_("The file {file} was changed while it was read; try again."),
    "nothing-to-undo": N_("{who} has done nothing in this study that could be undone."),
    "nothing-to-redo": N_("{who} has undone nothing last, so there is nothing to redo."),
    "entry-records-nothing": N_(
        "Entry {entry} records no injection and no visit, so there is nothing to correct."
    ),
    "entry-several": N_("Entry {entry} records several injections; say which one with its day and time."),
    "calendar-unreadable": N_("{file} cannot be read as a calendar file (.ics)."),
    "calendar-too-big": N_("{file} is too big: a calendar of closures has at most {limit} {what}."),
    "calendar-too-long": N_("{file} holds a closure of more than {limit} days; check its dates."),
    "calendar-empty": N_("{file} holds no event that could be a closure."),
    "calendar-hours-only": N_(
        "{file} holds only events that take some hours of a day ({count}); a closure takes whole days."
    ),
    "one-calendar-file": N_(
        "{file} would be one file, but there are {count} patients; name a folder for one file each, or take "
        "the profile clinic for one calendar of all of them."
    ),
    "nothing-new": N_("Nothing has changed for {target} since the last export, so no file was written."),
    "target-not-kept": N_(
        "{file} cannot be written, so the study could not remember what the target was given; export "
        "without a target, or where the study may be changed."
    ),
    "holiday-unknown": N_(
        "{date} is no public holiday and no closure of this study, so there is none to open."
    ),
}
