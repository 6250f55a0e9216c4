"""Logging in and out: captcha, waiting, password, a new session, and a line on record for each."""

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

#: Stands in the record for a name that nobody has: what was typed may be a password.
NOBODY = "-"


class LoginFailed(Exception):
    """Name, password or captcha is wrong, or the user is disabled: the caller does not learn which."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody brings to log in, from where; ``old_token`` is the session it is to replace, if any."""

    username: str
    password: str = field(repr=False)
    captcha_id: str
    captcha_answer: str = field(repr=False)
    address: str | None = None
    old_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Try:
    """One try: by whom (None for nobody), counted under which subject, received when."""

    given: Credentials
    user: User | None
    subject: str
    at: datetime

    def access(self, what: str, detail: str | None = None) -> Access:
        """The line on record."""
        subject, code = (self.user.username, self.user.customs_code) if self.user else (NOBODY, None)
        address = self.given.address
        return Access(at=self.at, what=what, subject=subject, customs_code=code, address=address, detail=detail)


class Logins:
    """The one way from a password to a session."""

    def __init__(
        self, engine: Engine, passwords: Passwords, sessions: Sessions, fingerprint: Callable[[Any], str]
    ) -> None:
        self._engine = engine
        self._passwords = passwords
        self._sessions = sessions
        self._fingerprint = fingerprint
        self.captchas = Captchas(engine, fingerprint)

    async def log_in(self, given: Credentials, at: datetime) -> str:
        """The token of a new session. ``LoginFailed``, ``MustWait``, ``Crowded``.

        A name that nobody has takes the same steps and the same work as a wrong password.
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
        """Ends the principal's session; whoever came with a key has none to end. Blocks."""
        if principal.session is None:
            return
        name, code = principal.name, principal.customs_code
        with writing(self._engine) as session:
            if sessions.end(session, principal.session.token_hash):
                access_log.record(
                    session, Access(at=at, what="logout", subject=name, customs_code=code, address=address)
                )

    def _admit(self, given: Credentials, at: datetime) -> _Try:
        """The try, once its captcha is right and it is counted."""
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
        """Whether the password is right, and its hash if that must be made anew."""
        user, password = tried.user, tried.given.password
        known = user.password_hash if user and _closed_reason(user, tried.at) is None else None
        right = self._passwords.verify(known, password)
        return right, self._passwords.rehashed(known, password) if right and known else None

    def _enter(self, tried: _Try, renewed: str | None) -> str | None:
        """One transaction; None when the user was disabled, or the password changed, in the meantime."""
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
        """Puts a refused login on record."""
        with writing(self._engine) as session:
            access_log.record(session, tried.access("login.refused", why))


def _closed_reason(user: User, at: datetime) -> str | None:
    """Why no password opens it; None: a right one does."""
    if user.disabled_at is not None:
        return "disabled"
    return "expired" if user.initial_until is not None and at >= user.initial_until else None
