"""From which address each accepted command came; a person's address is kept as long as the access log keeps it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import CommandAddressRow, RefusedCommandRow
from db.upsert import insert_missing

_ADDRESSES = CommandAddressRow.table()
_REFUSED = RefusedCommandRow.table()


def record(engine: Engine, pre_entry_no: str, command_key: str, *, address: str, received_at: datetime) -> None:
    """Stores the address of a command; that of its first request stays."""
    row: dict[str, object] = {"pre_entry_no": pre_entry_no, "command_key": command_key}
    with writing(engine) as session:
        insert_missing(session, _ADDRESSES, row | {"address": address, "received_at": received_at})


def for_appointment(session: Session, pre_entry_no: str) -> dict[str, str]:
    """Returns key → address for the commands of an appointment."""
    own = sa.select(_ADDRESSES.c.command_key, _ADDRESSES.c.address).where(_ADDRESSES.c.pre_entry_no == pre_entry_no)
    return {row.command_key: row.address for row in session.execute(own)}


def sweep(session: Session, *, before: datetime) -> int:
    """Removes older addresses, those of refused commands too; returns how many."""
    gone = session.exec(sa.delete(_ADDRESSES).where(_ADDRESSES.c.received_at < before)).rowcount
    refused = sa.update(_REFUSED).where(_REFUSED.c.received_at < before, _REFUSED.c.address.is_not(None))
    return gone + session.exec(refused.values(address=None)).rowcount
