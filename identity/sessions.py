"""Sessions: 256 random bits in a cookie, kept as their SHA-256; they end by idleness, by age, and with their user."""

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
from identity.principal import USER_SCOPES, BrowserSession, Principal

#: That a session was used is written at most this often, so that reading does not become writing.
NOTED_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """``idle`` since the last use, ``absolute`` since the login."""

    idle: timedelta
    absolute: timedelta


def new_token() -> str:
    """What the cookie holds."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a cookie: a guess at 256 bits is hopeless, so it needs no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_token_of(token: str) -> str:
    """What unsafe calls of this session must send along: follows from the cookie, and says nothing of it."""
    return hmac.new(token.encode("utf-8", "replace"), b"csrf", sha256).hexdigest()


class Sessions:
    """Who holds which cookie, whatever process opened it."""

    def __init__(self, engine: Engine, lifetime: Lifetime) -> None:
        self._engine = engine
        self._lifetime = lifetime

    def principal(self, token: str, at: datetime) -> Principal | None:
        """None for a session that ended or never was, or whose user is disabled; blocks on the database."""
        with reading(self._engine) as session:
            held = sessions.find(session, hash_of(token))
        if held is None or not self._lives(held, at):
            return None
        self._note(held, at)
        return _principal(held, csrf_token_of(token))

    def open(self, session: Session, username: str, *, card: SessionCard | None, at: datetime) -> str:
        """A new session's token, told once; within the caller's transaction."""
        token = new_token()
        sessions.create(session, hash_of(token), username, card=card, at=at, until=at + self._lifetime.absolute)
        return token

    def _lives(self, held: StoredSession, at: datetime) -> bool:
        card_ended = held.card_until is not None and at >= held.card_until
        return at < held.expires_at and at < held.seen_at + self._lifetime.idle and not card_ended

    def _note(self, held: StoredSession, at: datetime) -> None:
        if at - held.seen_at < min(NOTED_EVERY, self._lifetime.idle / 10):
            return
        with writing(self._engine) as session:
            sessions.touch(session, held.token_hash, at)


def _principal(held: StoredSession, csrf_token: str) -> Principal:
    """A card has no user: it is known by its serial number, declares, and manages nobody."""
    kind = ActorKind(held.kind)
    return Principal(
        kind,
        held.username,
        held.customs_code,
        USER_SCOPES[kind],
        BrowserSession(held.token_hash, csrf_token, held.card, held.card_until),
        user_id=held.user_id or held.username,
        display_name=held.display_name,
        may_declare=held.may_declare is not False,
        is_administrator=held.administrator is True,
        change_password=held.initial_until is not None,
    )
