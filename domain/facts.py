"""The facts that a decision needs; ``db.queries.facts`` loads them, ``domain.assessment`` uses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.calendar import PortCalendar
from domain.enterprise import Enterprise
from domain.instants import local_date

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
class Tariff:
    """The codes of an application that the tariff 税则 has on the day of its window."""

    day: date
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """``calendars`` by port from the last closing before the window on; parties None when not in the register.

    ``tariff`` None: the tariff is not complete, or there is no window yet, so no code counts as unknown.
    """

    applicant_code: str
    applicant: Enterprise | None = None
    consignee: Enterprise | None = None
    known_ports: frozenset[str] = frozenset()
    calendars: Mapping[str, PortCalendar] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    tariff: Tariff | None = None


def plausible(instant: datetime) -> bool:
    """Returns True if the rules can compute with this instant."""
    return instant.year in PLAUSIBLE_YEARS


def window_dates(window_start: datetime, window_end: datetime) -> tuple[date, date]:
    """Returns the first and last date (Asia/Shanghai, both included) of a window.

    Raises ValueError when an instant is not ``plausible``.
    """
    if not (plausible(window_start) and plausible(window_end)):
        raise ValueError("the window is too far away to have a calendar")
    return local_date(window_start), local_date(window_end)
