"""Receivers of enterprises: added, changed, paused, removed."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.published_events import last_position
from db.tables import PublishedHeadRow, WebhookAttemptRow, WebhookDeliveryRow, WebhookEndpointRow
from domain.model import Model

_ENDPOINTS = WebhookEndpointRow.table()
_DELIVERIES = WebhookDeliveryRow.table()
_ATTEMPTS = WebhookAttemptRow.table()
_HEADS = PublishedHeadRow.table()

PauseReason = Literal["by_hand", "failing"]


class WebhookEndpoint(Model):
    """A receiver with its sealed secrets; see ``db.tables.webhooks``."""

    endpoint_id: str
    customs_code: str
    url: str
    secret: str
    old_secret: str | None = None
    old_until: datetime | None = None
    created_at: datetime
    paused_at: datetime | None = None
    pause_reason: PauseReason | None = None
    position: int
    next_at: datetime | None = None
    lease: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    succeeded_at: datetime | None = None


def secret_place(endpoint_id: str) -> str:
    """Returns the place for which the secrets of a receiver are sealed."""
    return f"webhook/{endpoint_id}"


def signing_secrets(found: WebhookEndpoint, now: datetime) -> list[str]:
    """Returns the sealed secrets that sign now: the present one, and the one before while both are valid."""
    old = found.old_secret if found.old_until is not None and now < found.old_until else None
    return [found.secret, *([old] if old else [])]


def endpoints(session: Session, customs_code: str) -> list[WebhookEndpoint]:
    """Returns the receivers of an enterprise, oldest first."""
    wanted = sa.select(_ENDPOINTS).where(_ENDPOINTS.c.customs_code == customs_code)
    rows = session.execute(wanted.order_by(_ENDPOINTS.c.created_at, _ENDPOINTS.c.endpoint_id)).mappings()
    return [WebhookEndpoint.model_validate(dict(row)) for row in rows]


def endpoint(session: Session, endpoint_id: str) -> WebhookEndpoint | None:
    """Returns one receiver."""
    row = session.execute(sa.select(_ENDPOINTS).where(_ENDPOINTS.c.endpoint_id == endpoint_id)).mappings().one_or_none()
    return None if row is None else WebhookEndpoint.model_validate(dict(row))


class NewEndpoint(NamedTuple):
    """A receiver to add, with its sealed secret."""

    endpoint_id: str
    customs_code: str
    url: str
    secret: str


def add(session: Session, new: NewEndpoint, *, at: datetime) -> WebhookEndpoint:
    """Adds a receiver, which gets the events from now on, and returns it."""
    position = last_position(session, new.customs_code).position
    added = WebhookEndpoint(**new._asdict(), created_at=at, position=position)
    session.execute(sa.insert(_ENDPOINTS), added.model_dump())
    return added


def move(session: Session, endpoint_id: str, url: str, *, at: datetime) -> None:
    """Changes the address; what waits goes there at once."""
    _change(session, endpoint_id, url=url, next_at=at)


def rotate(session: Session, found: WebhookEndpoint, secret: str, *, at: datetime, overlap: timedelta) -> None:
    """Replaces the secret; the one before signs too until the overlap is over.

    A second rotation within the overlap keeps the same old secret: the answer of the first may have been lost.
    """
    old = signing_secrets(found, at)[-1]
    _change(session, found.endpoint_id, secret=secret, old_secret=old, old_until=at + overlap)


def pause(session: Session, endpoint_id: str, *, at: datetime, reason: PauseReason) -> None:
    """Stops deliveries; events wait in their order."""
    _change(session, endpoint_id, paused_at=at, pause_reason=reason)


def resume(session: Session, endpoint_id: str, *, at: datetime) -> None:
    """Starts deliveries again, with what has waited."""
    _change(
        session, endpoint_id, paused_at=None, pause_reason=None, next_at=at, lease=None, failures=0, failing_since=None
    )
    waiting = (_DELIVERIES.c.endpoint_id == endpoint_id, _DELIVERIES.c.dead_at.is_(None))
    session.execute(sa.update(_DELIVERIES).where(*waiting).values(next_at=at, first_at=None))


def remove(session: Session, endpoint_id: str) -> None:
    """Removes a receiver with everything that waits for it."""
    for table in (_DELIVERIES, _ATTEMPTS, _ENDPOINTS):
        session.execute(sa.delete(table).where(table.c.endpoint_id == endpoint_id))


def due(session: Session, now: datetime) -> list[str]:
    """Returns the ids of the receivers that want a pass; those of which one runs are left out."""
    new_event = sa.and_(
        _ENDPOINTS.c.lease.is_(None), _ENDPOINTS.c.failing_since.is_(None), _HEADS.c.last > _ENDPOINTS.c.position
    )
    wanted = (
        sa.select(_ENDPOINTS.c.endpoint_id)
        .outerjoin(_HEADS, _HEADS.c.customs_code == _ENDPOINTS.c.customs_code)
        .where(_ENDPOINTS.c.paused_at.is_(None), sa.or_(_ENDPOINTS.c.next_at <= now, new_event))
    )
    return list(session.execute(wanted).scalars())


def count_failing(session: Session) -> int:
    """Returns how many receivers do not take events: those that fail, and those that were paused for it."""
    failing = sa.or_(_ENDPOINTS.c.failing_since.is_not(None), _ENDPOINTS.c.pause_reason == "failing")
    return int(session.execute(sa.select(sa.func.count()).where(failing)).scalar_one())


def failing(session: Session, *, limit: int) -> list[WebhookEndpoint]:
    """Returns those receivers, the longest failing first."""
    found = sa.or_(_ENDPOINTS.c.failing_since.is_not(None), _ENDPOINTS.c.pause_reason == "failing")
    rows = session.execute(sa.select(_ENDPOINTS).where(found).order_by(_ENDPOINTS.c.failing_since).limit(limit))
    return [WebhookEndpoint.model_validate(dict(row)) for row in rows.mappings()]


def _change(session: Session, endpoint_id: str, **values: object) -> None:
    session.execute(sa.update(_ENDPOINTS).where(_ENDPOINTS.c.endpoint_id == endpoint_id).values(**values))
