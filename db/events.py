"""Writing down what happened: one row per version, chained, never changed; its contents beside it, erasable."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.chain import FIELDS, GENESIS, content_digest, row_hash
from db.tables import ContentRow, EventRow
from db.tables.columns import canonical
from db.upsert import Insert, dialect_of, insert
from domain.appointment import Appointment, State
from domain.event import Event

_EVENTS = EventRow.table()
_CONTENTS = ContentRow.table()
_SAME = tuple(field for field in FIELDS if field not in {"content_digest", "previous_hash", "decision"})


class OutOfOrder(Exception):
    """An event came before the one it follows; it can be written once that one is."""


class Contradiction(Exception):
    """This version of the appointment was written before, and said something else."""


def append(session: Session, events: Sequence[Event]) -> None:
    """Writes what is not there yet; asked again it changes nothing.

    All ``events`` belong to one appointment, in the order of their versions. Contents of a draft that is
    deleted are erased. Raises ``OutOfOrder`` for a gap and ``Contradiction`` when a version differs.
    """
    known = _known(session, events)
    _require_equal(session, known, [event for event in events if event.version in known])
    fresh = [event for event in events if event.version not in known]
    if not fresh:
        return
    contents = [_contents(event) for event in fresh]
    statement = _insert_events(dialect_of(session))
    if session.exec(statement, params=_linked(fresh, contents, known)).rowcount < len(fresh):
        append(session, events)  # somebody wrote the same at the same time: now it is there to compare with
        return
    session.execute(_insert_contents(dialect_of(session)), contents)
    _erase(session, fresh[-1])


@cache
def _insert_events(dialect: str) -> Insert:
    return insert(dialect, _EVENTS).on_conflict_do_nothing(index_elements=["pre_entry_no", "version"])


@cache
def _insert_contents(dialect: str) -> Insert:
    return insert(dialect, _CONTENTS).on_conflict_do_nothing()


def _known(session: Session, events: Sequence[Event]) -> dict[int, dict[str, Any]]:
    """Rows from the one before the first event on, by version."""
    numbers = {event.appointment.pre_entry_no for event in events}
    if len(numbers) != 1:
        raise ValueError("events of one appointment at a time")
    rows = session.execute(
        sa.select(_EVENTS)
        .where(_EVENTS.c.pre_entry_no == numbers.pop(), _EVENTS.c.version >= events[0].version - 1)
        .order_by(_EVENTS.c.version)
    ).mappings()
    return {row["version"]: dict(row) for row in rows}


def _linked(
    fresh: Sequence[Event], contents: Sequence[dict[str, Any]], known: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows to write, each with the hash of the one before it."""
    hashes = {0: GENESIS} | {version: row["hash"] for version, row in known.items()}
    rows = []
    for event, content in zip(fresh, contents, strict=True):
        if event.version - 1 not in hashes:
            raise OutOfOrder(f"{event.appointment.pre_entry_no} has no version {event.version - 1} yet")
        digest = content_digest(content["appointment"], content["reason"])
        row = _row(event) | {"content_digest": digest, "previous_hash": hashes[event.version - 1]}
        hashes[event.version] = row_hash(row)
        rows.append(row | {"hash": hashes[event.version]})
    return rows


def _row(event: Event) -> dict[str, Any]:
    """The columns that come from the event itself."""
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
    }


def _contents(event: Event) -> dict[str, Any]:
    return {
        "pre_entry_no": event.appointment.pre_entry_no,
        "version": event.version,
        "appointment": event.appointment.model_dump_json(),
        "reason": event.reason,
    }


def _erase(session: Session, last: Event) -> None:
    """A deleted draft keeps its last contents only, in which the workflow left nothing of what was filled in."""
    if last.after is State.DELETED:
        session.execute(
            sa.delete(_CONTENTS).where(
                _CONTENTS.c.pre_entry_no == last.appointment.pre_entry_no, _CONTENTS.c.version < last.version
            )
        )


def _require_equal(session: Session, known: dict[int, dict[str, Any]], repeated: Sequence[Event]) -> None:
    if not repeated:
        return
    contents = _stored_contents(session, repeated)
    for event in repeated:
        if not _equal(known[event.version], event) or not _equal_contents(contents.get(event.version), event):
            raise Contradiction(f"{event.appointment.pre_entry_no} version {event.version} was written otherwise")


def _stored_contents(session: Session, repeated: Sequence[Event]) -> dict[int, tuple[str, str | None]]:
    rows = session.execute(
        sa.select(_CONTENTS.c.version, _CONTENTS.c.appointment, _CONTENTS.c.reason).where(
            _CONTENTS.c.pre_entry_no == repeated[0].appointment.pre_entry_no,
            _CONTENTS.c.version.in_([event.version for event in repeated]),
        )
    )
    return {version: (appointment, reason) for version, appointment, reason in rows}


def _equal(row: dict[str, Any], event: Event) -> bool:
    """Compared as values, so that an event written by an older version, with fewer fields, is still the same."""
    wanted = _row(event)
    return canonical(row["decision"]) == canonical(wanted["decision"]) and all(
        row[field] == wanted[field] for field in _SAME
    )


def _equal_contents(stored: tuple[str, str | None] | None, event: Event) -> bool:
    """Erased contents cannot contradict."""
    if stored is None:
        return True
    appointment, reason = stored
    return reason == event.reason and Appointment.model_validate_json(appointment) == event.appointment
