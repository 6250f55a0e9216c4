"""Users and API keys of an enterprise by the ids that events hold."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import ApiKeyRow, UserRow
from domain.model import Model

_USERS, _KEYS = UserRow.table(), ApiKeyRow.table()


class Person(Model):
    """A user or a key by its id; ``name`` is the login's or the key's, ``display_name`` the user's, sealed."""

    user_id: str
    name: str
    display_name: str | None


def people(session: Session, customs_code: str, ids: Collection[str]) -> list[Person]:
    """Returns the users and keys of the enterprise with these ids, disabled and revoked ones included; one query."""
    users = sa.select(_USERS.c.user_id, _USERS.c.username.label("name"), _USERS.c.display_name).where(
        _USERS.c.user_id.in_(ids), _USERS.c.customs_code == customs_code
    )
    keys = sa.select(_KEYS.c.key_id, _KEYS.c.name, sa.null()).where(
        _KEYS.c.key_id.in_(ids), _KEYS.c.customs_code == customs_code
    )
    return [Person.model_validate(dict(row)) for row in session.execute(users.union_all(keys)).mappings()]
