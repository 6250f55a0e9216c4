"""What waits for a receiver: taken from the published events in their order, settled, given up, replayed.

Every step is one transaction, so a pass may end between any two of them and the next one goes on. A step belongs to a
pass: one that has lost its ``lease`` changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import PublishedEventRow, WebhookAttemptRow, WebhookDeliveryRow, WebhookEndpointRow
from db.upsert import insert_missing
from db.webhook_endpoints import WebhookEndpoint, endpoint
from domain.model import Model
from domain.published_event import event_id
from domain.webhook import FAILING_AFTER, Pauses

_ENDPOINTS = WebhookEndpointRow.table()
_DELIVERIES = WebhookDeliveryRow.table()
_ATTEMPTS = WebhookAttemptRow.table()
_PUBLISHED = PublishedEventRow.table()

#: Events that leave ``published_events`` for one receiver before those before them are delivered.
MOST_WAITING = 100
#: Answers that are kept of each receiver.
ATTEMPTS_KEPT = 100
#: A pass that gives no sign of life for this long has lost its lease.
LEASE = timedelta(seconds=60)
#: The most events of one replay.
MOST_REPLAYED = 10_000


class LostLease(Exception):
    """Another pass has begun, or the receiver was paused or removed."""


class WebhookDelivery(Model):
    """An event that waits for a receiver."""

    position: int
    pre_entry_no: str
    event_id: str
    attempts: int
    first_at: datetime | None
    next_at: datetime
    dead_at: datetime | None
    status: int | None
    fault: str | None


class WebhookAttempt(Model):
    """An attempt and its answer."""

    id: int
    event_id: str
    pre_entry_no: str
    at: datetime
    status: int | None
    fault: str | None
    milliseconds: int


class DeliveryOutcome(NamedTuple):
    """The answer to a delivery."""

    delivery: WebhookDelivery
    taken: bool
    status: int | None
    fault: str | None
    milliseconds: int


def begin(engine: Engine, endpoint_id: str, lease: str, now: datetime) -> WebhookEndpoint | None:
    """Returns the receiver for a pass that holds its lease from now on; None when it is paused or gone."""
    own = (_ENDPOINTS.c.endpoint_id == endpoint_id, _ENDPOINTS.c.paused_at.is_(None))
    with writing(engine) as session:
        session.execute(sa.update(_ENDPOINTS).where(*own).values(lease=lease, next_at=now + LEASE))
        found = endpoint(session, endpoint_id)
    return found if found is not None and found.lease == lease else None


def take(engine: Engine, held: WebhookEndpoint, now: datetime) -> None:
    """Lets the next events wait for the receiver, unless enough of them do. Raises ``LostLease``."""
    with writing(engine) as session:
        position = _held(session, held).position
        room = MOST_WAITING - _count_waiting(session, held.endpoint_id)
        rows = session.execute(_next(held.customs_code, position, max(room, 0))).all()
        _add(session, held.endpoint_id, rows, now)
        if rows:
            _update(session, held, position=rows[-1].position)


def heads(session: Session, held: WebhookEndpoint, now: datetime, *, limit: int) -> list[WebhookDelivery]:
    """Returns the first waiting event of each appointment, if its time has come.

    Of a failing receiver it returns one, due or not: first those that were never tried.
    """
    earlier = _DELIVERIES.alias("earlier")
    behind = sa.exists().where(
        earlier.c.endpoint_id == _DELIVERIES.c.endpoint_id,
        earlier.c.pre_entry_no == _DELIVERIES.c.pre_entry_no,
        earlier.c.position < _DELIVERIES.c.position,
        earlier.c.dead_at.is_(None),
    )
    wanted = sa.select(_DELIVERIES).where(*_waiting(held.endpoint_id), ~behind)
    if held.failing_since is None:
        wanted = wanted.where(_DELIVERIES.c.next_at <= now).order_by(_DELIVERIES.c.position).limit(limit)
    else:
        wanted = wanted.order_by(_DELIVERIES.c.attempts, _DELIVERIES.c.next_at, _DELIVERIES.c.position).limit(1)
    return [WebhookDelivery.model_validate(dict(row)) for row in session.execute(wanted).mappings()]


def settle(
    engine: Engine, held: WebhookEndpoint, outcomes: Sequence[DeliveryOutcome], *, pauses: Pauses, now: datetime
) -> WebhookEndpoint:
    """Writes the answers of one round and returns the receiver after it. Raises ``LostLease``."""
    with writing(engine) as session:
        before = _held(session, held)
        _note_attempts(session, held.endpoint_id, outcomes, now)
        for outcome in outcomes:
            _settle_one(session, held, outcome, pauses=pauses, now=now)
        _judge(session, held, outcomes, pauses=pauses, now=now)
        return endpoint(session, held.endpoint_id) or before


def forget(engine: Engine, held: WebhookEndpoint, positions: Sequence[int]) -> None:
    """Removes events that are void: the ones that count come later. Raises ``LostLease``."""
    with writing(engine) as session:
        _held(session, held)
        void = (_DELIVERIES.c.endpoint_id == held.endpoint_id, _DELIVERIES.c.position.in_(positions))
        session.execute(sa.delete(_DELIVERIES).where(*void))


def finish(engine: Engine, held: WebhookEndpoint, pauses: Pauses, now: datetime) -> datetime | None:
    """Ends a pass and returns when the next one is wanted; None: with the next event."""
    with writing(engine) as session:
        try:
            found = _held(session, held)
        except LostLease:
            return None
        first = sa.select(sa.func.min(_DELIVERIES.c.next_at)).where(*_waiting(held.endpoint_id))
        next_at: datetime | None = session.execute(first).scalar_one()
        if found.failing_since is not None:
            next_at = now + pauses.after(max(found.failures, 1))
        elif session.execute(_next(found.customs_code, found.position, 1)).first() is not None:
            next_at = now
        _update(session, held, next_at=next_at, lease=None)
        return next_at


def attempts(session: Session, endpoint_id: str, *, limit: int) -> list[WebhookAttempt]:
    """Returns the last answers, newest first."""
    own = sa.select(_ATTEMPTS).where(_ATTEMPTS.c.endpoint_id == endpoint_id)
    rows = session.execute(own.order_by(_ATTEMPTS.c.id.desc()).limit(limit)).mappings()
    return [WebhookAttempt.model_validate(dict(row)) for row in rows]


def note_attempt(session: Session, endpoint_id: str, tried: WebhookAttempt) -> None:
    """Keeps the answer to a test delivery."""
    session.execute(sa.insert(_ATTEMPTS), tried.model_dump(exclude={"id"}) | {"endpoint_id": endpoint_id})


def dead_letters(session: Session, endpoint_id: str, *, after: int, limit: int) -> list[WebhookDelivery]:
    """Returns events that were given up, in their order, from after a position on."""
    own = (_DELIVERIES.c.endpoint_id == endpoint_id, _DELIVERIES.c.dead_at.is_not(None), _DELIVERIES.c.position > after)
    rows = session.execute(sa.select(_DELIVERIES).where(*own).order_by(_DELIVERIES.c.position).limit(limit))
    return [WebhookDelivery.model_validate(dict(row)) for row in rows.mappings()]


def counts(session: Session, endpoint_id: str) -> tuple[int, int]:
    """Returns how many events wait, and how many were given up."""
    dead = sa.select(sa.func.count()).where(
        _DELIVERIES.c.endpoint_id == endpoint_id, _DELIVERIES.c.dead_at.is_not(None)
    )
    return _count_waiting(session, endpoint_id), int(session.execute(dead).scalar_one())


def replay_one(session: Session, endpoint_id: str, wanted: str, *, at: datetime) -> bool:
    """Lets an event that was given up wait again; returns True if there is one with this id."""
    own = (
        _DELIVERIES.c.endpoint_id == endpoint_id,
        _DELIVERIES.c.dead_at.is_not(None),
        _DELIVERIES.c.event_id == wanted,
    )
    again = {"dead_at": None, "attempts": 0, "first_at": None, "next_at": at}
    found = session.exec(sa.update(_DELIVERIES).where(*own).values(**again)).rowcount
    _wake(session, endpoint_id, at)
    return found > 0


def replay_range(session: Session, found: WebhookEndpoint, start: datetime, end: datetime, *, at: datetime) -> int:
    """Lets the events of a time wait again, delivered or given up; returns how many there are, or one too many."""
    own = (_PUBLISHED.c.customs_code == found.customs_code, _PUBLISHED.c.position <= found.position)
    columns = (_PUBLISHED.c.position, _PUBLISHED.c.pre_entry_no, _PUBLISHED.c.hash)
    wanted = sa.select(*columns).where(*own, _PUBLISHED.c.at >= start, _PUBLISHED.c.at < end)
    rows = session.execute(wanted.order_by(_PUBLISHED.c.at, _PUBLISHED.c.position).limit(MOST_REPLAYED + 1)).all()
    if len(rows) > MOST_REPLAYED:
        return len(rows)
    _add(session, found.endpoint_id, rows, at)
    dead = (
        _DELIVERIES.c.endpoint_id == found.endpoint_id,
        _DELIVERIES.c.dead_at.is_not(None),
        _DELIVERIES.c.position.in_([row.position for row in rows]),
    )
    session.execute(sa.update(_DELIVERIES).where(*dead).values(dead_at=None, attempts=0, first_at=None, next_at=at))
    _wake(session, found.endpoint_id, at)
    return len(rows)


def _next(customs_code: str, position: int, limit: int) -> sa.Select[tuple[int, str, str]]:
    columns = (_PUBLISHED.c.position, _PUBLISHED.c.pre_entry_no, _PUBLISHED.c.hash)
    own = (_PUBLISHED.c.customs_code == customs_code, _PUBLISHED.c.position > position)
    return sa.select(*columns).where(*own).order_by(_PUBLISHED.c.position).limit(limit)


def _add(session: Session, endpoint_id: str, rows: Sequence["sa.Row[Any]"], now: datetime) -> None:
    new = {"endpoint_id": endpoint_id, "attempts": 0, "next_at": now}
    waiting = [
        new | {"position": row.position, "pre_entry_no": row.pre_entry_no, "event_id": event_id(row.hash)}
        for row in rows
    ]
    insert_missing(session, _DELIVERIES, *waiting)


def _waiting(endpoint_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_DELIVERIES.c.endpoint_id == endpoint_id, _DELIVERIES.c.dead_at.is_(None))


def _count_waiting(session: Session, endpoint_id: str) -> int:
    return int(session.execute(sa.select(sa.func.count()).where(*_waiting(endpoint_id))).scalar_one())


def _held(session: Session, held: WebhookEndpoint) -> WebhookEndpoint:
    """Returns the receiver as it is now, locked until the end of the transaction. Raises ``LostLease``."""
    own = (_ENDPOINTS.c.endpoint_id == held.endpoint_id, _ENDPOINTS.c.lease == held.lease)
    row = session.execute(sa.select(_ENDPOINTS).where(*own).with_for_update()).mappings().one_or_none()
    if row is None or row["paused_at"] is not None:
        raise LostLease
    return WebhookEndpoint.model_validate(dict(row))


def _update(session: Session, held: WebhookEndpoint, **values: object) -> None:
    session.execute(sa.update(_ENDPOINTS).where(_ENDPOINTS.c.endpoint_id == held.endpoint_id).values(**values))


def _wake(session: Session, endpoint_id: str, at: datetime) -> None:
    session.execute(sa.update(_ENDPOINTS).where(_ENDPOINTS.c.endpoint_id == endpoint_id).values(next_at=at))


def _note_attempts(session: Session, endpoint_id: str, outcomes: Sequence[DeliveryOutcome], now: datetime) -> None:
    rows = [
        {
            "endpoint_id": endpoint_id,
            "event_id": each.delivery.event_id,
            "pre_entry_no": each.delivery.pre_entry_no,
            "at": now,
            "status": each.status,
            "fault": each.fault,
            "milliseconds": each.milliseconds,
        }
        for each in outcomes
    ]
    session.execute(sa.insert(_ATTEMPTS), rows)
    own = _ATTEMPTS.c.endpoint_id == endpoint_id
    kept = sa.select(_ATTEMPTS.c.id).where(own).order_by(_ATTEMPTS.c.id.desc()).offset(ATTEMPTS_KEPT - 1).limit(1)
    session.execute(sa.delete(_ATTEMPTS).where(own, _ATTEMPTS.c.id < kept.scalar_subquery()))


def _settle_one(
    session: Session, held: WebhookEndpoint, outcome: DeliveryOutcome, *, pauses: Pauses, now: datetime
) -> None:
    own = (
        _DELIVERIES.c.endpoint_id == held.endpoint_id,
        _DELIVERIES.c.position == outcome.delivery.position,
    )
    if outcome.taken:
        session.execute(sa.delete(_DELIVERIES).where(*own))
        return
    tried, first_at = outcome.delivery.attempts + 1, outcome.delivery.first_at or now
    failed: dict[str, object] = {
        "attempts": tried,
        "first_at": first_at,
        "next_at": now + pauses.after(tried),
        "dead_at": now if now - first_at >= pauses.give_up else None,
        "status": outcome.status,
        "fault": outcome.fault,
    }
    session.execute(sa.update(_DELIVERIES).where(*own).values(**failed))


def _judge(
    session: Session, held: WebhookEndpoint, outcomes: Sequence[DeliveryOutcome], *, pauses: Pauses, now: datetime
) -> None:
    """Notes whether the receiver as a whole is well: any success says so."""
    if any(each.taken for each in outcomes):
        if held.failing_since is not None:
            session.execute(sa.update(_DELIVERIES).where(*_waiting(held.endpoint_id)).values(next_at=now))
        _update(session, held, failures=0, failing_since=None, succeeded_at=now, next_at=now + LEASE)
        return
    tried = sa.select(sa.func.count()).where(*_waiting(held.endpoint_id), _DELIVERIES.c.attempts > 0)
    failing = held.failing_since is not None or session.execute(tried).scalar_one() >= FAILING_AFTER
    since = held.failing_since or (now if failing else None)
    _update(session, held, failures=held.failures + 1, failing_since=since, next_at=now + LEASE)
    if since is not None and now - since >= pauses.give_up:
        _update(session, held, paused_at=now, pause_reason="failing", lease=None, next_at=None)
