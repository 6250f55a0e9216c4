"""The notifications of an enterprise as one of its people sees them: newest first, read or not."""

from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlmodel import Session

from db.queries import cursors
from db.queries.history import CURRENT
from db.tables import AppointmentRow, ContentRow, EventRow, NotificationReadRow, NotificationRow
from domain.appointment import Appointment
from domain.event import Action
from domain.model import Model
from domain.notifications import EVENTS

_NOTIFICATIONS, _READS = NotificationRow.table(), NotificationReadRow.table()
_EVENTS, _CONTENTS, _ROWS = EventRow.table(), ContentRow.table(), AppointmentRow.table()
#: A larger number of unread notifications is shown as "more than that".
MOST_UNREAD = 100


class Reader(NamedTuple):
    """A person of an enterprise, for whom notifications from ``since`` on are read."""

    name: str
    customs_code: str
    since: datetime


class Position(NamedTuple):
    """The position where a page ended."""

    at: datetime
    pre_entry_no: str
    version: int

    def cursor(self) -> str:
        """Returns the position as the text of ``next_cursor``."""
        return cursors.write([self.at.isoformat(), self.pre_entry_no, self.version])

    @classmethod
    def read(cls, cursor: str) -> Self:
        """Returns the position in such a text. Raises ``BadCursor`` when the text is another one."""
        try:
            at, pre_entry_no, version = cursors.read(cursor)
            return cls(datetime.fromisoformat(at).astimezone(UTC), str(pre_entry_no), int(version))
        except (ValueError, TypeError, OverflowError) as error:
            raise cursors.BadCursor("not a cursor of this system") from error


class NotifiedEvent(Model):
    """An event of which somebody was notified, with the present appointment; ``reason`` is sealed."""

    pre_entry_no: str
    version: int
    at: datetime
    action: Action
    decision: dict[str, Any]
    receipt_id: str | None
    reason: str | None
    appointment: Appointment
    read: bool


def notifications(session: Session, reader: Reader, *, before: Position | None, limit: int) -> list[NotifiedEvent]:
    """Returns notifications, newest first, from after ``before``; void events are left out."""
    keys = (_NOTIFICATIONS.c.at, _NOTIFICATIONS.c.pre_entry_no, _NOTIFICATIONS.c.version)
    page = _own(reader, *keys).order_by(*(key.desc() for key in keys)).limit(limit)
    if before is not None:
        page = page.where(sa.tuple_(*keys) < sa.tuple_(*(sa.literal(part) for part in before)))
    found = page.subquery()
    same = sa.and_(_EVENTS.c.pre_entry_no == found.c.pre_entry_no, _EVENTS.c.version == found.c.version)
    content = sa.and_(_CONTENTS.c.pre_entry_no == found.c.pre_entry_no, _CONTENTS.c.version == found.c.version)
    rows = session.execute(
        sa.select(
            found, _EVENTS.c.action, _EVENTS.c.decision, _EVENTS.c.receipt_id, _CONTENTS.c.reason, _ROWS.c.snapshot
        )
        .join(_EVENTS, same)
        .join(_ROWS, _ROWS.c.pre_entry_no == found.c.pre_entry_no)
        .outerjoin(_CONTENTS, content)
        .where(CURRENT)
        .order_by(found.c.at.desc(), found.c.pre_entry_no.desc(), found.c.version.desc())
    ).mappings()
    return [NotifiedEvent(**row, appointment=Appointment.model_validate_json(row["snapshot"])) for row in rows]


def unread(session: Session, reader: Reader) -> list[str]:
    """Returns the appointment number of each unread event, at most ``MOST_UNREAD`` of them."""
    wanted = _own(reader, _NOTIFICATIONS.c.pre_entry_no).where(_NOTIFICATIONS.c.version > _mark()).limit(MOST_UNREAD)
    return list(session.execute(wanted).scalars())


class Mark(NamedTuple):
    """The mark up to which a person has read about a topic, and when."""

    mark: int
    at: datetime


def marks(session: Session, reader: str, pre_entry_nos: list[str]) -> dict[tuple[str, str], Mark]:
    """Returns (pre_entry_no, topic) → the mark up to which ``reader`` has read, if any."""
    wanted = sa.select(_READS.c.pre_entry_no, _READS.c.topic, _READS.c.mark, _READS.c.at)
    rows = session.execute(wanted.where(_READS.c.reader == reader, _READS.c.pre_entry_no.in_(pre_entry_nos)))
    return {(no, topic): Mark(mark, at) for no, topic, mark, at in rows.all()}


def _mark() -> sa.ColumnElement[int]:
    return sa.func.coalesce(_READS.c.mark, 0)


def _own(reader: Reader, *columns: sa.Column[Any]) -> sa.Select[Any]:
    own = sa.and_(
        _READS.c.reader == reader.name, _READS.c.pre_entry_no == _NOTIFICATIONS.c.pre_entry_no, _READS.c.topic == EVENTS
    )
    return (
        sa.select(*columns, (_NOTIFICATIONS.c.version <= _mark()).label("read"))
        .select_from(_NOTIFICATIONS.outerjoin(_READS, own))
        .where(_NOTIFICATIONS.c.customs_code == reader.customs_code, _NOTIFICATIONS.c.at > reader.since)
    )
