"""Login and logout by password: captcha, wait, password, session, and an entry in the access log."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from db import access_log, attempts, sessions, users
from db.access_log import Access
from db.engine import reading, writing
from db.users import User
from identity.captchas import Captchas
from identity.lockout import MustWait, count_try, subject_of
from identity.names import canonical_name
from identity.passwords import Passwords
from identity.principal import Principal
from identity.sessions import Sessions, hash_of

#: Subject in the access log for an unknown name: what was typed may be a password.
NOBODY = "-"


class LoginFailed(Exception):
    """Name, password or captcha is wrong, or the user is disabled; the caller does not learn which."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The input of a login and its address; ``old_token`` is the session that the new one replaces, if any."""

    username: str
    password: str = field(repr=False)
    captcha_id: str
    captcha_answer: str = field(repr=False)
    address: str | None = None
    old_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Try:
    """One try: the user (None for an unknown name), the subject it is counted under, and when it was received."""

    given: Credentials
    user: User | None
    subject: str
    at: datetime

    def access(self, what: str, detail: str | None = None) -> Access:
        """Returns the entry for the access log."""
        subject, code = (self.user.username, self.user.customs_code) if self.user else (NOBODY, None)
        address = self.given.address
        return Access(at=self.at, what=what, subject=subject, customs_code=code, address=address, detail=detail)


class Logins:
    """Opens sessions for users with a password."""

    def __init__(
        self, engine: Engine, passwords: Passwords, sessions: Sessions, fingerprint: Callable[[Any], str]
    ) -> None:
        self._engine = engine
        self._passwords = passwords
        self._sessions = sessions
        self._fingerprint = fingerprint
        self.captchas = Captchas(engine, fingerprint)

    async def log_in(self, given: Credentials, at: datetime) -> str:
        """Returns the token of a new session. An unknown name takes the same steps and time as a wrong password.

        Raises ``LoginFailed``, ``MustWait`` when the name has to wait, and ``TooManyWaiting`` when the server is
        overloaded.
        """
        tried = await asyncio.to_thread(self._admit, given, at)
        right, renewed = await self._passwords.run(lambda: self._judge(tried))
        token = await asyncio.to_thread(self._enter, tried, renewed) if right else None
        if token is None:
            shut = _closed_reason(tried.user, tried.at) if tried.user else None
            await asyncio.to_thread(self._refuse, tried, shut or "credentials")
            raise LoginFailed
        return token

    def log_out(self, principal: Principal, *, address: str | None, at: datetime) -> None:
        """Ends the session of the principal; a caller with an API key has none. Blocks."""
        if principal.session is None:
            return
        name, code = principal.name, principal.customs_code
        with writing(self._engine) as session:
            if sessions.end(session, principal.session.token_hash):
                access_log.record(
                    session, Access(at=at, what="logout", subject=name, customs_code=code, address=address)
                )

    def _admit(self, given: Credentials, at: datetime) -> _Try:
        """Returns the try once its captcha is right and it is counted."""
        name = canonical_name(given.username)
        with reading(self._engine) as session:
            user = users.find(session, name)
        tried = _Try(given, user, subject_of(name, self._fingerprint), at)
        if not self.captchas.verify(given.captcha_id, given.captcha_answer, at):
            self._refuse(tried, "captcha")
            raise LoginFailed
        try:
            count_try(self._engine, tried.subject, at)
        except MustWait:
            self._refuse(tried, "waiting")
            raise
        return tried

    def _judge(self, tried: _Try) -> tuple[bool, str | None]:
        """Returns whether the password is right, and its new hash if it has to be hashed again."""
        user, password = tried.user, tried.given.password
        stored = user.password_hash if user and _closed_reason(user, tried.at) is None else None
        right = self._passwords.verify(stored, password)
        return right, self._passwords.rehashed(stored, password) if right and stored else None

    def _enter(self, tried: _Try, renewed: str | None) -> str | None:
        """Opens the session in one transaction; None when the user was disabled or the password changed."""
        user = tried.user
        with writing(self._engine) as session:
            if user is None or users.find(session, user.username, lock=True) != user:
                return None
            if renewed is not None:
                users.rehash(session, user.username, renewed)
            attempts.clear(session, tried.subject)
            if tried.given.old_token is not None:
                sessions.end(session, hash_of(tried.given.old_token))
            access_log.record(session, tried.access("login"))
            return self._sessions.open(session, user.username, card=None, at=tried.at)

    def _refuse(self, tried: _Try, why: str) -> None:
        """Logs a refused login."""
        with writing(self._engine) as session:
            access_log.record(session, tried.access("login.refused", why))


def _closed_reason(user: User, at: datetime) -> str | None:
    """Returns why no password opens a session for the user; None when a right one does."""
    if user.disabled_at is not None:
        return "disabled"
    return "expired" if user.initial_until is not None and at >= user.initial_until else None
