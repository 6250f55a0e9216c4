"""Random worlds and questions, as plain as the oracle: long closures, shifts past midnight, gaps, odd lunch breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import NamedTuple

from tests.oracle.rules import DAY, HOUR, MINUTE, Case, Port, Rules, Sessions, answer

PORTS = ("2233", "5304")
#: 2024-01-01 and about five years: all tables of credit from 2021 on, leap days, ends of years.
_FIRST_DAY, _DAYS = 8766, 1800
#: How many days of a world are published.
_PUBLISHED = 160
_ADVANCED = "高级认证"
GRADES = (_ADVANCED, "认证", "常规", "一般认证", "一般信用")

_USUAL: tuple[Sessions, ...] = (
    ((510, 1020),),
    ((480, 720), (840, 1080)),
    ((510, 690), (810, 1020)),
    ((480, 1560),),
    ((0, 1440),),
    ((1200, 1800),),
    ((0, 120), (1320, 1560)),
    ((480, 720), (1080, 1320)),
    ((480, 630), (870, 1020)),
    # Breaks at the limits of lunch: just as long as it may be, ending as it may begin, beginning as it ends.
    ((480, 600), (780, 1020)),
    ((420, 450), (630, 1020)),
    ((480, 870), (1050, 1140)),
)


class Question(NamedTuple):
    """A case, and of which grade applicant and consignee are."""

    case: Case
    grades: tuple[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """Two ports with what is published of them, the days on which that is (the last not included), and the rules."""

    ports: dict[str, Port]
    first: int
    last: int
    rules: Rules

    def questions(self, chance: Random, count: int) -> Iterator[Question]:
        """Random questions, most of them about windows near the end of the published days."""
        for _ in range(count):
            yield self._question(chance)

    def _question(self, chance: Random) -> Question:
        declaration, other = chance.choice(PORTS), chance.choice(PORTS)
        grades = (chance.choice((_ADVANCED, chance.choice(GRADES))), chance.choice((_ADVANCED, chance.choice(GRADES))))
        start = self._start(chance)
        received_at = start - chance.randrange(-HOUR, 60 * DAY)
        case = Case(declaration, other, self.ports, start, received_at, grades == (_ADVANCED, _ADVANCED), self.rules)
        submit_by = answer(case).submit_by if chance.random() < 0.5 else None
        if submit_by is None:
            return Question(case, grades)
        edge = submit_by + chance.choice((-1, 0, 1))
        return Question(Case(declaration, other, self.ports, start, edge, case.advanced, self.rules), grades)

    def _start(self, chance: Random) -> int:
        """On the hour, at or beside an end of a session, or at any instant."""
        day = min(self.first + int(_PUBLISHED * chance.triangular(0.05, 1.02, 0.95)), self.last)
        kind = chance.random()
        if kind < 0.5:
            return day * DAY + chance.randrange(24) * HOUR
        ends = [end for session in self.ports[chance.choice(PORTS)].sessions(day) or () for end in session]
        if kind < 0.8 and ends:
            edge = day * DAY + chance.choice(ends) * MINUTE + chance.choice((0, 0, -1, 1))
            return edge - chance.choice((0, self.rules.length))
        return day * DAY + chance.randrange(DAY)


def world(chance: Random) -> World:
    """A world of its own."""
    first = _FIRST_DAY + chance.randrange(_DAYS)
    last = first + _PUBLISHED
    national = _national(chance, first, last)
    return World({code: _port(chance, national, first, last) for code in PORTS}, first, last, _rules(chance))


def _national(chance: Random, first: int, last: int) -> dict[int, bool]:
    """Monday to Friday (day 0 was a Saturday), with holidays and make-up days, and now and then a day unpublished."""
    days = {day: (day + 5) % 7 < 5 for day in range(first, last)}
    for _ in range(chance.randrange(4)):
        begin = chance.randrange(first, last)
        days |= dict.fromkeys(range(begin, min(begin + chance.randrange(1, 11), last)), False)
        days[chance.randrange(first, last)] = True
    for _ in range(chance.choice((0, 0, 1, 3))):
        days.pop(chance.randrange(first, last), None)
    return days


def _port(chance: Random, national: dict[int, bool], first: int, last: int) -> Port:
    weekly = (
        {weekday: _sessions(chance) for weekday in range(7) if chance.random() < 0.4} if chance.random() < 0.4 else {}
    )
    overrides = {chance.randrange(first, last): _sessions(chance) for _ in range(chance.randrange(12))}
    if chance.random() < 0.6:
        begin = last - chance.randrange(1, 80)
        overrides |= dict.fromkeys(range(begin, min(begin + chance.randrange(1, 70), last)), ())
    return Port(overrides, weekly, first, national)


def _sessions(chance: Random) -> Sessions:
    """Usual hours, closed, or any ordered sessions that begin before midnight and end by 06:00."""
    kind = chance.random()
    if kind < 0.25:
        return ()
    if kind < 0.7:
        return chance.choice(_USUAL)
    clocks = sorted(chance.sample(range(0, 1801, 15), 2 * chance.randrange(1, 4)))
    pairs = tuple(pair for number, pair in enumerate(pairwise(clocks)) if number % 2 == 0)
    return tuple((opens, closes) for opens, closes in pairs if opens < 1440)


def _rules(chance: Random) -> Rules:
    """The manual's, or any."""
    if chance.random() < 0.4:
        return Rules(both_ports=chance.random() < 0.5)
    hours = [chance.randrange(1, 96) * HOUR // 2 for _ in range(4)]
    return Rules(
        length=chance.choice((HOUR, 2 * HOUR, 2 * HOUR, 9 * HOUR, 30 * HOUR)),
        step_minutes=chance.choice((0, 15, 30, 60)),
        enforce=chance.random() < 0.95,
        notice=dict(zip(((False, False), (False, True), (True, False), (True, True)), hours, strict=True)),
        both_ports=chance.random() < 0.5,
        lunch_bookable=chance.random() < 0.5,
        lunch_longest=chance.choice((0, 1, 2, 3, 6)) * HOUR,
        lunch_between=chance.choice(((630, 870), (630, 870), (690, 780), (0, 1425))),
        feedback_exact=chance.random() < 0.5,
        feedback_period=chance.randrange(1, 9) * DAY,
    )
