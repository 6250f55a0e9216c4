"""Sessions of users who have logged in, by the hash of their cookie."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import SessionRow, UserRow
from domain.appointment import Model

_SESSIONS, _USERS = SessionRow.table(), UserRow.table()


class Held(Model):
    """A session with who holds it. ``seen_at`` may be older than the last use; ``expires_at`` moves for nobody."""

    token_hash: str
    username: str
    kind: str
    customs_code: str | None
    card: str | None
    seen_at: datetime
    expires_at: datetime


def put(session: Session, token_hash: str, username: str, *, card: str | None, at: datetime, until: datetime) -> None:
    """Opens a session."""
    row = {"token_hash": token_hash, "username": username, "card": card}
    session.execute(sa.insert(_SESSIONS).values(**row, created_at=at, seen_at=at, expires_at=until))


def find(session: Session, token_hash: str) -> Held | None:
    """The session, expired or not, unless its user is disabled."""
    wanted = (
        sa.select(*(_SESSIONS.c[name] for name in ("token_hash", "username", "card", "seen_at", "expires_at")))
        .add_columns(_USERS.c.kind, _USERS.c.customs_code)
        .join(_USERS, _USERS.c.username == _SESSIONS.c.username)
        .where(_SESSIONS.c.token_hash == token_hash, _USERS.c.disabled_at.is_(None))
    )
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else Held.model_validate(dict(found))


def seen(session: Session, token_hash: str, at: datetime) -> None:
    """It was used; two processes may say so in any order."""
    older = sa.update(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash, _SESSIONS.c.seen_at < at)
    session.execute(older.values(seen_at=at))


def end(session: Session, token_hash: str) -> bool:
    """Ends one; False when there was none."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash)).rowcount == 1


def end_all(session: Session, username: str) -> int:
    """Ends every session of a user; gives how many."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.username == username)).rowcount


def sweep(session: Session, *, before: datetime) -> int:
    """Removes those that expired before that instant; gives how many."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.expires_at < before)).rowcount
