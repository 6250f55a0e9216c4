"""How far receipts were fetched from customs, and whether customs still pushes them."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading, writing
from db.tables import AppointmentRow, DeliveryRow, ReceiptPullRow
from db.tables.appointments import AWAITS_DECISION
from db.upsert import Insert, dialect_of, insert
from domain.model import Model

HTTP = "http"
_PULLS = ReceiptPullRow.table()
_ROWS, _DELIVERIES = AppointmentRow.table(), DeliveryRow.table()
_OWN = _PULLS.c.channel == HTTP
#: Clocks differ, and a receipt may be on its way while a message is.
_MARGIN = timedelta(hours=1)


class PullState(Model):
    """The row of the channel; ``pushed_at`` is None before the first push."""

    pushed_at: datetime | None = None
    cursor: str | None = None
    drained_at: datetime | None = None
    fault: str | None = None
    tried_at: datetime | None = None


def state(session: Session) -> PullState:
    """Returns how far receipts were fetched."""
    row = session.execute(sa.select(_PULLS).where(_OWN)).mappings().one_or_none()
    return (
        PullState() if row is None else PullState.model_validate({name: row[name] for name in PullState.model_fields})
    )


def note_push(engine: Engine, at: datetime, *, every: timedelta) -> None:
    """Records that customs pushed a receipt, at most once in ``every``; a later instant stays."""
    with reading(engine) as session:
        known = state(session).pushed_at
    if known is None or at - known >= every:
        _set(engine, {"pushed_at": at}, sa.or_(_PULLS.c.pushed_at.is_(None), _PULLS.c.pushed_at < at))


def move(engine: Engine, *, before: str | None, after: str | None) -> bool:
    """Moves the cursor from ``before`` to ``after``; returns False when another process has moved it meanwhile."""
    _set(engine, {"channel": HTTP}, sa.false())
    moved = sa.update(_PULLS).where(_OWN, _PULLS.c.cursor.is_not_distinct_from(before)).values(cursor=after)
    with writing(engine) as session:
        return bool(session.execute(moved).rowcount)  # type: ignore[attr-defined]  # a result of an UPDATE has it


def note_end(engine: Engine, *, tried_at: datetime, fault: str | None) -> None:
    """Records how a pull ended: it found the end of what customs has, or failed."""
    drained = {} if fault else {"drained_at": tried_at}
    _set(engine, {"tried_at": tried_at, "fault": fault} | drained, sa.true())


def _set(engine: Engine, news: dict[str, Any], where: sa.ColumnElement[bool]) -> None:
    with writing(engine) as session:
        statement = _insert(dialect_of(session)).values({"channel": HTTP} | news)
        session.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=news, where=where))


@cache
def _insert(dialect: str) -> Insert:
    return insert(dialect, _PULLS)


def is_due(session: Session, now: datetime, *, after: timedelta) -> bool:
    """Returns True if customs pushed nothing for ``after`` although messages await receipts.

    A message awaits one as long as its application is undecided, and when it was sent after the last push.
    """
    quiet_since = _quiet_since(session, state(session))
    if quiet_since is None or quiet_since > now - after:
        return False
    if session.execute(sa.select(sa.exists().where(AWAITS_DECISION).select_from(_ROWS))).scalar_one():
        return True
    newest = _promised(session, _DELIVERIES.c.promised_at.desc())
    return newest is not None and newest >= quiet_since


def since(session: Session) -> datetime | None:
    """Returns the instant from which receipts may be missing; None when no message was delivered yet."""
    known = state(session)
    undecided = session.execute(sa.select(sa.func.min(_ROWS.c.applied_at)).where(AWAITS_DECISION)).scalar_one()
    candidates = [each for each in (_quiet_since(session, known), undecided, known.drained_at) if each is not None]
    return min(candidates) - _MARGIN if candidates else None


def _quiet_since(session: Session, known: PullState) -> datetime | None:
    """Returns the last push or, before the first one, the promise of the first message that customs took."""
    return known.pushed_at or _promised(session, _DELIVERIES.c.promised_at)


def _promised(session: Session, order: sa.ColumnElement[Any]) -> datetime | None:
    delivered = sa.and_(_DELIVERIES.c.state == "delivered", _DELIVERIES.c.promised_at.is_not(None))
    found = sa.select(_DELIVERIES.c.promised_at).where(delivered).order_by(order).limit(1)
    instant: datetime | None = session.execute(found).scalar_one_or_none()
    return instant
