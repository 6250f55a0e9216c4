"""Projects events into read rows: in the transaction that writes the event, and again with ``rebuild``."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import (
    claims,
    deliveries,
    documents,
    events,
    figure_rows,
    hours_notices,
    notification_deliveries,
    notifications,
    personal_digests,
    published_events,
    search_rows,
    waiting,
)
from db.chain import GENESIS
from db.engine import reading, writing
from db.personal_digests import Digests
from db.tables import AppointmentRow, ContentRow, EventRow
from db.upsert import Insert, dialect_of, insert
from domain.appointment import Appointment, Attention
from domain.event import Event

_ROWS = AppointmentRow.table()
_EVENTS = EventRow.table()
_CONTENTS = ContentRow.table()
_KEPT = frozenset({"pre_entry_no", "creation_key"})
#: Appointments rebuilt in one transaction; commands wait while it runs.
CHUNK = 50
_NUMBERS = (_EVENTS.c.pre_entry_no, _ROWS.c.pre_entry_no)


def project(
    engine: Engine, new_events: Sequence[Event], *, durable: bool = False, digests: Digests | None = None
) -> None:
    """Writes events, contents, the read row and everything derived from them in one transaction.

    Idempotent by (pre_entry_no, version); an older version never overwrites a newer row. ``new_events`` belongs to one
    appointment, in the order of versions; ``durable`` if it is in the history of the workflow, so that it replaces a
    different event of the same instant. Without ``digests`` it is not found by personal values. Raises
    ``events.OutOfOrder`` and ``events.Contradiction`` when ``events.append`` does.
    """
    if not new_events:
        return
    with writing(engine) as session:
        written = events.append(session, new_events, durable=durable)
        holds = bool(written) and durable
        first, last = new_events[0], new_events[-1]
        key = first.command_key if first.version == 1 else None
        newest = _upsert_row(
            session, last.appointment, last.appointment.model_dump_json(), creation_key=key, holds=holds
        )
        deliveries.add_pending(session, new_events)
        hours_notices.mark_submitted(session, new_events)
        notifications.notify(session, new_events)
        notification_deliveries.queue_events(session, new_events)
        search_rows.add_judged_numbers(session, new_events)
        if newest:
            _sync(session, last.appointment, shown=_declaration_numbers(new_events))
            deliveries.apply_events(session, new_events)
            waiting.apply_events(session, new_events)
        if digests:
            personal_digests.add(session, [each.event for each in written], digests)
        published_events.publish(session, written)


def rebuild(engine: Engine, progress: Callable[[int], None] = lambda _: None, *, digests: Digests | None = None) -> int:
    """Rebuilds read rows, claims, references to files and search rows from the events; returns how many appointments.

    May run while events are written, and calls ``progress`` after each transaction with the count so far. Deliveries
    and claims that no event shows are left alone: no event can restore them. Without ``digests``, which need the keys,
    the rows by which personal values are found are left alone too.
    """
    count = 0
    for numbers in chunks(engine):
        count += rebuild_some(engine, numbers, digests)
        progress(count)
    return count


def rebuild_some(engine: Engine, numbers: Sequence[str], digests: Digests | None = None) -> int:
    """Rebuilds some appointments in one transaction; returns how many."""
    count = 0
    with writing(engine) as session:
        session.execute(sa.delete(_ROWS).where(_ROWS.c.pre_entry_no.in_(numbers)))
        search_rows.reset(session, numbers)
        for appointment, snapshot, key in _newest(session, numbers):
            _upsert_row(session, appointment, snapshot, creation_key=key)
            _sync(session, appointment)
            count += 1
        waiting.sync(session, numbers)
        notifications.rebuild(session, numbers)
        published_events.add_missing(session, numbers)
        if digests:
            personal_digests.reset(session, numbers, digests)
    return count


def _declaration_numbers(new_events: Sequence[Event]) -> frozenset[str]:
    """Returns every declaration number in the events."""
    return frozenset(each.number for event in new_events for each in event.appointment.declarations)


def _sync(session: Session, appointment: Appointment, *, shown: frozenset[str] = frozenset()) -> None:
    """Updates everything else that is derived from the newest snapshot."""
    claims.sync(session, appointment, shown=shown)
    documents.sync(session, appointment)
    search_rows.sync(session, appointment)
    figure_rows.sync(session, appointment)


def count_appointments(engine: Engine) -> int:
    """Returns how many appointments have events or a row."""
    numbers = sa.union(*map(sa.select, _NUMBERS)).subquery()
    with reading(engine) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(numbers)).scalar_one())


def read_row(appointment: Appointment, snapshot: str) -> dict[str, Any]:
    """Returns the columns of the read row, all from the appointment itself; ``snapshot`` is its JSON."""
    return {
        "pre_entry_no": appointment.pre_entry_no,
        "version": appointment.version,
        "state": appointment.state.value,
        "applicant_code": appointment.applicant.code,
        "consignee_code": _consignee_code(appointment),
        "declaration_port": appointment.content.declaration_port,
        "entry_exit_port": appointment.content.entry_exit_port,
        "window_start": appointment.content.window_start,
        "window_end": appointment.window_end,
        "applied_at": appointment.submitted_at or appointment.created_at,
        "created_at": appointment.created_at,
        "updated_at": appointment.updated_at,
        "feedback_by": appointment.deadlines.feedback_by,
        "undecided": Attention.UNDECIDED in appointment.attention,
        "hours_changed": Attention.HOURS_CHANGED in appointment.attention,
        "snapshot": snapshot,
    }


def _consignee_code(appointment: Appointment) -> str | None:
    """Returns the consignee that the register knows; a code that was only typed makes nobody a party."""
    return appointment.consignee.code if appointment.consignee else None


def _upsert_row(
    session: Session, appointment: Appointment, snapshot: str, *, creation_key: str | None, holds: bool = False
) -> bool:
    """Returns True if this is the newest version; an older one changes nothing."""
    row = read_row(appointment, snapshot) | {"creation_key": creation_key}
    return session.exec(_upsert_newer(dialect_of(session), holds=holds), params=row).rowcount == 1


@cache
def _upsert_newer(dialect: str, *, holds: bool) -> Insert:
    statement = insert(dialect, _ROWS)
    return statement.on_conflict_do_update(
        index_elements=["pre_entry_no"],
        set_={column.name: statement.excluded[column.name] for column in _ROWS.c if column.name not in _KEPT},
        where=_is_newer(statement.excluded, holds=holds),
    )


def _is_newer(incoming: Any, *, holds: bool) -> sa.ColumnElement[bool]:
    """Compares the clock of the workflow first: after a lost attempt a later state may have a lower version.

    At the same instant the higher version is newer, unless ``holds`` says that the incoming one counts.
    """
    later = _ROWS.c.updated_at < incoming.updated_at
    higher = sa.true() if holds else _ROWS.c.version < incoming.version
    return sa.or_(later, sa.and_(_ROWS.c.updated_at == incoming.updated_at, higher))


def chunks(engine: Engine) -> Iterator[list[str]]:
    """Yields pages of all numbers that have events or a row."""
    after = ""
    while True:
        with reading(engine) as session:
            numbers = list(session.execute(_page(after)).scalars())
        if not numbers:
            return
        yield numbers
        after = numbers[-1]


def _page(after: str) -> sa.Select[tuple[str]]:
    """Returns the query for the next page.

    Each table contributes its own first numbers, so that its index is read no further.
    """
    firsts = (sa.select(each).where(each > after).distinct().order_by(each).limit(CHUNK) for each in _NUMBERS)
    both = sa.union(*(sa.select(first.subquery()) for first in firsts)).subquery()
    return sa.select(both.c.pre_entry_no).order_by(both.c.pre_entry_no).limit(CHUNK)


def _newest(session: Session, numbers: Sequence[str]) -> Iterator[tuple[Appointment, str, str | None]]:
    """Yields the last snapshot of each appointment and the key that created it."""
    tail = sa.select(sa.func.max(_EVENTS.c.id)).where(_EVENTS.c.pre_entry_no.in_(numbers))
    last, first = _EVENTS.alias("last"), _EVENTS.alias("first")
    rows = session.execute(
        sa.select(_CONTENTS.c.appointment, first.c.command_key)
        .join(last, sa.and_(_CONTENTS.c.pre_entry_no == last.c.pre_entry_no, _CONTENTS.c.version == last.c.version))
        .join(first, sa.and_(first.c.pre_entry_no == last.c.pre_entry_no, first.c.previous_hash == GENESIS))
        .where(last.c.id.in_(tail.group_by(_EVENTS.c.pre_entry_no)))
    ).all()
    for snapshot, key in rows:
        yield Appointment.model_validate_json(snapshot), snapshot, key
