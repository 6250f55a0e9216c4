"""Parsers of one cell, which return its value or raise its fault."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from domain import normalising
from domain.facts import PLAUSIBLE_YEARS
from domain.instants import SHANGHAI
from domain.problems import Fault
from domain.texts import text_fault
from runtime.spreadsheets.sheets import EPOCH, ErrorValue, Formula, Raw

Value = TypeVar("Value")
Read = Callable[[Raw], Any]

_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
#: People type it before a code, so that it stays a text.
_APOSTROPHES = "'`‘’"
#: Words of registers and tariffs for "no end".
_ENDLESS = frozenset({"长期", "长期有效", "永久", "无期限", "无固定期限", "9999-12-31", "9999/12/31", "99991231"})
#: ``301999590.0``, ``8703.23419``: a number that was written out. A tariff's groups have an even number of digits.
_FRACTION = re.compile(r"[0-9.]*\.[0-9](?:[0-9]{2})*")
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
_MOMENT = re.compile(
    r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?[ T]*([0-9]{1,2})(?::|时|点)([0-9]{2})?(?:分|:00)?"
)
_SERIAL_MOMENT = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_END_OF_TIME = 9999
#: Spreadsheets keep no more digits of a number.
_EXACT_DIGITS = 15
#: From here on a floating-point number is no longer exact.
EXACT = 10**_EXACT_DIGITS
#: Days from 1982 to 2119 as numbers: five digits, unlike any written date.
_SERIAL = range(30_000, 80_000)


class Invalid(Exception):
    """The cell has a fault."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)

    def fault(self, field: str) -> Fault:
        """Returns the fault, for this column."""
        return Fault(code=self.code, field=field, facts=self.facts)


def plain(raw: Raw) -> str:
    """Returns the cell as text, one form for each character; a whole number without its point. Raises ``Invalid``."""
    if isinstance(raw, Formula):
        raise Invalid("import.formula")
    if isinstance(raw, ErrorValue | bool):
        raise Invalid("field.invalid", reason="no_value")
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return "" if raw is None else unicodedata.normalize("NFKC", str(raw)).strip()


def code(check: Callable[[str], str | None], *digits: int, normalise: Callable[[str], str] = normalising.code) -> Read:
    """Returns a parser of codes with so many ``digits`` in which, once normalised, ``check`` finds no fault."""

    def read(raw: Raw) -> str:
        whole = plain(raw).upper().lstrip(_APOSTROPHES)
        if _SCIENTIFIC.fullmatch(whole) or (isinstance(raw, int | float) and len(whole) > _EXACT_DIGITS):
            raise Invalid("import.precision_lost", value=whole)
        if (isinstance(raw, float) and not raw.is_integer()) or _FRACTION.fullmatch(whole):
            raise Invalid("field.invalid", reason="fraction")
        value = normalise(whole)
        reason = check(value)
        if reason is None:
            return value
        if value.isdecimal() and len(value) + 1 in digits:
            raise Invalid("import.leading_zeros", value=value, digits=len(value) + 1)
        raise Invalid("field.invalid", reason=reason)

    return read


def text(limit: int) -> Read:
    """Returns a parser of names with at most so many characters, on one line."""

    def read(raw: Raw) -> str:
        if isinstance(raw, date | time):
            raise Invalid("field.invalid", reason="became_date")
        value = plain(raw)
        written = value if isinstance(raw, int | float) else str(raw)
        if reason := text_fault(written, limit):
            raise Invalid("field.invalid", reason=reason)
        return " ".join(written.split())

    return read


def choice(words: Mapping[str, Value]) -> Callable[[Raw], Value]:
    """Returns a parser of one of these words."""

    def read(raw: Raw) -> Value:
        found = words.get(plain(raw).casefold())
        if found is None:
            raise Invalid("field.invalid", reason="not_in_list")
        return found

    return read


def day(epoch: datetime) -> Callable[[Raw], date]:
    """Returns a parser of dates: date cells, numbers of days since ``epoch``, or written with the year first."""

    def read(raw: Raw) -> date:
        found = _moment(raw, epoch)
        if found.year not in PLAUSIBLE_YEARS:
            raise Invalid("field.invalid", reason="implausible_year")
        return found

    return read


def last_day(epoch: datetime) -> Callable[[Raw], date | None]:
    """Returns a parser of dates that end something; None for 长期 and 9999-12-31."""
    read_day = day(epoch)

    def read(raw: Raw) -> date | None:
        is_endless = raw.year == _END_OF_TIME if isinstance(raw, date) else plain(raw) in _ENDLESS
        return None if is_endless else read_day(raw)

    return read


def _moment(raw: Raw, epoch: datetime) -> date:
    if isinstance(raw, datetime):
        if (raw.hour, raw.minute, raw.second) != (0, 0, 0):
            raise Invalid("field.invalid", reason="not_a_date")
        return raw.date()
    if isinstance(raw, date):
        return raw
    value = plain(raw)
    if value.isdecimal() and int(value) in _SERIAL:
        return (epoch + timedelta(days=int(value))).date()
    return _written(value)


def _written(value: str) -> date:
    parts = _DATE.fullmatch(value) or _COMPACT_DATE.fullmatch(value)
    try:
        return date(*(int(part) for part in parts.groups())) if parts else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise Invalid("field.invalid", reason="not_a_date")


def moment(raw: Raw) -> datetime:
    """Returns a parser of Shanghai times: date cells, a spreadsheet's numbers, or written with the year first.

    24:00 is the end of its day. An offset may be written, as RFC 3339 does.
    """
    found = _instant(raw if isinstance(raw, datetime) else plain(raw))
    if found.year not in PLAUSIBLE_YEARS:
        raise Invalid("field.invalid", reason="implausible_year")
    return found


def _instant(raw: datetime | str) -> datetime:
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=SHANGHAI)
    if parts := _MOMENT.fullmatch(raw):
        year, month, day_, hour, minute = (int(part or 0) for part in parts.groups())
        return _of_clock(lambda: datetime(year, month, day_, tzinfo=SHANGHAI), hour, minute)
    if _SERIAL_MOMENT.fullmatch(raw) and int(float(raw)) in _SERIAL:
        minutes = round(float(raw) * 24 * 60)
        return datetime(1899, 12, 30, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        raise _no_moment() from None
    if found.tzinfo is None:
        raise _no_moment()
    return found


def since_1900(raw: Raw, epoch: datetime) -> Raw:
    """Returns a number of days in the system in which ``moment`` reads it; workbooks may count from 1904."""
    return raw + (epoch - EPOCH).days if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def _of_clock(midnight: Callable[[], datetime], hour: int, minute: int) -> datetime:
    try:
        began = midnight()
    except ValueError:
        raise _no_moment() from None
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise _no_moment()
    return began + timedelta(hours=hour, minutes=minute)


def _no_moment() -> Invalid:
    return Invalid("field.invalid", reason="not_a_moment")
