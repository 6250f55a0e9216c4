"""The people and programs that sent the commands of one appointment, and from which address."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db import command_addresses
from db.tables import AccessRow, ApiKeyRow, EventRow, UserRow
from domain.model import Model

_EVENTS, _ACCESSES = EventRow.table(), AccessRow.table()
_USERS, _KEYS = UserRow.table(), ApiKeyRow.table()
_EARLIER = _ACCESSES.alias("earlier")
_CARD = "card/"


class Sender(Model):
    """The address from which a command came.

    ``since`` is None if the command itself recorded it, else the instant from which the access log names this address
    for its sender.
    """

    address: str
    since: datetime | None


def senders(session: Session, pre_entry_no: str) -> dict[int, Sender]:
    """Returns version → sender for the commands of an appointment; a sender without an address is left out."""
    return _logged(session, pre_entry_no) | _recorded(session, pre_entry_no)


def _recorded(session: Session, pre_entry_no: str) -> dict[int, Sender]:
    own = sa.select(_EVENTS.c.version, _EVENTS.c.command_key).where(_EVENTS.c.pre_entry_no == pre_entry_no)
    known = command_addresses.for_appointment(session, pre_entry_no)
    keys = session.execute(own.where(_EVENTS.c.command_key.is_not(None)))
    return {row.version: Sender(address=known[row.command_key], since=None) for row in keys if row.command_key in known}


def _logged(session: Session, pre_entry_no: str) -> dict[int, Sender]:
    """Returns what the access log last names before each command, for one whose own address is not kept."""
    subject = sa.func.coalesce(_USERS.c.username, _KEYS.c.name, _EVENTS.c.actor_user_id, _EVENTS.c.actor_id)
    before = sa.and_(_EARLIER.c.subject == subject, _EARLIER.c.at <= _EVENTS.c.received_at)
    last = (
        sa.select(_EARLIER.c.id)
        .where(before, _EARLIER.c.address.is_not(None))
        .order_by(_EARLIER.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(_EVENTS.c.version, _ACCESSES.c.address, _ACCESSES.c.at)
        .outerjoin(_USERS, _USERS.c.user_id == _EVENTS.c.actor_user_id)
        .outerjoin(_KEYS, _KEYS.c.key_id == _EVENTS.c.actor_user_id)
        .join(_ACCESSES, _ACCESSES.c.id == last)
        .where(_EVENTS.c.pre_entry_no == pre_entry_no, _EVENTS.c.command_key.is_not(None))
    )
    return {row.version: Sender(address=row.address, since=row.at) for row in rows}


def logins(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Returns id → name of the login or key, for ids of users, keys and cards; a card is named by its id."""
    stored = {each for each in ids if not each.startswith(_CARD)}
    users = sa.select(_USERS.c.user_id.label("id"), _USERS.c.username.label("name")).where(_USERS.c.user_id.in_(stored))
    keys = sa.select(_KEYS.c.key_id, _KEYS.c.name).where(_KEYS.c.key_id.in_(stored))
    found = {row.id: row.name for row in session.execute(users.union_all(keys))} if stored else {}
    return found | {each: each for each in ids if each.startswith(_CARD)}
