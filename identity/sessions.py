"""Sessions: 256 random bits in a cookie, stored as SHA-256; they end when idle, by age, and with their user."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session

from db import sessions
from db.engine import reading, writing
from db.sessions import SessionCard, StoredSession
from domain.actor import ActorKind
from identity.principal import USER_SCOPES, BrowserSession, Principal, Role

#: Interval between writes of the last use, so that not every read writes.
SEEN_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """``idle`` counts from the last use, ``absolute`` from the login."""

    idle: timedelta
    absolute: timedelta


def new_token() -> str:
    """Returns a new value for the cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Returns the hash under which a cookie is stored; 256 random bits need no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_token_of(token: str) -> str:
    """Returns the token that unsafe calls must send; it is derived from the cookie and does not reveal it."""
    return hmac.new(token.encode("utf-8", "replace"), b"csrf", sha256).hexdigest()


class Sessions:
    """Authenticates cookies; the sessions are in the database, common to all processes."""

    def __init__(self, engine: Engine, lifetime: Lifetime) -> None:
        self._engine = engine
        self._lifetime = lifetime

    def principal(self, token: str, at: datetime) -> Principal | None:
        """Returns the principal; None for an unknown or ended session or a disabled user. Blocks on the database."""
        with reading(self._engine) as session:
            stored = sessions.find(session, hash_of(token))
        if stored is None or not self._lives(stored, at):
            return None
        self._touch(stored, at)
        return _principal(stored, csrf_token_of(token))

    def open(self, session: Session, username: str, *, card: SessionCard | None, at: datetime) -> str:
        """Opens a session within the caller's transaction and returns its token, which is not stored."""
        token = new_token()
        sessions.create(session, hash_of(token), username, card=card, at=at, until=at + self._lifetime.absolute)
        return token

    def _lives(self, stored: StoredSession, at: datetime) -> bool:
        card_ended = stored.card_until is not None and at >= stored.card_until
        return at < stored.expires_at and at < stored.seen_at + self._lifetime.idle and not card_ended

    def _touch(self, stored: StoredSession, at: datetime) -> None:
        if at - stored.seen_at < min(SEEN_EVERY, self._lifetime.idle / 10):
            return
        with writing(self._engine) as session:
            sessions.touch(session, stored.token_hash, at)


def _principal(stored: StoredSession, csrf_token: str) -> Principal:
    """Returns the principal of a session. A card has no user: its serial number identifies it, and it may declare."""
    kind = ActorKind(stored.kind)
    return Principal(
        kind,
        stored.username,
        stored.customs_code,
        USER_SCOPES[kind],
        BrowserSession(stored.token_hash, csrf_token, stored.card, stored.card_until),
        user_id=stored.user_id or stored.username,
        display_name=stored.display_name,
        may_declare=stored.may_declare is not False,
        is_administrator=stored.administrator is True,
        change_password=stored.initial_until is not None,
        roles=frozenset(map(Role, stored.roles or ())),
        ports=stored.ports,
    )
