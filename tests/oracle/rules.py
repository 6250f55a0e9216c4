"""The time rules once more, written from their description alone: it imports nothing of the system.

Everything is an integer. An instant is the number of microseconds since 2000-01-01 00:00 Asia/Shanghai, which has had
no summer time since; a date is the number of days since then; clock times are minutes, up to 30:00 for a shift that
ends after midnight. Slow and literal on purpose: whether two rules agree is worth nothing if they were copied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LATEST_END = 30 * HOUR
#: 2000-01-01 was a Saturday; weekdays count from Monday as 0.
_WEEKDAY_OF_DAY_0 = 5
NATIONAL_SESSIONS = ((510, 1020),)

Sessions = tuple[tuple[int, int], ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Port:
    """The published data of a port: dated overrides, a weekly plan from ``plan_from`` on, national working days."""

    overrides: Mapping[int, Sessions] = field(default_factory=dict)
    weekly: Mapping[int, Sessions] = field(default_factory=dict)
    plan_from: int = 0
    national: Mapping[int, bool] = field(default_factory=dict)

    def sessions(self, day: int) -> Sessions | None:
        """The sessions of a date by the highest layer that has it; empty when closed, None when nobody knows."""
        if day in self.overrides:
            return self.overrides[day]
        weekday = (day + _WEEKDAY_OF_DAY_0) % 7
        if weekday in self.weekly and day >= self.plan_from:
            return self.weekly[weekday]
        if day in self.national:
            return NATIONAL_SESSIONS if self.national[day] else ()
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings; durations in microseconds, ``lunch_between`` in minutes of the day."""

    length: int = 2 * HOUR
    step_minutes: int = 60
    enforce: bool = True
    notice: Mapping[tuple[bool, bool], int] = field(
        default_factory=lambda: {
            (False, False): 24 * HOUR,
            (False, True): 8 * HOUR,
            (True, False): 8 * HOUR,
            (True, True): 4 * HOUR,
        }
    )
    both_ports: bool = False
    lunch_bookable: bool = False
    lunch_longest: int = 3 * HOUR
    lunch_between: tuple[int, int] = (630, 870)
    feedback_exact: bool = False
    feedback_period: int = 5 * DAY


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a window at two ports, asked at an instant by parties that are or are not all advanced."""

    declaration_port: str
    entry_exit_port: str
    ports: Mapping[str, Port]
    start: int
    received_at: int
    advanced: bool
    rules: Rules


class Overlap(NamedTuple):
    """Working time of a date that the window touches."""

    code: str
    port: str
    day: int


class Gap(NamedTuple):
    """A date that nobody knows."""

    code: str
    port: str
    day: int


@dataclass(frozen=True, slots=True)
class Answer:
    """``faults`` as (code, port or None, date or None); ``submit_by`` and ``closing`` None where there is none."""

    faults: frozenset[tuple[str, str | None, int | None]]
    submit_by: int | None
    closing: int | None
    feedback_by: int


def answer(case: Case) -> Answer:
    """Returns the rules' full answer on a case."""
    clock = {(code, None, None) for code in _clock_faults(case)}
    hours = {fault for port in _governing(case) for fault in _hours_faults(case, port)}
    found = [_last_closing(case, port) for port in _governing(case)] if case.rules.enforce else []
    gaps = {one for one in found if isinstance(one, Gap)}
    closing = None if gaps else min((one for one in found if not isinstance(one, Gap)), default=None)
    submit_by = None if closing is None else closing - _notice(case)
    late = {("cutoff.passed", None, None)} if submit_by is not None and case.received_at > submit_by else set()
    told = not hours and closing is not None
    return Answer(
        frozenset({*clock, *hours, *gaps, *late}),
        submit_by if told else None,
        closing if told else None,
        feedback_by(case),
    )


def feedback_by(case: Case) -> int:
    """The end of the period for declaration numbers, of natural days or of exact hours after the window's end."""
    end, rules = case.start + case.rules.length, case.rules
    if rules.feedback_exact:
        return end + rules.feedback_period
    return (end // DAY + 1) * DAY + rules.feedback_period


def _clock_faults(case: Case) -> Iterator[str]:
    if case.start <= case.received_at:
        yield "window.past"
    step = case.rules.step_minutes * MINUTE
    if step and case.start % DAY % step:
        yield "window.step"


def _governing(case: Case) -> set[str]:
    return {case.declaration_port, case.entry_exit_port} if case.rules.both_ports else {case.declaration_port}


def _hours_faults(case: Case, port: str) -> Iterator[Overlap | Gap]:
    """Every date whose working time the window touches, and every unknown date whose working time it might touch."""
    window = (case.start, case.start + case.rules.length)
    for day in range(window[0] // DAY - 1, window[1] // DAY + 1):
        sessions = case.ports[port].sessions(day)
        if sessions is None:
            if _meet((day * DAY, day * DAY + LATEST_END), window):
                yield Gap("calendar.missing", port, day)
        elif any(_meet(span, window) for span in _working(day, sessions, case.rules)):
            yield Overlap("window.working_time", port, day)


def _last_closing(case: Case, port: str) -> int | Gap:
    """The last closing at or before the start, or the first unknown date on the way back to it."""
    best: int | None = None
    day = case.start // DAY
    while best is None or day * DAY + LATEST_END > best:
        sessions = case.ports[port].sessions(day)
        if sessions is None:
            return Gap("calendar.missing", port, day)
        over = [closing for _, closing in _shifts(day, sessions, case.rules) if closing <= case.start]
        best = max([*over, *([] if best is None else [best])], default=None)
        day -= 1
    return best


def _working(day: int, sessions: Sessions, rules: Rules) -> list[Span]:
    """Times that cannot be booked: sessions, and lunch breaks unless these are bookable."""
    return _instants(day, sessions) if rules.lunch_bookable else _shifts(day, sessions, rules)


def _shifts(day: int, sessions: Sessions, rules: Rules) -> list[Span]:
    """The sessions of a day, joined over its lunch breaks: nobody closes for lunch."""
    joined: list[tuple[int, int]] = []
    for opens, closes in sessions:
        if joined and _is_lunch(joined[-1][1], opens, rules):
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return _instants(day, tuple(joined))


def _is_lunch(closes: int, opens: int, rules: Rules) -> bool:
    """A gap that is short enough and lies at least partly within noon's span; no gap at all interrupts nothing."""
    short = (opens - closes) * MINUTE <= rules.lunch_longest
    return closes == opens or (short and _meet((closes, opens), rules.lunch_between))


def _instants(day: int, sessions: Sessions) -> list[Span]:
    return [(day * DAY + opens * MINUTE, day * DAY + closes * MINUTE) for opens, closes in sessions]


def _meet(one: Span, other: Span) -> bool:
    """Returns True if two half-open spans share an instant."""
    return one[0] < other[1] and other[0] < one[1]


def _notice(case: Case) -> int:
    return case.rules.notice[case.declaration_port == case.entry_exit_port, case.advanced]
