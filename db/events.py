"""Appends events: one row per version, chained by hash, never changed; their contents beside them can be erased."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db import deliveries, notification_deliveries, notifications
from db.chain import FIELDS, GENESIS, content_digest, current, row_hash
from db.published_events import WrittenEvent
from db.tables import ContentRow, EventRow
from db.tables.columns import canonical_json
from db.upsert import Insert, dialect_of, insert
from domain.appointment import Appointment, State
from domain.event import Event

_EVENTS = EventRow.table()
_CONTENTS = ContentRow.table()
#: Fields that a repeated event has in common with the first; after a reset the run is another one.
_COMPARED = tuple(field for field in FIELDS if field not in {"content_digest", "previous_hash", "decision", "run_id"})


class OutOfOrder(Exception):
    """An event came before its predecessor; it can be written after that one."""


class Contradiction(Exception):
    """A different event of this version was written at the same instant."""


class _Chain(NamedTuple):
    """The rows that count, by version, from the one before the first event on; ``tail`` is the last hash of all."""

    current: dict[int, dict[str, Any]]
    tail: str


def append(session: Session, events: Sequence[Event], *, durable: bool = False) -> list[WrittenEvent]:
    """Writes the events that are not written yet and returns those. A repetition changes nothing.

    All ``events`` belong to one appointment, in the order of their versions. The contents of a deleted draft are
    erased.

    A worker may die after this write and before its workflow task becomes durable. The workflow then repeats that task
    at a later instant, and its new events count: the rows of the lost attempt stay in the chain but are void.

    Raises ``OutOfOrder`` when a version is missing. Raises ``Contradiction`` when two events of one version and one
    instant differ: a task may be executed twice, the second time without a command that was lost with the server. Only
    ``durable`` events, whose task is in the history of the workflow, decide which of the two counts.
    """
    chain = _chain(session, events)
    fresh = _unwritten(session, chain.current, events, durable=durable)
    if not fresh:
        return []
    contents = [_contents(event) for event in fresh]
    statement = _insert_events(dialect_of(session))
    rows = _linked(fresh, contents, chain)
    if session.exec(statement, params=rows).rowcount < len(fresh):
        # Another process wrote at the same time: compare with its rows.
        return append(session, events, durable=durable)
    _void(session, fresh[0], chain.current)
    session.execute(_insert_contents(dialect_of(session)), contents)
    _erase(session, fresh[-1])
    return [WrittenEvent(event, row["hash"]) for event, row in zip(fresh, rows, strict=True)]


@cache
def _insert_events(dialect: str) -> Insert:
    return insert(dialect, _EVENTS).on_conflict_do_nothing(index_elements=["pre_entry_no", "previous_hash"])


@cache
def _insert_contents(dialect: str) -> Insert:
    return insert(dialect, _CONTENTS).on_conflict_do_nothing()


def _chain(session: Session, events: Sequence[Event]) -> _Chain:
    numbers = {event.appointment.pre_entry_no for event in events}
    if len(numbers) != 1:
        raise ValueError("events of one appointment at a time")
    own = _EVENTS.c.pre_entry_no == numbers.pop()
    last = sa.select(sa.func.max(_EVENTS.c.id)).where(own).scalar_subquery()
    wanted = sa.or_(_EVENTS.c.version >= events[0].version - 1, _EVENTS.c.id == last)
    rows = session.execute(sa.select(_EVENTS).where(own, wanted).order_by(_EVENTS.c.id)).mappings().all()
    return _Chain(
        current={row["version"]: row for row in current(map(dict, rows))}, tail=rows[-1]["hash"] if rows else GENESIS
    )


def _unwritten(
    session: Session, rows: dict[int, dict[str, Any]], events: Sequence[Event], *, durable: bool
) -> Sequence[Event]:
    """Returns the events from the first one on that is missing or was written by a lost attempt."""
    contents = _stored_contents(session, [event for event in events if event.version in rows])
    for place, event in enumerate(events):
        row = rows.get(event.version)
        if row is None:
            return events[place:]
        if _equal(row, event) and _equal_contents(contents.get(event.version), event):
            continue
        if event.at == row["at"] and not durable:
            raise Contradiction(f"{event.appointment.pre_entry_no} version {event.version} was written otherwise")
        # An attempt that a later one overtook writes nothing more.
        return events[place:] if event.at >= row["at"] else ()
    return ()


def _linked(fresh: Sequence[Event], contents: Sequence[dict[str, Any]], chain: _Chain) -> list[dict[str, Any]]:
    """Returns the rows to write, each with the hash of the one before it.

    Raises ``OutOfOrder`` for a missing version.
    """
    if fresh[0].version > 1 and fresh[0].version - 1 not in chain.current:
        raise OutOfOrder(f"{fresh[0].appointment.pre_entry_no} has no version {fresh[0].version - 1} yet")
    previous, rows = chain.tail, []
    for place, (event, content) in enumerate(zip(fresh, contents, strict=True)):
        if event.version != fresh[0].version + place:
            raise OutOfOrder(f"{event.appointment.pre_entry_no} has no version {event.version - 1} yet")
        digest = content_digest(content["appointment"], content["reason"])
        row = _row(event) | {"content_digest": digest, "previous_hash": previous}
        previous = row_hash(row)
        rows.append(row | {"hash": previous})
    return rows


def _void(session: Session, first: Event, rows: dict[int, dict[str, Any]]) -> None:
    """Removes the contents, notifications and pending messages of a lost attempt."""
    if first.version not in rows:
        return
    number = first.appointment.pre_entry_no
    lost = sa.and_(_CONTENTS.c.pre_entry_no == number, _CONTENTS.c.version >= first.version)
    session.execute(sa.delete(_CONTENTS).where(lost))
    deliveries.remove_lost(session, number, since=first.version)
    notifications.remove_since(session, number, since=first.version)
    notification_deliveries.remove_since(session, number, since=first.version)


def _row(event: Event) -> dict[str, Any]:
    """Returns the columns that come from the event itself."""
    return {
        "pre_entry_no": event.appointment.pre_entry_no,
        "version": event.version,
        "at": event.at,
        "actor_kind": event.actor.kind.value,
        "actor_id": event.actor.id,
        "action": event.action.value,
        "before": event.before.value if event.before else None,
        "after": event.after.value,
        "received_at": event.received_at,
        "due_at": event.due_at,
        "decision": event.decision,
        "command_key": event.command_key,
        "command_hash": event.command_hash,
        "receipt_id": event.receipt_id,
        "message_id": event.outgoing.message_id if event.outgoing else None,
        "message_type": event.outgoing.message_type.value if event.outgoing else None,
        "run_id": event.run_id,
        "signature_id": event.signature_id,
        "actor_user_id": event.actor.user_id,
    }


def _contents(event: Event) -> dict[str, Any]:
    return {
        "pre_entry_no": event.appointment.pre_entry_no,
        "version": event.version,
        "appointment": event.appointment.model_dump_json(),
        "reason": event.reason,
    }


def _erase(session: Session, last: Event) -> None:
    """Deletes all but the last contents of a deleted draft, which hold nothing that was filled in."""
    if last.after is State.DELETED:
        session.execute(
            sa.delete(_CONTENTS).where(
                _CONTENTS.c.pre_entry_no == last.appointment.pre_entry_no, _CONTENTS.c.version < last.version
            )
        )


def _stored_contents(session: Session, repeated: Sequence[Event]) -> dict[int, tuple[str, str | None]]:
    if not repeated:
        return {}
    rows = session.execute(
        sa.select(_CONTENTS.c.version, _CONTENTS.c.appointment, _CONTENTS.c.reason).where(
            _CONTENTS.c.pre_entry_no == repeated[0].appointment.pre_entry_no,
            _CONTENTS.c.version.in_([event.version for event in repeated]),
        )
    )
    return {version: (appointment, reason) for version, appointment, reason in rows}


def _equal(row: dict[str, Any], event: Event) -> bool:
    """Compares values, so that an event written by an older version with fewer fields is still equal."""
    wanted = _row(event)
    return canonical_json(row["decision"]) == canonical_json(wanted["decision"]) and all(
        row[field] == wanted[field] for field in _COMPARED
    )


def _equal_contents(stored: tuple[str, str | None] | None, event: Event) -> bool:
    """True if the stored contents equal those of the event, or were erased."""
    if stored is None:
        return True
    appointment, reason = stored
    return reason == event.reason and Appointment.model_validate_json(appointment) == event.appointment
