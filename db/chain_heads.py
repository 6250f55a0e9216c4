"""The heads of all chains, for a copy outside the reach of everybody who can write to the database.

An attacker who rewrites a whole chain, hashes included, leaves it valid in itself; only a copy of its head reveals it.
"""

import hashlib
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from more_itertools import chunked
from sqlalchemy import Engine

from db.engine import reading
from db.tables import EventRow
from db.tables.columns import canonical_json

_EVENTS = EventRow.table()
_CHUNK = 500


def heads(engine: Engine) -> dict[str, str]:
    """Returns the last hash of the chain of every appointment, by number."""
    last = sa.select(sa.func.max(_EVENTS.c.id)).group_by(_EVENTS.c.pre_entry_no)
    rows = sa.select(_EVENTS.c.pre_entry_no, _EVENTS.c.hash).where(_EVENTS.c.id.in_(last))
    with reading(engine) as session:
        return {row.pre_entry_no: row.hash for row in session.execute(rows.order_by(_EVENTS.c.pre_entry_no))}


def head_of_heads(ends: Mapping[str, str]) -> str:
    """Returns one SHA-256 over all heads."""
    return hashlib.sha256(canonical_json(sorted(ends.items())).encode()).hexdigest()


def missing(engine: Engine, copied: Mapping[str, str]) -> Iterator[str]:
    """Yields the numbers whose copied head is no longer in their chain: it was cut off or rewritten."""
    for some in chunked(sorted(copied), _CHUNK):
        with reading(engine) as session:
            found = session.execute(
                sa.select(_EVENTS.c.pre_entry_no, _EVENTS.c.hash).where(
                    _EVENTS.c.pre_entry_no.in_(some), _EVENTS.c.hash.in_([copied[number] for number in some])
                )
            )
            stored = {(row.pre_entry_no, row.hash) for row in found}
        yield from (number for number in some if (number, copied[number]) not in stored)
