"""修改密码: a user gives the present password and a new one; every other session of the user ends."""

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
from identity.lockout import count_try, subject_of
from identity.password_strength import WeakPassword, check_new
from identity.passwords import Passwords, normalized
from identity.principal import Principal


class WrongPassword(Exception):
    """The present password is wrong."""


class NoPassword(Exception):
    """The caller uses a key or a card."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A request for another password, with caller, address and time."""

    principal: Principal
    current: str = field(repr=False)
    new: str = field(repr=False)
    address: str | None
    at: datetime


class OwnPassword:
    """Changes the password of the logged-in user; tries count like those of a login."""

    def __init__(self, engine: Engine, passwords: Passwords, fingerprint: Callable[[Any], str]) -> None:
        self._engine = engine
        self._passwords = passwords
        self._fingerprint = fingerprint

    async def change(self, wanted: NewPassword) -> None:
        """Changes the password and ends the other sessions of the user.

        Raises ``NoPassword``, ``WeakPassword``, ``WrongPassword``, ``MustWait`` or ``TooManyWaiting``.
        """
        name = wanted.principal.name
        if wanted.principal.session is None or wanted.principal.session.card is not None:
            raise NoPassword
        if normalized(wanted.new) == normalized(wanted.current):
            raise WeakPassword("same")
        check_new(wanted.new, user_words=[name, wanted.principal.customs_code or "", wanted.current])
        user = await asyncio.to_thread(self._admitted, name, wanted.at)
        hashed = await self._passwords.run(lambda: self._hashed(user, wanted))
        if hashed is None or not await asyncio.to_thread(self._set, user, hashed, wanted):
            await asyncio.to_thread(self._note, wanted, "user.password.refused")
            raise WrongPassword

    def _admitted(self, name: str, at: datetime) -> User:
        """Returns the user once the try is counted."""
        with reading(self._engine) as session:
            user = users.find(session, name)
        if user is None:
            raise NoPassword
        count_try(self._engine, subject_of(name, self._fingerprint), at)
        return user

    def _hashed(self, user: User, wanted: NewPassword) -> str | None:
        right = self._passwords.verify(user.password_hash, wanted.current)
        return self._passwords.hash(wanted.new) if right else None

    def _set(self, user: User, hashed: str, wanted: NewPassword) -> bool:
        """Writes in one transaction; False when the user was disabled or changed the password in the meantime."""
        browser = wanted.principal.session
        with writing(self._engine) as session:
            if browser is None or users.find(session, user.username, lock=True) != user:
                return False
            users.set_password(session, user.username, hashed)
            attempts.clear(session, subject_of(user.username, self._fingerprint))
            sessions.end_all(session, user.username, but=browser.token_hash)
            access_log.record(session, _access(wanted, "user.password"))
        return True

    def _note(self, wanted: NewPassword, what: str) -> None:
        with writing(self._engine) as session:
            access_log.record(session, _access(wanted, what))


def _access(wanted: NewPassword, what: str) -> Access:
    principal = wanted.principal
    return Access(
        at=wanted.at,
        what=what,
        subject=principal.name,
        customs_code=principal.customs_code,
        address=wanted.address,
    )
