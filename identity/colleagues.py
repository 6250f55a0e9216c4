"""同事 The users of one enterprise, managed by its administrators: added, renamed, limited, disabled, reset.

A new password is made here, told once, and is good for ``INITIAL_FOR`` and for nothing but choosing another one. It is
derived from the Idempotency-Key of the command, so a repeated command gives the same answer, and nothing keeps it.
"""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from more_itertools import sliced
from sqlalchemy import Engine
from sqlmodel import Session

from db import access_log, sessions, users
from db.access_log import Access
from db.engine import reading, writing
from db.users import User
from domain.actor import ActorKind
from identity.names import seal_name
from identity.passwords import Passwords
from identity.principal import Principal
from identity.users import Rights, delete_user_data
from runtime.sealing import Sealer

MOST = 500
INITIAL_FOR = timedelta(days=7)
_PASSWORD_BYTES = 10


class UnknownUser(Exception):
    """The enterprise has no user of that name."""


class NameTaken(Exception):
    """Somebody has that name, in this enterprise or another."""


class TooManyUsers(Exception):
    """The enterprise has ``MOST`` users."""


class LastAdministrator(Exception):
    """Nobody would be left who could manage the enterprise's users."""


class BodyMismatch(Exception):
    """The same Idempotency-Key came with another wish before."""


class AdminRequest(NamedTuple):
    """The administrator who asks, from where, when, and under which Idempotency-Key."""

    principal: Principal
    customs_code: str
    address: str | None
    at: datetime
    key: str = ""


class NewUser(NamedTuple):
    """A new user, the name in canonical spelling."""

    username: str
    display_name: str
    rights: Rights


class UserChange(NamedTuple):
    """What is to be different; None stays as it is."""

    display_name: str | None = None
    may_declare: bool | None = None
    administrator: bool | None = None
    disabled: bool | None = None


class Issued(NamedTuple):
    """A user with the password that was made for him."""

    user: User
    password: str


class Colleagues:
    """What administrators do; all of it blocks."""

    def __init__(self, engine: Engine, passwords: Passwords, sealer: Sealer) -> None:
        self._engine = engine
        self._passwords = passwords
        self._sealer = sealer

    def listing(self, customs_code: str) -> list[User]:
        """All users of the enterprise by name."""
        with reading(self._engine) as session:
            return users.of_enterprise(session, customs_code)

    def add(self, wanted: NewUser, by: AdminRequest) -> Issued:
        """Enters a user. Raises ``Taken``, ``Full`` or ``OtherBody``."""
        mark, password = self._mark(by, ["add", *wanted]), self._initial(by, wanted.username)
        user = User(
            username=wanted.username,
            password_hash=self._passwords.hash(password),
            kind=ActorKind.ENTERPRISE.value,
            customs_code=by.customs_code,
            created_at=by.at,
            initial_until=by.at + INITIAL_FOR,
            initial_by=mark,
            **wanted.rights._asdict(),
        )
        named = seal_name(self._sealer, user.user_id, wanted.display_name)
        with writing(self._engine) as session:
            everybody = users.of_enterprise(session, by.customs_code, lock=True)
            if repeated := _repeated(everybody, mark):
                return Issued(repeated, password)
            if len(everybody) >= MOST:
                raise TooManyUsers
            if not users.create(session, user.model_copy(update={"display_name": named})):
                raise NameTaken
            _record(session, by, "user.added", wanted.username)
        return Issued(user.model_copy(update={"display_name": named}), password)

    def change(self, username: str, change: UserChange, by: AdminRequest) -> User:
        """Takes effect with the next request of that user. Raises ``Unknown`` or ``LastAdministrator``."""
        with writing(self._engine) as session:
            user, others = _find(session, by.customs_code, username)
            after = self._after(user, change, by.at)
            if after == user:
                return user
            _replace(session, user, after, others)
            if after.disabled_at is not None:
                delete_user_data(session, username)
            _record(session, by, "user.changed", username, detail=_changed_rights(change))
            return after

    def reset(self, username: str, by: AdminRequest) -> Issued:
        """A new initial password; the user's sessions end. Raises ``Unknown``, ``LastAdministrator``, ``OtherBody``."""
        mark, password = self._mark(by, ["reset", username]), self._initial(by, username)
        hashed = self._passwords.hash(password)
        with writing(self._engine) as session:
            user, others = _find(session, by.customs_code, username)
            if _repeated([user, *others], mark):
                return Issued(user, password)
            initial = {"password_hash": hashed, "initial_until": by.at + INITIAL_FOR, "initial_by": mark}
            after = user.model_copy(update=initial)
            _replace(session, user, after, others)
            sessions.end_all(session, username)
            _record(session, by, "user.reset", username)
        return Issued(after, password)

    def _after(self, user: User, change: UserChange, at: datetime) -> User:
        given = {"may_declare": change.may_declare, "administrator": change.administrator}
        fields: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        if change.display_name is not None:
            fields["display_name"] = seal_name(self._sealer, user.user_id, change.display_name)
        if change.disabled is not None:
            fields["disabled_at"] = (user.disabled_at or at) if change.disabled else None
        return user.model_copy(update=fields)

    def _mark(self, by: AdminRequest, body: list[object]) -> str:
        """What tells a repeated command: the key, then the wish."""
        key = self._sealer.fingerprint(["initial by", by.principal.user_id, by.key])
        return f"{key}/{self._sealer.fingerprint(body)}"

    def _initial(self, by: AdminRequest, username: str) -> str:
        """80 bits that follow from the key by our own secret, in groups that can be read out."""
        made = self._sealer.fingerprint(["initial password", by.principal.user_id, by.key, username])
        text = base64.b32encode(bytes.fromhex(made)[:_PASSWORD_BYTES]).decode().lower()
        return "-".join(sliced(text, 4))


def _find(session: Session, customs_code: str, username: str) -> tuple[User, list[User]]:
    """The user and the others of the enterprise, all locked."""
    everybody = users.of_enterprise(session, customs_code, lock=True)
    user = next((each for each in everybody if each.username == username), None)
    if user is None:
        raise UnknownUser
    return user, [each for each in everybody if each is not user]


def _replace(session: Session, before: User, after: User, others: Sequence[User]) -> None:
    if _manages(before) and not any(map(_manages, [after, *others])):
        raise LastAdministrator
    users.replace(session, after)


def _manages(user: User) -> bool:
    """An administrator who may log in with a password of his own."""
    return user.administrator and user.disabled_at is None and user.initial_until is None


def _repeated(everybody: Sequence[User], mark: str) -> User | None:
    """Whom this very command has given a password before. Raises ``OtherBody`` for another one under its key."""
    key = mark.partition("/")[0]
    marked = next((each for each in everybody if each.initial_by and each.initial_by.startswith(key)), None)
    if marked is not None and marked.initial_by != mark:
        raise BodyMismatch
    return marked


def _changed_rights(change: UserChange) -> str:
    """The rights that were set, as stable words; a name is not on record."""
    flags = {name: value for name, value in change._asdict().items() if isinstance(value, bool)}
    return " ".join(f"{name}={str(value).lower()}" for name, value in flags.items()) or "renamed"


def _record(session: Session, by: AdminRequest, what: str, username: str, *, detail: str | None = None) -> None:
    words = " ".join(filter(None, [detail, f"by={by.principal.name}"]))
    access = Access(
        at=by.at, what=what, subject=username, customs_code=by.customs_code, address=by.address, detail=words
    )
    access_log.record(session, access)
