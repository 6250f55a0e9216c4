"""Grants of sessions that a card opened, one row for each session, by the hash of its cookie."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import CardGrantRow
from db.upsert import dialect_of, insert
from domain.model import Model

_GRANTS = CardGrantRow.table()


class CardGrant(Model):
    """A grant and the nonce to sign next; see ``CardGrantRow``.

    ``until`` is None before the first signature; ``nonce`` was issued at ``asked_at``.
    """

    token_hash: str
    until: datetime | None
    nonce: str | None
    asked_at: datetime | None


def create(session: Session, token_hash: str, until: datetime) -> None:
    """Adds the grant when the card opens the session."""
    session.execute(sa.insert(_GRANTS).values(token_hash=token_hash, until=until, kept_from=until))


def find(session: Session, token_hash: str) -> CardGrant | None:
    """Returns the grant, valid or not."""
    wanted = sa.select(*(_GRANTS.c[name] for name in CardGrant.model_fields)).where(_GRANTS.c.token_hash == token_hash)
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else CardGrant.model_validate(dict(found))


def set_nonce(session: Session, token_hash: str, nonce: str, at: datetime) -> None:
    """Stores the nonce that was issued to the session; it replaces any other."""
    fresh = insert(dialect_of(session), _GRANTS).values(token_hash=token_hash, nonce=nonce, asked_at=at, kept_from=at)
    changed = {"nonce": nonce, "asked_at": at, "kept_from": at}
    session.execute(fresh.on_conflict_do_update(index_elements=["token_hash"], set_=changed))


def renew(session: Session, token_hash: str, nonce: str, *, until: datetime, following: str, at: datetime) -> bool:
    """Extends the grant and sets the next nonce; returns False when ``nonce`` is no longer the current one."""
    still = sa.and_(_GRANTS.c.token_hash == token_hash, _GRANTS.c.nonce == nonce)
    given = {"until": until, "nonce": following, "asked_at": at, "kept_from": at}
    return session.exec(sa.update(_GRANTS).where(still).values(**given)).rowcount == 1


def sweep(session: Session, *, before: datetime) -> int:
    """Removes grants without a sign of life since that instant; returns how many."""
    return session.exec(sa.delete(_GRANTS).where(_GRANTS.c.kept_from < before)).rowcount
