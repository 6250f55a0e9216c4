"""Users: people who log in for an enterprise, or as operators."""

import re
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

from db import notification_channels, preferences, sessions, templates, users
from db.engine import writing
from db.users import User
from domain.actor import ActorKind
from domain.codes import customs_code_fault
from identity.names import canonical_name, seal_name
from identity.password_strength import check_new
from identity.passwords import Passwords
from identity.principal import ALL_ROLES, USER_SCOPES, Role, user_holder
from runtime.sealing import Sealer

_PORT = re.compile(r"\d{4}", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Rights(NamedTuple):
    """Rights of a user of an enterprise: manage its users, declare; of an operator: roles, and ports, None for all."""

    administrator: bool = False
    may_declare: bool = True
    roles: frozenset[Role] | None = None
    ports: frozenset[str] | None = None


#: An operator who is given no roles of his own has all.
OPERATOR_RIGHTS = Rights(roles=ALL_ROLES)


class OperatorChange(NamedTuple):
    """Changes to an operator; None leaves the field as it is. ``all_ports``: the calendar of every port."""

    roles: frozenset[Role] | None = None
    ports: frozenset[str] | None = None
    all_ports: bool = False
    display_name: str | None = None

    def given(self) -> dict[str, object]:
        """Returns the new values of the columns."""
        values: dict[str, object] = {} if self.roles is None else {"roles": self.roles}
        if self.all_ports:
            return values | {"ports": None}
        return values if self.ports is None else values | {"ports": self.ports}


class Users:
    """Manages users for the operator of the system; every method blocks."""

    def __init__(self, engine: Engine, passwords: Passwords, sealer: Sealer | None = None) -> None:
        """Takes a ``sealer`` when users get display names."""
        self._engine = engine
        self._passwords = passwords
        self._sealer = sealer

    def add(
        self,
        username: str,
        password: str,
        *,
        kind: ActorKind,
        customs_code: str | None,
        at: datetime,
        display_name: str | None = None,
        rights: Rights | None = None,
    ) -> str:
        """Adds a user and returns the name as stored.

        Raises ``ValueError`` with the reason when the input is wrong, and ``WeakPassword``, which is one.
        """
        name = canonical_name(username)
        _check(name, kind, customs_code)
        if rights is not None:
            check_duties(rights.roles or frozenset(), rights.ports)
        check_new(password, user_words=[name, customs_code or ""])
        user = User(
            username=name,
            password_hash=self._passwords.hash(password),
            kind=kind.value,
            customs_code=customs_code,
            created_at=at,
            **(rights or (OPERATOR_RIGHTS if kind is ActorKind.OPERATOR else Rights()))._asdict(),
        )
        user = self._named(user, display_name)
        with writing(self._engine) as session:
            if not users.create(session, user):
                raise ValueError(f"there is a user {name} already")
        return name

    def set_password(self, username: str, password: str) -> None:
        """Sets a new password and ends the sessions of the user. Raises ``ValueError`` when ``add`` does."""
        name = canonical_name(username)
        check_new(password, user_words=[name])
        hashed = self._passwords.hash(password)
        with writing(self._engine) as session:
            if not users.set_password(session, name, hashed):
                raise ValueError(f"there is no user {name}")
            sessions.end_all(session, name)

    def _named(self, user: User, display_name: str | None) -> User:
        if display_name is None or self._sealer is None:
            return user
        return user.model_copy(update={"display_name": seal_name(self._sealer, user.user_id, display_name)})

    def grant(self, username: str, rights: Rights, display_name: str | None = None) -> None:
        """Sets the rights of a user of an enterprise, and the name if one is given.

        Raises ``ValueError`` for any other.
        """
        name = canonical_name(username)
        with writing(self._engine) as session:
            user = users.find(session, name, lock=True)
            if user is None or user.customs_code is None:
                raise ValueError(f"there is no user {name} of an enterprise")
            users.replace(session, self._named(user.model_copy(update=rights._asdict()), display_name))

    def set_operator(self, username: str, change: OperatorChange) -> User:
        """Returns the operator as changed, from the next request on.

        Raises ``ValueError`` for a user who is no operator, and for ports of a user who is no calendar keeper.
        """
        name = canonical_name(username)
        with writing(self._engine) as session:
            user = users.find(session, name, lock=True)
            if user is None or user.kind != ActorKind.OPERATOR:
                raise ValueError(f"there is no operator {name}")
            after = self._named(user.model_copy(update=change.given()), change.display_name)
            check_duties(after.roles or frozenset(), after.ports)
            users.replace(session, after)
        return after

    def disable(self, username: str, *, at: datetime) -> int:
        """Disables the user and deletes the settings of the user; returns how many sessions ended.

        Raises ``ValueError`` for an unknown or disabled user.
        """
        name = canonical_name(username)
        with writing(self._engine) as session:
            if not users.disable(session, name, at=at):
                raise ValueError(f"there is no user {name} who could log in")
            return delete_user_data(session, name)


def delete_user_data(session: Session, username: str) -> int:
    """Deletes the settings, channels, templates and sessions of a disabled user; returns how many sessions ended."""
    preferences.remove_all(session, user_holder(username))
    notification_channels.remove_all(session, user_holder(username))
    templates.remove_all(session, user_holder(username))
    return sessions.end_all(session, username)


def is_username(name: str) -> bool:
    """True if a user may have this canonical name."""
    return _NAME.fullmatch(name) is not None


def _check(name: str, kind: ActorKind, customs_code: str | None) -> None:
    if not is_username(name):
        raise ValueError("a user name has 1 to 64 of a-z 0-9 . _ @ -, and begins with a letter or digit")
    if kind not in USER_SCOPES:
        raise ValueError("a user is of an enterprise or an operator")
    if (customs_code is not None) != (kind is ActorKind.ENTERPRISE):
        raise ValueError("a user of an enterprise, and only that, has a customs code")
    if customs_code is not None and customs_code_fault(customs_code):
        raise ValueError("a customs code is 4 digits, then 6 digits or capital letters")


def check_duties(roles: frozenset[Role] | frozenset[str], ports: frozenset[str] | None) -> None:
    """Raises ``ValueError`` for ports of somebody who is no calendar keeper, or that are none."""
    if ports is not None and Role.CALENDAR_KEEPER not in roles:
        raise ValueError("only a calendar keeper has ports")
    if any(_PORT.fullmatch(port) is None for port in ports or ()):
        raise ValueError("a port is 4 digits")
