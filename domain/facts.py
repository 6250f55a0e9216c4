"""What a decision needs to know of the world; ``db.queries.facts`` loads it, ``domain.assessment`` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.calendar import PortCalendar
from domain.enterprise import Enterprise
from domain.instants import local_date

#: How far back the last working day is looked for. The longest closure so far had 10 days (Spring Festival 2020).
LOOK_BACK = timedelta(days=31)

#: Years in which a window may be asked for: far from where date arithmetic overflows.
PLAUSIBLE_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Block:
    """An appointment in state I in which ``enterprise`` is a party; all but the number are 10-digit codes."""

    enterprise: str
    pre_entry_no: str
    applicant: str
    consignee: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """``calendars`` by port over ``needed_span``; ``applicant`` and ``consignee`` None when not in the register."""

    applicant_code: str
    applicant: Enterprise | None = None
    consignee: Enterprise | None = None
    known_ports: frozenset[str] = frozenset()
    calendars: Mapping[str, PortCalendar] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


def plausible(instant: datetime) -> bool:
    """Whether the rules can reckon with this instant at all."""
    return instant.year in PLAUSIBLE_YEARS


def needed_span(window_start: datetime, window_end: datetime) -> tuple[date, date]:
    """First and last date (Asia/Shanghai, both included) of the calendar that the window's rules may ask for.

    ``ValueError`` when an instant is not ``plausible``: then no calendar can help.
    """
    if not (plausible(window_start) and plausible(window_end)):
        raise ValueError("the window is too far away to have a calendar")
    return local_date(window_start) - LOOK_BACK, local_date(window_end)
