"""The rows of a dosing sheet: what is planned in print, what was done to be written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from il2scheduler.i18n import Words
from il2scheduler.protocol import Place
from il2scheduler.schedule import Appointment, Injection, Status
from il2scheduler.sheets import fonts, phrases
from il2scheduler.sheets.body_map import body_map
from il2scheduler.sheets.flow import Flow
from il2scheduler.sheets.furniture import SIZE, quotation
from il2scheduler.sheets.page import GREY, HAIR, THICK, THIN, base_of, leading_of, wrapped
from il2scheduler.sheets.table import PAD, fitted
from il2scheduler.wording import cycle_label, place_name

# A line to write on by hand is never lower than 7 mm.
LEAST_LINE = 19.85
MOST_LINE = 23.0
_STEP = leading_of(SIZE)
_UNDATED = 84.0
_MOST_LINES = 4
_CLOSE = 2.0
_MAP = (176.0, 124.0)
_MOST_DAY = 250.0


@dataclass(frozen=True, slots=True)
class _Tier:
    """The upper or lower line of a row: headings in lines, and their widths."""

    headings: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]

    @property
    def high(self) -> float:
        return max(len(lines) for lines in self.headings) * _STEP + 2 * _CLOSE


@dataclass(frozen=True, slots=True)
class _Grid:
    """The measures of the rows of one cycle: the printed part on the left, two tiers of cells beside it."""

    printed: float
    tiers: tuple[_Tier, ...]
    site_before: tuple[str, ...]
    site_label: str

    @property
    def heading_high(self) -> float:
        lines = 3 + max(bool(self.site_label), len(self.site_before))
        return max(sum(tier.high for tier in self.tiers), lines * _STEP + 2 * _CLOSE + 2)


def injection_rows(
    flow: Flow, course: Sequence[Appointment], marks: Mapping[str, str], guide_page: int
) -> None:
    """A row of two lines for each injection in date order; the heading is repeated on each page.

    What is already recorded is printed in place of the cells to write in.
    """
    grid = _grid(flow, course, marks)
    notes: list[str] = []
    room = flow.wide - grid.printed - 2 * PAD
    rows = [
        (day, injection, _recorded(flow.w, injection, room, notes))
        for day in course
        for injection in day.injections
    ]
    taller = sum(max(0.0, _recorded_high(lines) - 2 * LEAST_LINE) for _, _, lines in rows)
    at_home = any(injection.place is Place.HOME for _, injection, _ in rows)
    codes = legend_lines(
        flow,
        flow.room - grid.heading_high - taller - 2 * LEAST_LINE * len(rows),
        at_home=at_home,
        guide_page=guide_page,
    )
    legend_high = len(codes) * _STEP + 2
    line = (flow.room - grid.heading_high - legend_high - taller) / (2 * len(rows))
    line = min(MOST_LINE, line) if line >= LEAST_LINE else 21.0
    if grid.heading_high + 2 * line + legend_high > flow.room:
        flow.start(flow.part)
    _heading(flow, grid)
    before: Appointment | None = None
    heights = [max(2 * line, _recorded_high(lines)) for _, _, lines in rows]
    of_day: dict[str, float] = {}
    for (day, _, _), high in zip(rows, heights, strict=True):
        of_day[day.code] = of_day.get(day.code, 0.0) + high
    for (day, injection, lines), high in zip(rows, heights, strict=True):
        # The injections of a day stay on one page.
        needed = of_day[day.code] if day is not before and of_day[day.code] < _MOST_DAY else high
        if needed + legend_high > flow.room + 0.01:
            _legend(flow, codes)
            flow.start(flow.part)
            _heading(flow, grid)
            before = None
        top = flow.y
        _row(flow, grid, high, lines)
        _planned(flow, day, injection, marks.get(day.code, ""), top + (high - 3 * _STEP) / 2)
        if before is not None and before is not day:
            flow.page.rule(flow.left, top, flow.right, top, THICK)
        before = day
    _legend(flow, codes)
    if not notes and flow.room > _MAP[1] + 8:
        body_map(flow, flow.right - _MAP[0], flow.y + 6, *_MAP)
    if notes:
        flow.y += 4
        flow.heading(flow.w("Notes"), size=11, keep=40)
    for number, text in enumerate(notes, start=1):
        flow.paragraph(f"({number}) {text}")


def _recorded(w: Words, injection: Injection, room: float, notes: list[str]) -> tuple[str, ...]:
    """The lines of what is recorded; a note that would make the row much higher is added to `notes`."""
    lines = wrapped(recorded(w, injection), SIZE, room)
    if len(lines) <= _MOST_LINES or not injection.note:
        return lines
    notes.append(quotation(w, injection.note))
    said = f"{recorded(w, injection._replace(note=None))} {w('Note ({number}), below.', number=len(notes))}"
    return wrapped(said, SIZE, room)


def _recorded_high(lines: Sequence[str]) -> float:
    return len(lines) * _STEP + 2 * PAD if lines else 0.0


def recorded(w: Words, injection: Injection) -> str:
    """What is recorded of an injection in a sentence; empty while it is planned."""
    if injection.status is Status.CANCELLED:
        return w("Cancelled.")
    if injection.status is Status.NOT_GIVEN:
        said = [w("Not given, code {code}.", code=injection.not_given)]
    elif injection.status is Status.GIVEN:
        at = injection.given_at
        when = "" if at is None else w("{date} at {time}", date=w.staff_date(at.date()), time=f"{at:%H:%M}")
        dose = _dose_given(w, injection)
        said = [w("Given: {facts}.", facts=", ".join(part for part in (when, dose) if part) or "\u2013")]
        said += [w("Site: {text}.", text=phrases.site(w, injection.site))] if injection.site else []
        said += [w("Batch: {text}.", text=quotation(w, injection.batch))] if injection.batch else []
        by = w("the patient") if injection.given_by == "patient" else fonts.spelt(injection.given_by or "")
        said += [w("Given by: {text}.", text=by)] if by else []
    else:
        return ""
    said += [w("Note: {note}", note=quotation(w, injection.note))] if injection.note else []
    return " ".join(said)


def _dose_given(w: Words, injection: Injection) -> str:
    if injection.given_iu is None:
        return ""
    said = w.dose(injection.given_iu)
    part = injection.dose_iu is not None and injection.given_iu < injection.dose_iu
    return w("{dose} (part of the dose)", dose=said) if part else said


def _grid(flow: Flow, course: Sequence[Appointment], marks: Mapping[str, str]) -> _Grid:
    w = flow.w
    texts = [
        (line, bold)
        for day in course
        for injection in day.injections
        for line, bold in ((_time_and_place(w, injection), True), (phrases.dose(w, injection.dose_iu), False))
    ]
    widths = [fonts.width(fonts.plain(line), SIZE, bold=bold) for line, bold in texts]
    for day in course:
        line = f"{_date_text(flow, day)} ({marks.get(day.code, 'a')})"
        blank = 0.0 if day.planned is not None else _UNDATED + 4
        widths.append(fonts.width(line, SIZE, bold=True) + blank)
    printed = max(widths) + 2 * PAD + 4
    upper = [
        (w("Premedication"), 8.0),
        (w("Site: number"), 5.5),
        (w("Time given"), 5.5),
        (w("Dose given"), 5.5),
        (w("Given\u00a0by: initials"), 5.8),
        (w("Checked\u00a0by: initials"), 6.6),
    ]
    lower = [
        (w("Blood pressure"), 7.4),
        (w("Pulse"), 4.8),
        (w("Temperature"), 5.0),
        (w("Not\u00a0given: code"), 6.0),
        (w("Reaction, remark"), 14.0),
    ]
    tiers = tuple(_tier(tier, flow.wide - printed) for tier in (upper, lower))
    before = wrapped(_site_before(flow, course), SIZE, printed - 2 * PAD, bold=True)
    return _Grid(printed, tiers, before, _site_label(flow, course))


def _site_label(flow: Flow, course: Sequence[Appointment]) -> str:
    """What asks for the last site of the cycle before; empty for the first one."""
    schedule, w = flow.furniture.schedule, flow.w
    start = next(s for s in phrases.active_starts(schedule) if s.template.number == course[0].cycle)
    previous, _ = phrases.before_and_after(schedule, start)
    return (
        "" if previous is None else w("Last site, {cycle}:", cycle=cycle_label(w, previous.template.number))
    )


def _site_before(flow: Flow, course: Sequence[Appointment]) -> str:
    """The site of the last injection given before this course; empty where none is recorded."""
    w, first = flow.w, course[0].planned
    if first is None:
        return ""
    given = [
        (injection.given_at, injection.site)
        for day in flow.furniture.schedule.appointments
        for injection in day.injections
        if injection.site and injection.given_at is not None and injection.given_at.date() < first
    ]
    if not given:
        return ""
    return w("Last site before: {site}", site=phrases.site(w, max(given)[1] or ""))


def _tier(columns: Sequence[tuple[str, float]], room: float) -> _Tier:
    widths = fitted([(heading, 0.0, share) for heading, share in columns], room)
    headings = [
        wrapped(heading, SIZE, wide - 2 * PAD, bold=True)
        for (heading, _), wide in zip(columns, widths, strict=True)
    ]
    return _Tier(tuple(headings), tuple(widths))


def _heading(flow: Flow, grid: _Grid) -> None:
    w, page = flow.w, flow.page
    page.box(flow.left, flow.y, flow.wide, grid.heading_high, THIN, GREY)
    y = flow.y + PAD
    for text in (w("Date, day of the cycle"), w("Planned time, place"), w("Dose to give")):
        page.text(flow.left + PAD, y + base_of(SIZE, _STEP), text, SIZE, bold=True)
        y += _STEP
    if grid.site_before:
        page.lines(flow.left + PAD, y, list(grid.site_before), SIZE, bold=True)
    elif grid.site_label:
        flow.blank(
            grid.site_label, flow.left + PAD, flow.left + grid.printed - PAD, y + 2 + base_of(SIZE, _STEP)
        )
    y = flow.y
    for tier in grid.tiers:
        x = flow.left + grid.printed
        for wide, lines in zip(tier.widths, tier.headings, strict=True):
            page.box(x, y, wide, tier.high, THIN)
            page.lines(x + PAD, y + PAD, list(lines), SIZE, bold=True)
            x += wide
        y += tier.high
    flow.y += grid.heading_high


def _row(flow: Flow, grid: _Grid, high: float, lines: Sequence[str]) -> None:
    """The cells of a row: two lines to write on, or what is recorded."""
    page, y = flow.page, flow.y
    page.box(flow.left, y, flow.wide, high, THIN)
    page.box(flow.left, y, grid.printed, high, THIN)
    if lines:
        page.lines(flow.left + grid.printed + PAD, y + PAD, list(lines), SIZE)
    for tier in () if lines else grid.tiers:
        x = flow.left + grid.printed
        for wide in tier.widths:
            page.box(x, y, wide, high / 2, HAIR)
            x += wide
        y += high / 2
    flow.y += high


def _planned(flow: Flow, day: Appointment, injection: Injection, mark: str, top: float) -> None:
    """The printed part of a row: date, time and place, dose."""
    w, page = flow.w, flow.page
    x, base = flow.left + PAD, top + base_of(SIZE, _STEP)
    if day.planned is None:
        page.rule(x, base + 2, x + _UNDATED, base + 2, HAIR)
        x += _UNDATED + 4
    x = page.text(x, base, _date_text(flow, day), SIZE, bold=True)
    if mark:
        page.text(x + 4, base, f"({mark})", SIZE, bold=True)
    page.lines(flow.left + PAD, top + _STEP, [_time_and_place(w, injection)], SIZE, bold=True)
    page.lines(flow.left + PAD, top + 2 * _STEP, [phrases.dose(w, injection.dose_iu)], SIZE)


def _date_text(flow: Flow, appointment: Appointment) -> str:
    w = flow.w
    day = w("day {day}", day=appointment.day)
    if appointment.planned is not None:
        return f"{w.staff_date(appointment.planned)}, {day}"
    return day


def _time_and_place(w: Words, injection: Injection) -> str:
    return f"{phrases.clock(injection)} \u2013 {place_name(w, injection.place)}"


def legend_lines(flow: Flow, room: float, *, at_home: bool, guide_page: int) -> list[str]:
    """How the rows are filled in: as much as `room` points hold, never less than the codes.

    `guide_page` of the document says all of it (`dosing_guide`).
    """
    w = flow.w
    said = [
        w(
            "Not given: one code, the upper line of the row stays empty; remark: why, and who ordered it. "
            "A\u00a0absent, N\u00a0drug not available, R\u00a0refused, O\u00a0other; H\u00a0withheld: a "
            "doctor or the protocol decided; V\u00a0unwell: the patient or a nurse decided."
        ),
        w("A part of the dose counts as given; remark: why, and who ordered it."),
        *([w("Home: copied from the returned diary; given by: patient.")] if at_home else []),
        w("Sites: 1, 2 abdomen; 3, 4 thigh; 5, 6 arm; odd left, even right (map on the back)."),
        w("More on page {page}.", page=guide_page),
        w("Dose in million international units; time by the 24-hour clock."),
        w("Blood pressure in mmHg, temperature in °C."),
    ]
    # Of many rows, which fill several pages anyway, nothing is left out.
    most = 9 * _STEP if room < 0 else room - 2
    while True:
        lines = list(wrapped(" ".join(said), SIZE, flow.wide))
        if len(lines) * _STEP <= most or len(said) == 1:
            return lines
        del said[-1]


def _legend(flow: Flow, lines: list[str]) -> None:
    flow.y = flow.page.lines(flow.left, flow.y + 2, lines, SIZE)
