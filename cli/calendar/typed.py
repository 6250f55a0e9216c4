"""Parsers of dates, hours, weekdays and holidays. Each raises ``typer.BadParameter`` with the expected form."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import typer

SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED, NATIONAL = "closed", "national"

Hours = tuple[str, str]


def day(text: str) -> date:
    """Returns a date that is written ``2027-01-01``."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: 日期应写作 YYYY-MM-DD / a date is written YYYY-MM-DD") from None
    if not 2000 <= found.year < 2200:
        raise typer.BadParameter(f"{text}: 年份不合理 / the year is not plausible")
    return found


def hours(text: str) -> Hours:
    """Returns ``08:30-12:00``, ``20:00-26:00`` or ``20:00-次日02:00`` as clock times; the domain checks them."""
    from domain.calendar import written_session

    try:
        return written_session(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: 时段应写作 08:30-12:00 / hours are written 08:30-12:00") from None


def week(texts: Iterable[str]) -> dict[int, list[Hours]]:
    """Returns weekdays of ``mon-fri=08:30-12:00,13:30-17:00`` and ``sat=closed``; ``sun=national`` adds none."""
    found: dict[int, list[Hours]] = {}
    for text in texts:
        names, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text}: 应写作 mon-fri=08:30-17:00 / write mon-fri=08:30-17:00")
        for number in _weekdays(names.strip().lower()):
            if number in found:
                raise typer.BadParameter(f"{text}: {SHORT[number]} 重复 / is there twice")
            if value != NATIONAL:
                found[number] = [] if value == CLOSED else [hours(each) for each in value.split(",")]
    return found


def days(texts: Sequence[str]) -> dict[date, str]:
    """Returns date and name of ``2027-01-01``, ``2027-02-05..2027-02-11=春节``, also of several between commas."""
    found: dict[date, str] = {}
    for text in (each.strip() for joined in texts for each in joined.split(",")):
        span, _, name = text.partition("=")
        found |= dict.fromkeys(_span(span), name.strip())
    return found


def _weekdays(names: str) -> Iterator[int]:
    first, dash, last = names.partition("-")
    if first not in SHORT or (dash and last not in SHORT):
        expected = ", ".join(SHORT)
        raise typer.BadParameter(f"{names}: 星期应为 {expected} 或 mon-fri / a weekday is one of these")
    yield from range(SHORT.index(first), SHORT.index(last if dash else first) + 1)


def _span(text: str) -> Iterator[date]:
    first, _, last = text.partition("..")
    begins = day(first.strip())
    ends = day(last.strip()) if last else begins
    if ends < begins:
        raise typer.BadParameter(f"{text}: 结束早于开始 / ends before it begins")
    return (begins + timedelta(days=number) for number in range((ends - begins).days + 1))
