"""Messages promised to customs and their state: pending, delivered or stuck."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading, writing
from db.tables import DeliveryRow
from db.tables.columns import FILTERED
from db.upsert import Insert, dialect_of, insert
from domain.event import Action, Event, MessageType, Outgoing
from domain.model import Model

DeliveryState = Literal["pending", "delivered", "stuck"]

_DELIVERIES = DeliveryRow.table()
_WRITTEN = _DELIVERIES.c.promised_at.is_not(None)
#: All columns but the XML, which is read for one message at a time, and those of the worklists.
_COLUMNS = tuple(column for column in _DELIVERIES.c if column.name not in {"xml", *FILTERED})
_WHAT = ("pre_entry_no", "message_type", "version", "promised_at", *FILTERED)


class Delivery(Model):
    """A promised message; ``reason`` is the text with which customs refused it for good, or why it waits."""

    message_id: str
    pre_entry_no: str
    message_type: MessageType
    version: int
    promised_at: datetime
    state: DeliveryState
    delivered_at: datetime | None = None
    reason: str | None = None
    attempts: int | None = None
    xml_digest: str | None = None


class SentMessage(Model):
    """A message as it was sent: its XML, sealed, the SHA-256 of its bytes, and how often it was tried so far."""

    attempts: int
    xml: str
    xml_digest: str


def add_pending(session: Session, events: Sequence[Event]) -> None:
    """Adds a pending row for each message that an event promises; the state of an existing row stays."""
    rows = [_row(event, event.outgoing) for event in events if event.outgoing]
    if rows:
        session.execute(_upsert_pending(dialect_of(session)), rows)


@cache
def _upsert_pending(dialect: str) -> Insert:
    statement = insert(dialect, _DELIVERIES)
    what = {name: statement.excluded[name] for name in _WHAT}
    return statement.on_conflict_do_update(index_elements=["message_id"], set_=what)


def apply_events(session: Session, events: Sequence[Event]) -> None:
    """Marks a message as stuck once its workflow has parked it, and as pending once an operator resumes it.

    The event must be written first, because an operator may resume a message as soon as it is stuck. A delivered
    message stays delivered: these events may be written later than the delivery.
    """
    for event in events:
        if event.action is Action.DELIVERY_PARKED:
            _move(session, event, "pending", "stuck")
        elif event.action is Action.DELIVERY_RESUMED:
            _move(session, event, "stuck", "pending")


def _move(session: Session, event: Event, before: DeliveryState, after: DeliveryState) -> None:
    """Changes the state of the message that the decision of the event names."""
    message = _DELIVERIES.c.message_id == event.decision["message_id"]
    session.execute(sa.update(_DELIVERIES).where(message, _DELIVERIES.c.state == before).values(state=after))


def remove_lost(session: Session, pre_entry_no: str, *, since: int) -> None:
    """Removes pending messages of an attempt of the workflow that was lost before it became durable."""
    session.execute(
        sa.delete(_DELIVERIES).where(
            _DELIVERIES.c.pre_entry_no == pre_entry_no,
            _DELIVERIES.c.version >= since,
            _DELIVERIES.c.state == "pending",
        )
    )


def mark_delivered(engine: Engine, message_id: str, at: datetime, sent: SentMessage | None = None) -> None:
    """Records the delivery; the first instant stays. The event of the message may be written later."""
    _mark(engine, message_id, {"state": "delivered", "delivered_at": at, "reason": None} | _as_sent(sent))


def mark_refused(engine: Engine, message_id: str, reason: str, sent: SentMessage | None = None) -> None:
    """Records why customs refused the message for good. A delivered message stays delivered."""
    _mark(engine, message_id, {"reason": reason} | _as_sent(sent))


def mark_tried(engine: Engine, message_id: str, reason: str, sent: SentMessage) -> None:
    """Records the message as it was sent and why it waits; writes nothing while the reason stays the same."""
    known = sa.select(_DELIVERIES.c.reason).where(_DELIVERIES.c.message_id == message_id)
    with reading(engine) as session:
        if session.execute(known).scalar_one_or_none() == reason:
            return
    _mark(engine, message_id, {"reason": reason} | _as_sent(sent))


def _as_sent(sent: SentMessage | None) -> dict[str, Any]:
    return sent.model_dump() if sent else {}


def oldest(session: Session, state: DeliveryState | None = None, *, limit: int = 100) -> list[Delivery]:
    """Returns the messages that were promised first, at most ``limit``."""
    written = sa.select(*_COLUMNS).where(_WRITTEN)
    chosen = written if state is None else written.where(_DELIVERIES.c.state == state)
    return _read(session, chosen.order_by(_DELIVERIES.c.promised_at, _DELIVERIES.c.message_id).limit(limit))


def by_ids(session: Session, message_ids: Sequence[str]) -> list[Delivery]:
    """Returns the messages with these ids, in no order."""
    return _read(session, sa.select(*_COLUMNS).where(_WRITTEN, _DELIVERIES.c.message_id.in_(message_ids)))


def appointment_of(session: Session, message_id: str) -> str | None:
    """Returns the number of the appointment that promised the message; None while no event of it is written."""
    wanted = sa.select(_DELIVERIES.c.pre_entry_no).where(_DELIVERIES.c.message_id == message_id)
    return session.execute(wanted).scalar_one_or_none()


def sealed_xml(session: Session, pre_entry_no: str) -> dict[str, str]:
    """Returns message id → XML as it was sent, sealed, for the messages of an appointment that were tried."""
    own = sa.select(_DELIVERIES.c.message_id, _DELIVERIES.c.xml).where(_DELIVERIES.c.pre_entry_no == pre_entry_no)
    rows = session.execute(own.where(_DELIVERIES.c.xml.is_not(None)).order_by(_DELIVERIES.c.version))
    return {row.message_id: row.xml for row in rows}


def for_appointment(session: Session, pre_entry_no: str) -> list[Delivery]:
    """Returns all messages of an appointment in the order of their promises."""
    own = sa.select(*_COLUMNS).where(_DELIVERIES.c.pre_entry_no == pre_entry_no)
    return _read(session, own.order_by(_DELIVERIES.c.version))


def _mark(engine: Engine, message_id: str, news: dict[str, Any]) -> None:
    row = {"message_id": message_id, "state": "pending"} | news
    with writing(engine) as session:
        statement = insert(dialect_of(session), _DELIVERIES).values(row)
        unless_delivered = _DELIVERIES.c.state != "delivered"
        session.execute(
            statement.on_conflict_do_update(index_elements=["message_id"], set_=news, where=unless_delivered)
        )


def _row(event: Event, outgoing: Outgoing) -> dict[str, Any]:
    about = event.appointment
    return {
        "message_id": outgoing.message_id,
        "pre_entry_no": event.appointment.pre_entry_no,
        "message_type": outgoing.message_type.value,
        "version": event.version,
        "promised_at": event.at,
        "state": "pending",
        "applicant_code": about.applicant.code,
        "consignee_code": about.consignee.code if about.consignee else None,
        "declaration_port": about.content.declaration_port,
        "entry_exit_port": about.content.entry_exit_port,
    }


def _read(session: Session, statement: sa.Select[Any]) -> list[Delivery]:
    return [Delivery.model_validate(dict(row)) for row in session.execute(statement).mappings()]
