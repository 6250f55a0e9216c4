"""The calendar feed of an enterprise, one at most, by the hash of its secret address."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import CalendarFeedRow
from db.upsert import upsert

_FEEDS = CalendarFeedRow.table()


def replace(engine: Engine, customs_code: str, token_hash: str, *, at: datetime) -> None:
    """Sets the address of the feed; an earlier one stops working."""
    with writing(engine) as session:
        upsert(session, _FEEDS, {"customs_code": customs_code, "token_hash": token_hash, "created_at": at})


def revoke(engine: Engine, customs_code: str) -> None:
    """Removes the address of the feed."""
    with writing(engine) as session:
        session.execute(sa.delete(_FEEDS).where(_FEEDS.c.customs_code == customs_code))


def created_at(session: Session, customs_code: str) -> datetime | None:
    """Returns when the address was made; None without one."""
    wanted = sa.select(_FEEDS.c.created_at).where(_FEEDS.c.customs_code == customs_code)
    return session.execute(wanted).scalar_one_or_none()


def owner(session: Session, token_hash: str) -> str | None:
    """Returns the customs code of the enterprise whose address it is."""
    wanted = sa.select(_FEEDS.c.customs_code).where(_FEEDS.c.token_hash == token_hash)
    return session.execute(wanted).scalar_one_or_none()
