"""API keys by their hash; ``identity`` decides what a key may do."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import ApiKeyRow
from db.upsert import insert_missing
from domain.model import Model

_KEYS = ApiKeyRow.table()


def new_id() -> str:
    """Returns a random id that identifies a key in events."""
    return f"k-{secrets.token_hex(10)}"


class ApiKey(Model):
    """``key_hash`` is the SHA-256 of the key in hexadecimal digits; the key itself is not stored."""

    key_hash: str
    key_id: str = Field(default_factory=new_id)
    name: str
    scopes: frozenset[str]
    customs_code: str | None = None
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """True if the key opens something at that instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def create(engine: Engine, key: ApiKey) -> None:
    """Stores a key; an existing row stays as it is, revoked or not."""
    with writing(engine) as session:
        insert_missing(session, _KEYS, key.model_dump() | {"scopes": sorted(key.scopes)})


def find(session: Session, key_hash: str) -> ApiKey | None:
    """Returns the key with this hash, also when it is revoked or expired."""
    found = session.execute(sa.select(_KEYS).where(_KEYS.c.key_hash == key_hash)).mappings().one_or_none()
    return None if found is None else ApiKey.model_validate(dict(found))


def by_id(session: Session, key_id: str) -> ApiKey | None:
    """Returns the key with this id, also when it is revoked or expired."""
    found = session.execute(sa.select(_KEYS).where(_KEYS.c.key_id == key_id)).mappings().one_or_none()
    return None if found is None else ApiKey.model_validate(dict(found))


def end_by(session: Session, key_id: str, at: datetime) -> None:
    """Lets the key expire at that instant; one that ends earlier stays as it is."""
    later = sa.or_(_KEYS.c.expires_at.is_(None), _KEYS.c.expires_at > at)
    session.execute(sa.update(_KEYS).where(_KEYS.c.key_id == key_id, later).values(expires_at=at))


def revoke_one(session: Session, key_id: str, *, at: datetime) -> bool:
    """Revokes a key; returns False when there is no valid one with this id."""
    valid = sa.update(_KEYS).where(_KEYS.c.key_id == key_id, _KEYS.c.revoked_at.is_(None))
    return session.exec(valid.values(revoked_at=at)).rowcount == 1


def all_keys(session: Session) -> list[ApiKey]:
    """Returns all keys, oldest first, revoked ones included."""
    rows = session.execute(sa.select(_KEYS).order_by(_KEYS.c.created_at, _KEYS.c.key_hash)).mappings()
    return [ApiKey.model_validate(dict(row)) for row in rows]


def page(session: Session, *, before: tuple[datetime, str] | None, limit: int) -> list[ApiKey]:
    """Returns keys, newest first, revoked ones included; ``before`` is the instant and id of one."""
    wanted = sa.select(_KEYS)
    if before is not None:
        wanted = wanted.where(sa.tuple_(_KEYS.c.created_at, _KEYS.c.key_id) < before)
    rows = session.execute(wanted.order_by(_KEYS.c.created_at.desc(), _KEYS.c.key_id.desc()).limit(limit)).mappings()
    return [ApiKey.model_validate(dict(row)) for row in rows]


def record_use(session: Session, key_hash: str, at: datetime) -> None:
    """Sets the last use of the key; an earlier instant than the stored one changes nothing."""
    earlier = sa.or_(_KEYS.c.last_used_at.is_(None), _KEYS.c.last_used_at < at)
    session.execute(sa.update(_KEYS).where(_KEYS.c.key_hash == key_hash, earlier).values(last_used_at=at))


def revoke(engine: Engine, name: str, *, at: datetime) -> int:
    """Revokes every valid key of this name; returns how many."""
    valid = sa.update(_KEYS).where(_KEYS.c.name == name, _KEYS.c.revoked_at.is_(None))
    with writing(engine) as session:
        return session.exec(valid.values(revoked_at=at)).rowcount
