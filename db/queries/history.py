"""The events of one appointment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.chain import content_digest
from db.tables import AppointmentRow, ContentRow, EventRow
from domain.actor import Actor
from domain.appointment import Appointment, State
from domain.event import Action, MessageType, Outgoing
from domain.model import Model

_EVENTS = EventRow.table()
_CONTENTS = ContentRow.table()
_ROWS = AppointmentRow.table()
_LATER = _EVENTS.alias("later")
#: Rows that no later one has made void: ``db.chain.current`` in SQL.
CURRENT = ~sa.exists().where(
    _LATER.c.pre_entry_no == _EVENTS.c.pre_entry_no,
    _LATER.c.version <= _EVENTS.c.version,
    _LATER.c.id > _EVENTS.c.id,
)
_TOGETHER = sa.and_(_EVENTS.c.pre_entry_no == _CONTENTS.c.pre_entry_no, _EVENTS.c.version == _CONTENTS.c.version)


class RecordedEvent(Model):
    """A stored event; fields as in ``domain.event.Event``.

    ``appointment`` is None in a timeline, which does not load it, and for an erased draft, whose ``reason`` is None
    too. ``hash`` is that of the row in the chain.
    """

    pre_entry_no: str
    version: int
    at: datetime
    actor: Actor
    action: Action
    before: State | None
    after: State
    appointment: Appointment | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    reason: str | None = None
    decision: dict[str, Any] = {}
    command_key: str | None = None
    command_hash: str | None = None
    signature_id: str | None = None
    receipt_id: str | None = None
    outgoing: Outgoing | None = None
    run_id: str
    hash: str


def timeline(session: Session, pre_entry_no: str) -> list[RecordedEvent]:
    """Returns all events that count, oldest first, without the snapshots."""
    rows = session.execute(
        sa.select(_EVENTS, _CONTENTS.c.reason)
        .outerjoin(_CONTENTS, _TOGETHER)
        .where(_EVENTS.c.pre_entry_no == pre_entry_no, CURRENT)
        .order_by(_EVENTS.c.version)
    ).mappings()
    return [_recorded(row) for row in rows]


def command_event(session: Session, pre_entry_no: str, key: str) -> RecordedEvent | None:
    """Returns the event of a command.

    Its hash reveals another body under the same key; its snapshot is the first answer.
    """
    return _one(session, _EVENTS.c.pre_entry_no == pre_entry_no, _EVENTS.c.command_key == key)


def creation_event(session: Session, applicant: str, key: str) -> RecordedEvent | None:
    """Returns the event that created the draft for which this enterprise used this key, deleted or not."""
    number = sa.select(_ROWS.c.pre_entry_no).where(_ROWS.c.applicant_code == applicant, _ROWS.c.creation_key == key)
    return _one(session, _EVENTS.c.pre_entry_no == number.scalar_subquery(), _EVENTS.c.version == 1)


def recently_changed(session: Session, *, since: datetime, limit: int) -> list[str]:
    """Returns the numbers of the newest ``limit`` events since that instant, the newest first."""
    newest = sa.select(_EVENTS.c.pre_entry_no, _EVENTS.c.at).order_by(_EVENTS.c.id.desc()).limit(limit)
    return list(dict.fromkeys(row.pre_entry_no for row in session.execute(newest) if row.at >= since))


def version_event(session: Session, pre_entry_no: str, version: int) -> RecordedEvent | None:
    """Returns the event that made that version, with the snapshot after it unless that was erased."""
    return _one(session, _EVENTS.c.pre_entry_no == pre_entry_no, _EVENTS.c.version == version)


def is_intact(session: Session, pre_entry_no: str, version: int) -> bool:
    """Returns True if the contents of the version are those whose digest is in the chain."""
    row = session.execute(
        sa.select(_EVENTS.c.content_digest, _CONTENTS.c.appointment, _CONTENTS.c.reason)
        .join(_CONTENTS, _TOGETHER)
        .where(_EVENTS.c.pre_entry_no == pre_entry_no, _EVENTS.c.version == version, CURRENT)
    ).one_or_none()
    return row is not None and row.content_digest == content_digest(row.appointment, row.reason)


def snapshot(session: Session, pre_entry_no: str, version: int) -> Appointment | None:
    """Returns the appointment after that version; None when there is none or it was erased."""
    found = session.execute(
        sa.select(_CONTENTS.c.appointment).where(
            _CONTENTS.c.pre_entry_no == pre_entry_no, _CONTENTS.c.version == version
        )
    ).scalar_one_or_none()
    return None if found is None else Appointment.model_validate_json(found)


def snapshots(session: Session, pre_entry_no: str, versions: Collection[int]) -> dict[int, Appointment]:
    """Returns version → appointment after it, without erased ones."""
    rows = session.execute(
        sa.select(_CONTENTS.c.version, _CONTENTS.c.appointment).where(
            _CONTENTS.c.pre_entry_no == pre_entry_no, _CONTENTS.c.version.in_(versions)
        )
    )
    return {version: Appointment.model_validate_json(appointment) for version, appointment in rows}


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> RecordedEvent | None:
    row = (
        session.execute(
            sa.select(_EVENTS, _CONTENTS.c.reason, _CONTENTS.c.appointment)
            .outerjoin(_CONTENTS, _TOGETHER)
            .where(*conditions, CURRENT)
            .order_by(_EVENTS.c.version)
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else _recorded(row)


def _recorded(row: sa.RowMapping) -> RecordedEvent:
    values = dict(row)
    stored = values.pop("appointment", None)
    return RecordedEvent(
        **values,
        actor=Actor(kind=row["actor_kind"], id=row["actor_id"], user_id=row["actor_user_id"]),
        appointment=None if stored is None else Appointment.model_validate_json(stored),
        outgoing=_outgoing(row),
    )


def _outgoing(row: sa.RowMapping) -> Outgoing | None:
    if row["message_id"] is None:
        return None
    return Outgoing(message_id=row["message_id"], message_type=MessageType(row["message_type"]))
