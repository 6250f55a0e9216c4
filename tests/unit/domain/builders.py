"""A small world for the rules: the real working days of 2026, a few enterprises, an application that passes."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import chinese_calendar  # type: ignore[import-untyped]

from domain.appointment import (
    Appointment,
    Content,
    Deadlines,
    Direction,
    ExplanationStatus,
    GoodsLine,
    Party,
    ReasonCategory,
    Standing,
    State,
)
from domain.assessment import assess
from domain.calendar import Day, PortCalendar, WorkingSession, national_day, port_calendar
from domain.decision import Decision, Purpose
from domain.enterprise import Enterprise, Grade, Qualification
from domain.facts import Facts
from domain.instants import SHANGHAI
from domain.policy import Policy
from domain.problems import Fault

PUDONG, YANGSHAN = "2233", "2248"
BROKER, IMPORTER = "3122260001", "3122260003"
POLICY = Policy()
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


def instant(text: str) -> datetime:
    """``11-28 20:00`` of 2026, or with a year, on a Shanghai clock."""
    return datetime.fromisoformat(text if text.count("-") == 2 else f"2026-{text}").replace(tzinfo=SHANGHAI)


@lru_cache
def national() -> Mapping[date, Day]:
    """The published working days of 2026: holidays off, make-up days on."""
    first, last = YEAR
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = (national_day(on, working=chinese_calendar.is_workday(on)) for on in dates)
    return {day.date: day for day in days if day is not None}


def calendar(
    port: str = PUDONG,
    *,
    overrides: Iterable[Day] = (),
    weekly: Mapping[int, tuple[WorkingSession, ...]] | None = None,
    without: Iterable[date] = (),
) -> PortCalendar:
    """A port's 2026; ``without`` are dates that nobody has published."""
    known = {on: day for on, day in national().items() if on not in set(without)}
    by_date = {day.date: day for day in overrides}
    return port_calendar(port, YEAR, overrides=by_date, weekly=weekly or {}, national=known)


@lru_cache
def plain_calendars() -> Mapping[str, PortCalendar]:
    return {port: calendar(port) for port in (PUDONG, YANGSHAN)}


def enterprise(code: str = BROKER, **changes: Any) -> Enterprise:
    particulars = {
        "code": code,
        "name": f"企业{code}",
        "qualification": Qualification.REGISTERED,
        "grade": Grade.ADVANCED_CERTIFIED,
    }
    return Enterprise(**(particulars | changes))


def facts(**changes: Any) -> Facts:
    """Two advanced enterprises and two ports."""
    particulars: dict[str, Any] = {
        "applicant_code": BROKER,
        "applicant": enterprise(BROKER),
        "consignee": enterprise(IMPORTER),
        "known_ports": frozenset({PUDONG, YANGSHAN}),
        "calendars": plain_calendars(),
    }
    return Facts(**(particulars | changes))


def content(**changes: Any) -> Content:
    """An application without faults, for Saturday 11-28 20:00; personal fields are sealed."""
    complete = Content(
        consignee_code=IMPORTER,
        contact_name="sealed:v1:k1:AAAA",
        contact_mobile="sealed:v1:k1:BBBB",
        declaration_port=PUDONG,
        entry_exit_port=PUDONG,
        transport_mode="5",
        direction=Direction.IMPORT,
        window_start=instant("11-28 20:00"),
        reason="sealed:v1:k1:CCCC",
        reason_category=ReasonCategory.PERISHABLE,
        goods=(GoodsLine(hs_code="0301999990", name="其他活鱼"),),
    )
    return complete.model_copy(update=changes)


def decide(purpose: Purpose = Purpose.SUBMIT, **changes: Any) -> Decision:
    """``assess`` of the application that passes, with changes; received on Tuesday 11-24 at noon."""
    request: dict[str, Any] = {
        "purpose": purpose,
        "content": content(),
        "facts": facts(),
        "policy": POLICY,
        "received_at": instant("11-24 12:00"),
    }
    return assess(**(request | changes))


def codes(faults: Iterable[Fault]) -> list[str]:
    return [fault.code for fault in faults]


def fields(faults: Iterable[Fault]) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in faults]


def appointment(state: State = State.SUCCEEDED, **changes: Any) -> Appointment:
    """An appointment for Saturday 11-28 20:00, submitted on Tuesday 11-24 at noon."""
    standing = Standing(state=state, explanation=changes.pop("explained", ExplanationStatus.UNAVAILABLE))
    particulars: dict[str, Any] = {
        "pre_entry_no": "202600000000000001",
        "version": 5,
        "standing": standing,
        "application_no": "223320260000000001",
        "applicant": Party(code=BROKER, name="申报企业"),
        "consignee": Party(code=IMPORTER, name="收发货企业"),
        "content": content(),
        "window_end": instant("11-28 22:00"),
        "created_at": instant("11-24 11:00"),
        "updated_at": instant("11-24 12:00"),
        "submitted_at": instant("11-24 12:00"),
        "deadlines": Deadlines(
            submit_by=instant("11-27 13:00"),
            cancel_before=instant("11-28 20:00"),
            feedback_by=instant("12-04 00:00"),
        ),
        "policy_version": POLICY.version,
    }
    return Appointment(**(particulars | changes))
