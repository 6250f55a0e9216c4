"""Publishes events to their parties: each enterprise has positions 1, 2, 3 … of its own, without a gap.

PostgreSQL numbers rows before they are committed, so a reader that goes by a sequence may pass a row that becomes
visible later. A position is therefore taken from a row of the enterprise, which stays locked until the transaction
ends: a reader that sees a position sees every lower one. It is taken as the last step of the transaction, in the
order of customs codes, so that the lock is short and two transactions never wait for each other.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session

from db.chain import current
from db.tables import ContentRow, EventRow, PublishedEventRow, PublishedHeadRow
from db.upsert import dialect_of, insert
from domain.appointment import Appointment
from domain.event import Event

_PUBLISHED = PublishedEventRow.table()
_HEADS = PublishedHeadRow.table()
_EVENTS, _CONTENTS = EventRow.table(), ContentRow.table()


class WrittenEvent(NamedTuple):
    """An event that got its row just now, and the hash of the row."""

    event: Event
    hash: str


def publish(session: Session, written: Sequence[WrittenEvent]) -> None:
    """Gives each party of each event the next positions; the last step of a transaction."""
    by_code: dict[str, list[dict[str, Any]]] = {}
    for event, row_hash in written:
        appointment = event.appointment
        row = {"pre_entry_no": appointment.pre_entry_no, "version": event.version, "hash": row_hash, "at": event.at}
        for code in parties(appointment):
            by_code.setdefault(code, []).append(row)
    _publish(session, by_code)


def add_missing(session: Session, numbers: Sequence[str]) -> int:
    """Publishes events of these appointments that were written by a version without positions; returns how many."""
    by_code: dict[str, list[dict[str, Any]]] = {}
    for number in numbers:
        for code, row in unpublished(session, number):
            by_code.setdefault(code, []).append(row)
    _publish(session, by_code)
    return sum(map(len, by_code.values()))


def unpublished(session: Session, pre_entry_no: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields (customs code, row) of each event that counts and that a party of it cannot read."""
    rows = session.execute(published([pre_entry_no])).all()
    known = {(row.customs_code, row.hash) for row in rows}
    for row in current(dict(each) for each in session.execute(_stored(pre_entry_no)).mappings()):
        snapshot = row.pop("appointment")
        for code in parties(Appointment.model_validate_json(snapshot)) if snapshot else ():
            if (code, row["hash"]) not in known:
                yield code, row


def published(numbers: Sequence[str]) -> sa.Select[tuple[str, str, str]]:
    """Returns the query for the customs codes and hashes of what was published about these appointments."""
    columns = (_PUBLISHED.c.pre_entry_no, _PUBLISHED.c.customs_code, _PUBLISHED.c.hash)
    return sa.select(*columns).where(_PUBLISHED.c.pre_entry_no.in_(numbers)).order_by(_PUBLISHED.c.pre_entry_no)


def parties(appointment: Appointment) -> list[str]:
    """Returns the customs codes of the enterprises whose appointment it is, sorted."""
    consignee = appointment.consignee.code if appointment.consignee else appointment.applicant.code
    return sorted({appointment.applicant.code, consignee})


def _stored(pre_entry_no: str) -> sa.Select[Any]:
    together = sa.and_(_CONTENTS.c.pre_entry_no == _EVENTS.c.pre_entry_no, _CONTENTS.c.version == _EVENTS.c.version)
    columns = (_EVENTS.c.pre_entry_no, _EVENTS.c.version, _EVENTS.c.hash, _EVENTS.c.at, _CONTENTS.c.appointment)
    found = sa.select(*columns).outerjoin(_CONTENTS, together)
    return found.where(_EVENTS.c.pre_entry_no == pre_entry_no).order_by(_EVENTS.c.id)


def _publish(session: Session, by_code: dict[str, list[dict[str, Any]]]) -> None:
    rows = []
    for code, own in sorted(by_code.items()):
        taken = {"customs_code": code, "last": len(own)}
        last = session.execute(_take(dialect_of(session)), taken).scalar_one()
        first = last - len(own) + 1
        rows += [row | {"customs_code": code, "position": first + place} for place, row in enumerate(own)]
    if rows:
        session.execute(sa.insert(_PUBLISHED), rows)


@cache
def _take(dialect: str) -> ReturningInsert[tuple[int]]:
    """Returns the statement that takes as many positions as ``last`` says and returns the last of them."""
    statement = insert(dialect, _HEADS)
    further = {"last": _HEADS.c.last + statement.excluded["last"]}
    return statement.on_conflict_do_update(index_elements=["customs_code"], set_=further).returning(_HEADS.c.last)
