"""The first body that an enterprise sent under the key of a batch."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import BatchRow
from db.upsert import insert_missing

_BATCHES = BatchRow.table()


def first_body(engine: Engine, customs_code: str, key_hash: str, *, body_hash: str, at: datetime) -> str:
    """Returns the fingerprint of the first body under this key; ``body_hash`` itself when the key is new."""
    row = {"customs_code": customs_code, "key_hash": key_hash}
    with writing(engine) as session:
        insert_missing(session, _BATCHES, row | {"body_hash": body_hash, "received_at": at})
        mine = sa.and_(*(_BATCHES.c[name] == value for name, value in row.items()))
        return str(session.execute(sa.select(_BATCHES.c.body_hash).where(mine)).scalar_one())


def sweep(session: Session, *, before: datetime) -> int:
    """Removes batches received before that instant; returns how many."""
    return session.exec(sa.delete(_BATCHES).where(_BATCHES.c.received_at < before)).rowcount
