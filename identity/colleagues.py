"""同事 The users of one team, managed by its administrators: added, renamed, limited, disabled, reset.

A team is an enterprise, by its customs code, or the operators, who have none.

An initial password is returned once, is valid for ``INITIAL_FOR``, and permits nothing but choosing another one. It is
derived from the Idempotency-Key of the command, so a repeated command returns the same one and nothing stores it.
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
from identity.principal import Principal, Role
from identity.users import Rights, check_duties, delete_user_data
from runtime.sealing import Sealer

MOST = 500
INITIAL_FOR = timedelta(days=7)
_PASSWORD_BYTES = 10


class UnknownUser(Exception):
    """The enterprise has no user of that name."""


class NameTaken(Exception):
    """A user of this or another enterprise has that name."""


class TooManyUsers(Exception):
    """The enterprise has ``MOST`` users."""


class LastAdministrator(Exception):
    """The change would leave the enterprise without an administrator."""


class BodyMismatch(Exception):
    """The same Idempotency-Key was used before with another body."""


class AdminRequest(NamedTuple):
    """The administrator who asks, about which team, with address, time and Idempotency-Key.

    ``may_leave_none``: an operator may disable the last administrator of an enterprise, whose password is known.
    """

    principal: Principal
    customs_code: str | None
    address: str | None
    at: datetime
    key: str = ""
    may_leave_none: bool = False

    @property
    def kind(self) -> ActorKind:
        """Returns what the users of the team are."""
        return ActorKind.OPERATOR if self.customs_code is None else ActorKind.ENTERPRISE


class NewUser(NamedTuple):
    """A user to add, with the name in canonical spelling."""

    username: str
    display_name: str
    rights: Rights


class Duties(NamedTuple):
    """Roles of an operator, and the ports of a calendar keeper; None for all ports."""

    roles: frozenset[Role]
    ports: frozenset[str] | None = None


class UserChange(NamedTuple):
    """Changes to a user; None leaves a field as it is."""

    display_name: str | None = None
    may_declare: bool | None = None
    administrator: bool | None = None
    disabled: bool | None = None
    duties: Duties | None = None


class Issued(NamedTuple):
    """A user with the initial password that was made for them."""

    user: User
    password: str


class Colleagues:
    """Manages the users of an enterprise; every method blocks."""

    def __init__(self, engine: Engine, passwords: Passwords, sealer: Sealer) -> None:
        self._engine = engine
        self._passwords = passwords
        self._sealer = sealer

    def listing(self, customs_code: str | None) -> list[User]:
        """Returns all users of the team by name."""
        with reading(self._engine) as session:
            return users.of_enterprise(session, customs_code)

    def add(self, wanted: NewUser, by: AdminRequest) -> Issued:
        """Adds a user.

        Raises ``NameTaken``, ``TooManyUsers``, ``BodyMismatch``, or ``ValueError`` for duties that mean nothing.
        """
        check_duties(wanted.rights.roles or frozenset(), wanted.rights.ports)
        mark, password = self._mark(by, ["add", *_words(wanted)]), self._initial(by, wanted.username)
        user = User(
            username=wanted.username,
            password_hash=self._passwords.hash(password),
            kind=by.kind.value,
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
        """Returns the user as changed; the change counts from the next request of that user.

        Raises ``ValueError`` for duties that mean nothing.

        Raises ``UnknownUser`` when there is none of that name, ``LastAdministrator`` when no administrator would be
        left.
        """
        with writing(self._engine) as session:
            user, others = _find(session, by.customs_code, username)
            after = self._after(user, change, by.at)
            if after == user:
                return user
            _replace(session, by, (user, after), others)
            if after.disabled_at is not None:
                delete_user_data(session, username)
            _record(session, by, "user.changed", username, detail=_changed_rights(change))
            return after

    def reset(self, username: str, by: AdminRequest) -> Issued:
        """Sets a new initial password and ends the sessions of the user.

        Raises ``UnknownUser``, ``LastAdministrator`` or ``BodyMismatch``.
        """
        mark, password = self._mark(by, ["reset", username]), self._initial(by, username)
        hashed = self._passwords.hash(password)
        with writing(self._engine) as session:
            user, others = _find(session, by.customs_code, username)
            if _repeated([user, *others], mark):
                return Issued(user, password)
            initial = {"password_hash": hashed, "initial_until": by.at + INITIAL_FOR, "initial_by": mark}
            after = user.model_copy(update=initial)
            _replace(session, by, (user, after), others)
            sessions.end_all(session, username)
            _record(session, by, "user.reset", username)
        return Issued(after, password)

    def _after(self, user: User, change: UserChange, at: datetime) -> User:
        given = {"may_declare": change.may_declare, "administrator": change.administrator}
        fields: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        if change.display_name is not None:
            fields["display_name"] = seal_name(self._sealer, user.user_id, change.display_name)
        if change.duties is not None:
            check_duties(*change.duties)
            fields |= change.duties._asdict()
        if change.disabled is not None:
            fields["disabled_at"] = (user.disabled_at or at) if change.disabled else None
        return user.model_copy(update=fields)

    def _mark(self, by: AdminRequest, body: list[object]) -> str:
        """Returns the fingerprint that identifies a repeated command: that of the key, then that of the body."""
        key = self._sealer.fingerprint(["initial by", by.principal.user_id, by.key])
        return f"{key}/{self._sealer.fingerprint(body)}"

    def _initial(self, by: AdminRequest, username: str) -> str:
        """Returns 80 bits derived from the key and our own secret, in groups that can be read aloud."""
        made = self._sealer.fingerprint(["initial password", by.principal.user_id, by.key, username])
        text = base64.b32encode(bytes.fromhex(made)[:_PASSWORD_BYTES]).decode().lower()
        return "-".join(sliced(text, 4))


def _words(wanted: NewUser) -> list[object]:
    """Returns what a repeated command has to have in common; a set has no order, so it is sorted."""
    rights = [sorted(each) if isinstance(each, frozenset) else each for each in wanted.rights]
    return [wanted.username, wanted.display_name, rights]


def _find(session: Session, customs_code: str | None, username: str) -> tuple[User, list[User]]:
    """Returns the user and the others of the team, all rows locked."""
    everybody = users.of_enterprise(session, customs_code, lock=True)
    user = next((each for each in everybody if each.username == username), None)
    if user is None:
        raise UnknownUser
    return user, [each for each in everybody if each is not user]


def _replace(session: Session, by: AdminRequest, change: tuple[User, User], others: Sequence[User]) -> None:
    before, after = change
    if _manages(before) and not any(map(_manages, [after, *others])) and not by.may_leave_none:
        raise LastAdministrator
    users.replace(session, after)


def _manages(user: User) -> bool:
    """True if the user is an administrator who can log in with a password of their own."""
    is_administrator = user.administrator or Role.ADMINISTRATOR in (user.roles or ())
    return is_administrator and user.disabled_at is None and user.initial_until is None


def _repeated(everybody: Sequence[User], mark: str) -> User | None:
    """Returns the user to whom this very command gave a password before.

    Raises ``BodyMismatch`` when another command used the key.
    """
    key = mark.partition("/")[0]
    marked = next((each for each in everybody if each.initial_by and each.initial_by.startswith(key)), None)
    if marked is not None and marked.initial_by != mark:
        raise BodyMismatch
    return marked


def _changed_rights(change: UserChange) -> str:
    """Returns the rights that were set as stable words for the access log, which holds no display name."""
    flags = {name: value for name, value in change._asdict().items() if isinstance(value, bool)}
    words = [f"{name}={str(value).lower()}" for name, value in flags.items()]
    if change.duties is not None:
        words += [f"{name}={','.join(sorted(value))}" for name, value in change.duties._asdict().items() if value]
    return " ".join(words) or "renamed"


def _record(session: Session, by: AdminRequest, what: str, username: str, *, detail: str | None = None) -> None:
    words = " ".join(filter(None, [detail, f"by={by.principal.name}"]))
    access = Access(
        at=by.at, what=what, subject=username, customs_code=by.customs_code, address=by.address, detail=words
    )
    access_log.record(session, access)
