"""Figures by day or port: counts, the overdue share, and quantiles of durations by nearest rank, to the minute.

Each figure belongs to the day on which it happened. The database counts equal durations by its indexes; quantiles of
a group, and of all groups together, follow from these counts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import FigureRow
from domain.model import Model

_ROWS = FigureRow.table()
GroupedBy = Literal["day", "port"]


class FigureFilter(NamedTuple):
    """The days (both included), and one port or all."""

    since: date
    until: date
    port: str | None = None


class Figures(Model):
    """The figures of one group; durations in whole minutes, None without any. ``due``: deadlines that passed."""

    applications: int
    approvals: int
    returns: int
    lapsed: int
    due: int
    overdue: int
    answer_median_minutes: int | None
    answer_p90_minutes: int | None
    lead_median_minutes: int | None
    lead_p10_minutes: int | None


class FigureReport(NamedTuple):
    """The figures of each group that has any, by its label, and of all of them together."""

    groups: Mapping[str, Figures]
    total: Figures


@dataclass(slots=True)
class _Group:
    """Counts of equal durations (None: without one) and of other kinds."""

    leads: Counter[int | None] = field(default_factory=Counter)
    answers: Counter[int | None] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    due: Counter[bool] = field(default_factory=Counter)


def figures(session: Session, wanted: FigureFilter, by: GroupedBy) -> FigureReport:
    """Returns the figures by day (ISO date) or port."""
    groups: defaultdict[str, _Group] = defaultdict(_Group)
    for part in _PARTS:
        for label, *values, count in session.execute(_counted(wanted, by, part)):
            part.add(groups[str(label)], count, *values)
    return FigureReport({label: _figures(groups[label]) for label in sorted(groups)}, _figures(_sum(groups.values())))


def _sum(groups: Iterable[_Group]) -> _Group:
    total = _Group()
    for group in groups:
        total.leads.update(group.leads)
        total.answers.update(group.answers)
        total.kinds.update(group.kinds)
        total.due.update(group.due)
    return total


def _add_submitted(group: _Group, count: int, lead: int | None) -> None:
    group.leads[lead] += count


def _add_answered(group: _Group, count: int, kind: str, minutes: int | None) -> None:
    group.kinds[kind] += count
    group.answers[minutes] += count


def _add_due(group: _Group, count: int, overdue: bool) -> None:  # noqa: FBT001 a column's value
    group.due[overdue] += count


class _Part(NamedTuple):
    """The day by which some figures count, the columns whose equal values are counted, and where the counts go."""

    day: sa.Column[Any]
    values: tuple[sa.Column[Any], ...]
    add: Callable[..., None]


_PARTS = (
    _Part(_ROWS.c.submitted_on, (_ROWS.c.lead_minutes,), _add_submitted),
    _Part(_ROWS.c.answered_on, (_ROWS.c.answer, _ROWS.c.answer_minutes), _add_answered),
    _Part(_ROWS.c.due_on, (_ROWS.c.overdue,), _add_due),
)


def _counted(wanted: FigureFilter, by: GroupedBy, part: _Part) -> sa.Select[Any]:
    """Returns the query for the label of the group, the values, and how many rows have them."""
    # As text: making a date of each row of a year takes longer than reading them.
    label = sa.type_coerce(part.day, sa.String) if by == "day" else _ROWS.c.port
    own = [] if wanted.port is None else [_ROWS.c.port == wanted.port]
    rows = sa.select(label, *part.values, sa.func.count())
    return rows.where(part.day >= wanted.since, part.day <= wanted.until, *own).group_by(label, *part.values)


def _figures(group: _Group) -> Figures:
    answers, leads = _sorted(group.answers), _sorted(group.leads)
    return Figures(
        applications=group.leads.total(),
        approvals=group.kinds["approved"],
        returns=group.kinds["returned"],
        lapsed=group.kinds["lapsed"],
        due=group.due.total(),
        overdue=group.due[True],
        answer_median_minutes=_quantile(answers, 50),
        answer_p90_minutes=_quantile(answers, 90),
        lead_median_minutes=_quantile(leads, 50),
        lead_p10_minutes=_quantile(leads, 10),
    )


def _sorted(counts: Counter[int | None]) -> list[tuple[int, int]]:
    return sorted((value, count) for value, count in counts.items() if value is not None)


def _quantile(counts: list[tuple[int, int]], percent: int) -> int | None:
    """Returns the smallest value that at least ``percent`` of all values do not exceed; None without any."""
    size, seen = sum(count for _, count in counts), 0
    for value, count in counts:
        seen += count
        if seen * 100 >= size * percent:
            return value
    return None
