"""Sessions of logged-in users and cards, by the hash of their cookie."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import SessionRow, UserRow
from domain.actor import ActorKind
from domain.model import Model

_SESSIONS, _USERS = SessionRow.table(), UserRow.table()
_USERS_OWN = ("user_id", "display_name", "administrator", "may_declare", "initial_until", "roles", "ports")
_OWN = ("token_hash", "username", "card", "card_until", "seen_at", "expires_at")


class StoredSession(Model):
    """A session with its user or card. ``seen_at`` may be older than the last use; ``expires_at`` never changes.

    The last seven are those of the user, and None for a card.
    """

    token_hash: str
    username: str
    kind: str
    customs_code: str | None
    card: str | None
    card_until: datetime | None = None
    seen_at: datetime
    expires_at: datetime
    user_id: str | None = None
    display_name: str | None = None
    administrator: bool | None = None
    may_declare: bool | None = None
    initial_until: datetime | None = None
    roles: frozenset[str] | None = None
    ports: frozenset[str] | None = None


class SessionCard(Model):
    """The card that opens a session: its serial number, its enterprise, and the end of its certificate."""

    serial: str
    customs_code: str
    until: datetime


def create(
    session: Session, token_hash: str, username: str, *, card: SessionCard | None, at: datetime, until: datetime
) -> None:
    """Adds a session of a user or of a card."""
    row: dict[str, Any] = {"token_hash": token_hash, "username": username, "card": None}
    if card is not None:
        row |= {"card": card.serial, "customs_code": card.customs_code, "card_until": card.until}
    session.execute(sa.insert(_SESSIONS).values(**row, created_at=at, seen_at=at, expires_at=until))


def find(session: Session, token_hash: str) -> StoredSession | None:
    """Returns the session, expired or not, unless its user is disabled; that of a card has no user."""
    kind = sa.func.coalesce(_USERS.c.kind, ActorKind.ENTERPRISE.value).label("kind")
    code = sa.func.coalesce(_SESSIONS.c.customs_code, _USERS.c.customs_code).label("customs_code")
    wanted = (
        sa.select(*(_SESSIONS.c[name] for name in _OWN))
        .add_columns(kind, code, *(_USERS.c[name] for name in _USERS_OWN))
        .outerjoin(_USERS, sa.and_(_USERS.c.username == _SESSIONS.c.username, _SESSIONS.c.card.is_(None)))
        .where(_SESSIONS.c.token_hash == token_hash, _USERS.c.disabled_at.is_(None))
        .where(sa.or_(_SESSIONS.c.card.is_not(None), _USERS.c.username.is_not(None)))
    )
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else StoredSession.model_validate(dict(found))


class OpenSession(Model):
    """A session as a list shows it; ``kind`` and ``customs_code`` are those of its user or card."""

    token_hash: str
    username: str
    kind: str
    customs_code: str | None
    card: str | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def page(
    session: Session, *, at: datetime, username: str | None, before: tuple[datetime, str] | None, limit: int
) -> list[OpenSession]:
    """Returns sessions that have not expired at that instant, the newest first; ``before`` is start and id of one."""
    kind = sa.func.coalesce(_USERS.c.kind, ActorKind.ENTERPRISE.value).label("kind")
    code = sa.func.coalesce(_SESSIONS.c.customs_code, _USERS.c.customs_code).label("customs_code")
    own = set(OpenSession.model_fields) - {"kind", "customs_code"}
    wanted = (
        sa.select(*(_SESSIONS.c[name] for name in own))
        .add_columns(kind, code)
        .outerjoin(_USERS, sa.and_(_USERS.c.username == _SESSIONS.c.username, _SESSIONS.c.card.is_(None)))
        .where(_SESSIONS.c.expires_at > at)
        .order_by(_SESSIONS.c.created_at.desc(), _SESSIONS.c.token_hash.desc())
    )
    if username is not None:
        wanted = wanted.where(_SESSIONS.c.username == username)
    if before is not None:
        wanted = wanted.where(sa.tuple_(_SESSIONS.c.created_at, _SESSIONS.c.token_hash) < before)
    return [OpenSession.model_validate(dict(row)) for row in session.execute(wanted.limit(limit)).mappings()]


class CardInUse(Model):
    """A card with open sessions; see ``SessionCard``."""

    card: str
    customs_code: str | None
    card_until: datetime | None
    seen_at: datetime
    sessions: int


def cards(session: Session, at: datetime) -> list[CardInUse]:
    """Returns the cards that have sessions at that instant."""
    rows = session.execute(
        sa.select(
            _SESSIONS.c.card,
            sa.func.max(_SESSIONS.c.customs_code).label("customs_code"),
            sa.func.max(_SESSIONS.c.card_until).label("card_until"),
            sa.func.max(_SESSIONS.c.seen_at).label("seen_at"),
            sa.func.count().label("sessions"),
        )
        .where(_SESSIONS.c.card.is_not(None), _SESSIONS.c.expires_at > at)
        .group_by(_SESSIONS.c.card)
    ).mappings()
    return [CardInUse.model_validate(dict(row)) for row in rows]


def end_of_card(session: Session, serial: str) -> int:
    """Ends every session of a card; returns how many."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.card == serial)).rowcount


def touch(session: Session, token_hash: str, at: datetime) -> None:
    """Sets the last use; an earlier instant than the stored one changes nothing."""
    older = sa.update(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash, _SESSIONS.c.seen_at < at)
    session.execute(older.values(seen_at=at))


def end(session: Session, token_hash: str) -> bool:
    """Ends a session; returns False when there was none."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash)).rowcount == 1


def end_all(session: Session, username: str, *, but: str | None = None) -> int:
    """Ends every session of a user except ``but``; returns how many."""
    ending = sa.delete(_SESSIONS).where(_SESSIONS.c.username == username, _SESSIONS.c.token_hash != (but or ""))
    return session.exec(ending).rowcount


def sweep(session: Session, *, before: datetime) -> int:
    """Removes sessions that expired before that instant; returns how many."""
    return session.exec(sa.delete(_SESSIONS).where(_SESSIONS.c.expires_at < before)).rowcount
