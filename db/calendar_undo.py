"""Undoing changes of the calendar: a new change that restores what a layer had before.

The history itself is never changed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.calendar import (
    Author,
    CalendarChange,
    CalendarEdit,
    DayCleared,
    DaySet,
    HistoryEntry,
    PlanRemoved,
    PlanSet,
    YearPublished,
)
from db.tables import CalendarChangeRow, CalendarDayRow, CalendarYearRow
from domain.calendar import parse_sessions
from domain.instants import shown
from domain.problems.kinds import Fault

_CHANGES = CalendarChangeRow.table()
_YEARS = CalendarYearRow.table()
_DAYS = CalendarDayRow.table()


class YearWithdrawn(NamedTuple):
    """Removes the publication of a year, so that its days are unknown again."""

    year: int
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Deletes the year and its days."""
        del author
        session.execute(sa.delete(_DAYS).where(_DAYS.c.day.between(*self._span())))
        return session.exec(sa.delete(_YEARS).where(_YEARS.c.year == self.year)).rowcount == 1

    def entry(self) -> HistoryEntry:
        """Returns the removal."""
        return HistoryEntry("year", None, *self._span(), None, self.note)

    def _span(self) -> tuple[date, date]:
        return date(self.year, 1, 1), date(self.year, 12, 31)


class Restored(NamedTuple):
    """Makes an earlier change once more; ``note`` says why, and ``of`` is the number of the undone change."""

    edit: CalendarEdit
    of: int
    note: str

    def write(self, session: Session, author: Author) -> bool:
        """Writes the layer as the earlier change did."""
        return self.edit.write(session, author)

    def entry(self) -> HistoryEntry:
        """Returns the change with the note of the restored layer in its content."""
        entry = self.edit.entry()
        if entry.content is None:
            return entry._replace(note=self.note)
        return entry._replace(note=self.note, content=entry.content | {"undoes": self.of, "layer_note": entry.note})


class Undoing(NamedTuple):
    """The changes that undo others, and why some cannot be undone."""

    edits: list[CalendarEdit]
    faults: list[Fault]


class UndoneChange(NamedTuple):
    """A change that is undone, and the one that its place returns to; None for a place that had nothing before."""

    change: CalendarChange
    before: CalendarChange | None


_Place = tuple[str, str | None, date]


def undoing(session: Session, ids: Collection[int], note: str) -> Undoing:
    """Returns the changes that restore each place as it was before these changes.

    A place that was changed again later, by a change that is not among them, is a fault.
    """
    edits: list[CalendarEdit] = []
    faults: list[Fault] = []
    for place, first in _places(session, ids).items():
        changes = _at(session, place)
        if (fault := _fault(changes, first, ids)) is not None:
            faults.append(fault)
        else:
            before = next((each for each in changes if each.id < first), None)
            edits.append(_restoring(place, before, first, note))
    return Undoing(edits, faults)


def undone(session: Session, ids: Collection[int]) -> list[UndoneChange]:
    """Returns each of these changes, oldest first, with what its place had before the first of them."""
    before: dict[_Place, CalendarChange | None] = {}
    for place, first in _places(session, ids).items():
        before[place] = next((each for each in _at(session, place) if each.id < first), None)
    changes = known_changes(session, ids)
    return [UndoneChange(each, before[each.kind, each.port, each.first_day]) for each in changes]


def known_changes(session: Session, ids: Collection[int]) -> list[CalendarChange]:
    """Returns these changes, oldest first."""
    rows = session.execute(sa.select(_CHANGES).where(_CHANGES.c.id.in_(sorted(ids))).order_by(_CHANGES.c.id)).mappings()
    return [CalendarChange.model_validate(dict(row)) for row in rows]


def _places(session: Session, ids: Collection[int]) -> dict[_Place, int]:
    """Returns what the changes concern, with the number of the first change of each."""
    found: dict[_Place, int] = {}
    for change in known_changes(session, ids):
        found.setdefault((change.kind, change.port, change.first_day), change.id)
    return found


def _fault(changes: Sequence[CalendarChange], first: int, ids: Collection[int]) -> Fault | None:
    """Returns why a place, with all its changes, cannot be as it was before its change ``first``."""
    later = next((each for each in changes if each.id > first and each.id not in ids), None)
    if later is not None:
        facts = {"change": first, "later": later.id, "at": shown(later.at), "by": later.by}
        return Fault(code="calendar.changed_since", facts=facts)
    before = next((each for each in changes if each.id < first), None)
    if (before is None or before.content is None) and changes[0].content is None:
        return Fault(code="calendar.nothing_before", facts={"change": first})
    return None


def _at(session: Session, place: _Place) -> list[CalendarChange]:
    """Returns the changes of one place, newest first."""
    kind, port, first_day = place
    own = sa.and_(_CHANGES.c.port.is_(None) if port is None else _CHANGES.c.port == port, _CHANGES.c.kind == kind)
    wanted = sa.select(_CHANGES).where(own, _CHANGES.c.first_day == first_day).order_by(_CHANGES.c.id.desc())
    return [CalendarChange.model_validate(dict(row)) for row in session.execute(wanted).mappings()]


def _restoring(place: _Place, before: CalendarChange | None, of: int, note: str) -> CalendarEdit:
    kind, port, first_day = place
    content: Mapping[str, Any] | None = before.content if before else None
    if port is None:
        return YearWithdrawn(first_day.year, note) if content is None else Restored(_year(first_day, content), of, note)
    if content is None:
        return PlanRemoved(port, first_day, note) if kind == "weekly_plan" else DayCleared(port, first_day, note)
    layer_note = content.get("layer_note", before.note if before else None)
    if kind == "weekly_plan":
        days = {int(number): parse_sessions(pairs) for number, pairs in content["days"].items()}
        return Restored(PlanSet(port, first_day, days, layer_note), of, note)
    return Restored(DaySet(port, first_day, parse_sessions(content["sessions"]), layer_note), of, note)


def _year(first_day: date, content: Mapping[str, Any]) -> YearPublished:
    return YearPublished(first_day.year, _named(content["holidays"]), _named(content["workdays"]), content["source"])


def _named(days: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in days.items()}
