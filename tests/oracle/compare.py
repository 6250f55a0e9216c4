"""The same questions to `domain.assessment` and to the oracle."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import NamedTuple

from domain.appointment import Content
from domain.assessment import assess
from domain.calendar import Day, PortCalendar, WorkingSession, national_day, port_calendar
from domain.decision import Decision, Purpose
from domain.enterprise import Enterprise, Grade, Qualification
from domain.facts import Facts
from domain.policy import CalendarPolicy, CutoffPolicy, FeedbackPolicy, Policy, WindowPolicy
from tests.oracle.cases import PORTS, Question, World, world
from tests.oracle.rules import DAY, Answer, Case, Port, Rules, Sessions, answer

APPLICANT, CONSIGNEE = "3122260001", "3122260003"
#: How many questions one world is asked.
QUESTIONS = 100
TIME_RULES = ("window.past", "window.step", "window.working_time", "calendar.missing", "cutoff.passed")

_BEGIN = datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=8)))
_FIRST_DATE = date(2000, 1, 1)


class Disagreement(NamedTuple):
    """A question, the oracle's answer, and the system's."""

    question: Question
    expected: Answer
    actual: Answer


class Tally(NamedTuple):
    """Counts of what many cases met, and the cases in which the answers differ."""

    met: Counter[str]
    disagreements: list[Disagreement]


def compare(seed: int, cases: int) -> Tally:
    """Asks at least so many questions; the same seed gives the same ones."""
    tally = Tally(Counter(), [])
    for number in range(-(-cases // QUESTIONS)):
        chance = Random(f"{seed}/{number}")
        found = world(chance)
        calendars, policy = calendars_of(found), policy_of(found.rules)
        for question in found.questions(chance, QUESTIONS):
            expected, actual = answer(question.case), _asked(question, calendars, policy)
            tally.met.update(_features(question.case, expected))
            if expected != actual:
                tally.disagreements.append(Disagreement(question, expected, actual))
    return tally


def instant(at: int) -> datetime:
    """An instant of the oracle."""
    return (_BEGIN + timedelta(microseconds=at)).astimezone(UTC)


def on(day: int) -> date:
    """A date of the oracle."""
    return _FIRST_DATE + timedelta(days=day)


def sessions(own: Sessions) -> tuple[WorkingSession, ...]:
    """Sessions of the oracle."""
    return tuple(WorkingSession(*each) for each in own)


def policy_of(rules: Rules) -> Policy:
    """The settings as the policy file has them."""
    notices = {
        f"{'same' if same else 'different'}_{'advanced' if advanced else 'general'}": _length(notice)
        for (same, advanced), notice in rules.notice.items()
    }
    first, last = (time(minutes // 60, minutes % 60) for minutes in rules.lunch_between)
    return Policy(
        window=WindowPolicy(length=_length(rules.length), step_minutes=rules.step_minutes),
        cutoff=CutoffPolicy(enforce=rules.enforce, **notices),
        feedback=FeedbackPolicy(
            reading="exact_hours" if rules.feedback_exact else "natural_days", period=_length(rules.feedback_period)
        ),
        calendar=CalendarPolicy(
            governing="both" if rules.both_ports else "declaration_port",
            lunch_bookable=rules.lunch_bookable,
            lunch_longest=_length(rules.lunch_longest),
            lunch_between=(first, last),
        ),
    )


def calendars_of(found: World) -> dict[str, PortCalendar]:
    """The published calendar as the system loads it, to the end of the longest window."""
    span = (on(found.first), on(found.last + 3))
    return {code: _calendar(code, port, span) for code, port in found.ports.items()}


def _calendar(code: str, port: Port, span: tuple[date, date]) -> PortCalendar:
    national = [national_day(on(day), working=working) for day, working in port.national.items()]
    return port_calendar(
        code,
        span,
        overrides={on(day): Day(on(day), "override", sessions(own)) for day, own in port.overrides.items()},
        weekly={weekday: sessions(own) for weekday, own in port.weekly.items()},
        national={day.date: day for day in national if day is not None},
    )


def asked(question: Question, facts: Facts, policy: Policy) -> Answer:
    """The system's decision on the application, without faults of other rules."""
    case = question.case
    content = Content(
        consignee_code=CONSIGNEE,
        declaration_port=case.declaration_port,
        entry_exit_port=case.entry_exit_port,
        window_start=instant(case.start),
    )
    decision = assess(
        purpose=Purpose.SUBMIT, content=content, facts=facts, policy=policy, received_at=instant(case.received_at)
    )
    return _answer(decision)


def party(code: str, grade: str) -> Enterprise:
    """A registered enterprise of that grade."""
    return Enterprise(code=code, name=code, qualification=Qualification.REGISTERED, grade=Grade(grade))


def _asked(question: Question, calendars: dict[str, PortCalendar], policy: Policy) -> Answer:
    applicant, consignee = question.grades
    facts = Facts(
        APPLICANT,
        applicant=party(APPLICANT, applicant),
        consignee=party(CONSIGNEE, consignee),
        known_ports=frozenset(PORTS),
        calendars=calendars,
    )
    return asked(question, facts, policy)


def _answer(decision: Decision) -> Answer:
    faults = [
        (fault.code, fault.facts.get("port"), fault.facts.get("calendar_day"))
        if fault.code in {"window.working_time", "calendar.missing"}
        else (fault.code, None, None)
        for fault in decision.faults
        if fault.code in TIME_RULES
    ]
    days = {day: (date.fromisoformat(day) - _FIRST_DATE).days for _, _, day in faults if day}
    deadlines, closing = decision.deadlines, decision.facts.get("closing")
    return Answer(
        frozenset((code, port, days[day] if day else None) for code, port, day in faults),
        _number(deadlines.submit_by),
        _number(datetime.fromisoformat(closing)) if closing else None,
        _number(deadlines.feedback_by) or 0,
    )


def _number(at: datetime | None) -> int | None:
    return None if at is None else (at - _BEGIN) // timedelta(microseconds=1)


def _length(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _features(case: Case, expected: Answer) -> Iterator[str]:
    """The features that a run must have met to prove anything."""
    yield from {code for code, _, _ in expected.faults} or {"accepted"}
    if expected.closing is None:
        return
    if expected.closing < case.start - 31 * DAY:
        yield "closed for a month"
    shift = case.ports[case.declaration_port].sessions((expected.closing - 1) // DAY)
    if not shift or (expected.closing % DAY) // 60_000_000 not in {closes % 1440 for _, closes in shift}:
        yield "closing after midnight"
