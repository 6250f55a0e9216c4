"""Grants of sessions that a card has opened, by the hash of their cookie: one row each, changed in place."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import CardGrantRow
from db.upsert import dialect_of, insert
from domain.model import Model

_GRANTS = CardGrantRow.table()


class CardGrant(Model):
    """``until``: None before the first sign of life; ``nonce`` was given out ``asked_at``; see ``CardGrantRow``."""

    token_hash: str
    until: datetime | None
    nonce: str | None
    asked_at: datetime | None


def create(session: Session, token_hash: str, until: datetime) -> None:
    """The card was there when it opened the session."""
    session.execute(sa.insert(_GRANTS).values(token_hash=token_hash, until=until, kept_from=until))


def find(session: Session, token_hash: str) -> CardGrant | None:
    """The grant, whether it holds or not."""
    wanted = sa.select(*(_GRANTS.c[name] for name in CardGrant.model_fields)).where(_GRANTS.c.token_hash == token_hash)
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else CardGrant.model_validate(dict(found))


def set_nonce(session: Session, token_hash: str, nonce: str, at: datetime) -> None:
    """A nonce was given out to the session; it takes the place of any other."""
    fresh = insert(dialect_of(session), _GRANTS).values(token_hash=token_hash, nonce=nonce, asked_at=at, kept_from=at)
    changed = {"nonce": nonce, "asked_at": at, "kept_from": at}
    session.execute(fresh.on_conflict_do_update(index_elements=["token_hash"], set_=changed))


def renew(session: Session, token_hash: str, nonce: str, *, until: datetime, following: str, at: datetime) -> bool:
    """The nonce was answered and gives way to the next; False when it is another by now."""
    still = sa.and_(_GRANTS.c.token_hash == token_hash, _GRANTS.c.nonce == nonce)
    given = {"until": until, "nonce": following, "asked_at": at, "kept_from": at}
    return session.exec(sa.update(_GRANTS).where(still).values(**given)).rowcount == 1


def sweep(session: Session, *, before: datetime) -> int:
    """Removes those of which nothing was heard since that instant; gives how many."""
    return session.exec(sa.delete(_GRANTS).where(_GRANTS.c.kept_from < before)).rowcount
