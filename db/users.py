"""Users who log in; ``identity`` hashes their passwords."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session

from db.tables import UserRow
from db.upsert import dialect_of, insert
from domain.model import Model

_USERS = UserRow.table()
#: Sorts behind every character of a user name.
_HIGHEST = "\N{DELETE}"


def new_id() -> str:
    """Returns a random id that identifies a user in events."""
    return f"u-{secrets.token_hex(10)}"


class User(Model):
    """A user who logs in; ``kind`` is that of an actor.

    ``customs_code`` has the 10 digits of the enterprise; see ``db.tables.UserRow`` for the other fields.
    """

    username: str
    user_id: str = Field(default_factory=new_id)
    password_hash: str
    kind: str
    customs_code: str | None = None
    created_at: datetime
    disabled_at: datetime | None = None
    display_name: str | None = None
    administrator: bool = False
    may_declare: bool = True
    initial_until: datetime | None = None
    initial_by: str | None = None
    roles: frozenset[str] | None = None
    ports: frozenset[str] | None = None


def create(session: Session, user: User) -> bool:
    """Adds a user; returns False, and changes nothing, when the name is taken."""
    done = session.execute(insert(dialect_of(session), _USERS).on_conflict_do_nothing(), [_row(user)])
    return bool(done.rowcount)  # type: ignore[attr-defined]  # a result of an INSERT has it


def find(session: Session, username: str, *, lock: bool = False) -> User | None:
    """Returns the user of that name, disabled or not; ``lock`` locks the row until the transaction ends."""
    wanted = sa.select(_USERS).where(_USERS.c.username == username)
    found = session.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    return None if found is None else User.model_validate(dict(found))


def all_users(session: Session) -> list[User]:
    """Returns all users by name."""
    rows = session.execute(sa.select(_USERS).order_by(_USERS.c.username)).mappings()
    return [User.model_validate(dict(row)) for row in rows]


def of_enterprise(session: Session, customs_code: str | None, *, lock: bool = False) -> list[User]:
    """Returns the users of an enterprise, or the operators, by name, disabled ones too; ``lock`` locks the rows."""
    wanted = sa.select(_USERS).where(_USERS.c.customs_code == customs_code).order_by(_USERS.c.username)
    rows = session.execute(wanted.with_for_update() if lock else wanted).mappings()
    return [User.model_validate(dict(row)) for row in rows]


class UserFilter(Model):
    """Users to find: names that begin so, of one enterprise, or operators alone."""

    beginning: str = ""
    customs_code: str | None = None
    operators: bool = False


def page(session: Session, wanted: UserFilter, *, after: str, limit: int) -> list[User]:
    """Returns users by name, those after a name."""
    rows = sa.select(_USERS).where(_USERS.c.username > after)
    if wanted.beginning:
        rows = rows.where(_USERS.c.username.between(wanted.beginning, wanted.beginning + _HIGHEST))
    if wanted.operators or wanted.customs_code is not None:
        rows = rows.where(_USERS.c.customs_code == wanted.customs_code)
    found = session.execute(rows.order_by(_USERS.c.username).limit(limit)).mappings()
    return [User.model_validate(dict(row)) for row in found]


def names(session: Session) -> list[str]:
    """Returns the names of all users."""
    return list(session.execute(sa.select(_USERS.c.username)).scalars())


def replace(session: Session, user: User) -> bool:
    """Writes every field of an existing user; returns False when there is none of that name."""
    change = sa.update(_USERS).where(_USERS.c.username == user.username)
    return session.exec(change.values(**_row(user, but={"username", "user_id"}))).rowcount == 1


def is_any_named(session: Session, beginning: str) -> bool:
    """True if the name of any user begins with this text."""
    named = sa.select(_USERS.c.username).where(_USERS.c.username.startswith(beginning, autoescape=True))
    return session.execute(named.limit(1)).one_or_none() is not None


def set_password(session: Session, username: str, password_hash: str) -> bool:
    """Sets a password that the user chose; returns False when there is no such user."""
    change = sa.update(_USERS).where(_USERS.c.username == username)
    own = {"password_hash": password_hash, "initial_until": None, "initial_by": None}
    return session.exec(change.values(**own)).rowcount == 1


def rehash(session: Session, username: str, password_hash: str) -> None:
    """Replaces the hash by another one of the same password."""
    change = sa.update(_USERS).where(_USERS.c.username == username)
    session.execute(change.values(password_hash=password_hash))


def disable(session: Session, username: str, *, at: datetime) -> bool:
    """Disables the user; returns False when there is no such user, or it was disabled before."""
    change = sa.update(_USERS).where(_USERS.c.username == username, _USERS.c.disabled_at.is_(None))
    return session.exec(change.values(disabled_at=at)).rowcount == 1


def _row(user: User, but: set[str] | None = None) -> dict[str, Any]:
    """Returns the values of the columns; a set is stored as a sorted list, so that equal sets are equal texts."""
    values = user.model_dump(exclude=but)
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}
