"""The events of one enterprise in their order, from a position on."""

from collections.abc import Collection
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlmodel import Session

from db.queries import cursors
from db.queries.history import CURRENT
from db.tables import EventRow, PublishedEventRow, PublishedHeadRow
from domain.published_event import PublishedEvent

_PUBLISHED = PublishedEventRow.table()
_HEADS = PublishedHeadRow.table()
_EVENTS = EventRow.table()
#: Characters of a hash by which a cursor recognises its event.
_MARK = 12


class UnknownPosition(Exception):
    """Another event stands at the position of the cursor, or none: the database was restored from a backup."""


class EventPosition(NamedTuple):
    """Position of the last event that was read, with the beginning of its hash; 0 before the first."""

    position: int = 0
    mark: str = ""

    def cursor(self) -> str:
        """Returns the position as an opaque text."""
        return cursors.write([self.position, self.mark])

    @classmethod
    def read(cls, cursor: str) -> Self:
        """Returns the position in such a text. Raises ``BadCursor`` when the text is another one."""
        try:
            position, mark = cursors.read(cursor)
        except ValueError as error:
            raise cursors.BadCursor("not a cursor of this system") from error
        if type(position) is not int or type(mark) is not str or not 0 <= position < 2**63:
            raise cursors.BadCursor("not a cursor of this system")
        return cls(position, mark)


class EventPage(NamedTuple):
    """Events, and where the next page begins; void events are left out, so a page may be shorter than the limit."""

    events: list[PublishedEvent]
    end: EventPosition


def last_position(session: Session, code: str) -> EventPosition:
    """Returns the position of the last event of an enterprise."""
    last = sa.select(_HEADS.c.last).where(_HEADS.c.customs_code == code).scalar_subquery()
    own = (_PUBLISHED.c.customs_code == code, _PUBLISHED.c.position == last)
    row = session.execute(sa.select(_PUBLISHED.c.position, _PUBLISHED.c.hash).where(*own)).one_or_none()
    return EventPosition() if row is None else EventPosition(row.position, row.hash[:_MARK])


def published_after(session: Session, code: str, after: EventPosition, *, limit: int) -> EventPage:
    """Returns the next events of an enterprise. Raises ``UnknownPosition``."""
    _check(session, code, after)
    rows = _rows(session, code, _PUBLISHED.c.position > after.position, limit=limit)
    end = EventPosition(rows[-1]["position"], rows[-1]["hash"][:_MARK]) if rows else after
    return EventPage(_counting(rows), end)


def published_at(session: Session, code: str, positions: Collection[int]) -> list[PublishedEvent]:
    """Returns the events of an enterprise at these positions, in their order; void ones are left out."""
    return _counting(_rows(session, code, _PUBLISHED.c.position.in_(positions), limit=len(positions)))


def _check(session: Session, code: str, after: EventPosition) -> None:
    if after.position == 0:
        return
    own = (_PUBLISHED.c.customs_code == code, _PUBLISHED.c.position == after.position)
    found = session.execute(sa.select(_PUBLISHED.c.hash).where(*own)).scalar_one_or_none()
    if found is None or found[:_MARK] != after.mark:
        raise UnknownPosition


def _rows(session: Session, code: str, wanted: sa.ColumnElement[bool], *, limit: int) -> list[sa.RowMapping]:
    """Returns rows in the order of positions; ``action`` is None where the event is void."""
    own = sa.select(_PUBLISHED).where(_PUBLISHED.c.customs_code == code, wanted)
    page = own.order_by(_PUBLISHED.c.position).limit(limit).subquery()
    same = (_EVENTS.c.pre_entry_no == page.c.pre_entry_no, _EVENTS.c.version == page.c.version)
    event: tuple[Any, ...] = (_EVENTS.c.action, _EVENTS.c.before, _EVENTS.c.after, _EVENTS.c.due_at)
    counting = sa.and_(*same, _EVENTS.c.hash == page.c.hash, CURRENT)
    found = sa.select(page, *event).select_from(page.outerjoin(_EVENTS, counting))
    return list(session.execute(found.order_by(page.c.position)).mappings())


def _counting(rows: list[sa.RowMapping]) -> list[PublishedEvent]:
    return [PublishedEvent.model_validate(dict(row)) for row in rows if row["action"] is not None]
