"""The inbox of receipts 回执: every receipt is stored before it is handled, and once, however often customs sends it.

No receipt is lost: one that cannot be read, or contradicts an earlier one, is parked for an operator.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from more_itertools import chunked
from sqlalchemy import Engine
from sqlmodel import Session

from db import waiting
from db.engine import writing
from db.tables import ReceiptRow
from db.tables.columns import FILTERED
from db.tables.receipts import CONFLICTING, PARKED, UNUSABLE, USABLE, WAITING
from db.upsert import dialect_of, insert
from domain.model import Model
from domain.receipt import Disposition, Receipt, Result

CONFLICTING_CONTENT = "conflicting_content"

_RECEIPTS = ReceiptRow.table()
_RECEIVED = "received"
_CHUNK = 500
_OPEN = sa.and_(
    _RECEIPTS.c.outcome.in_([_RECEIVED, Disposition.PARKED.value]),
    _RECEIPTS.c.dismissed_at.is_(None),
)
_COLUMNS = tuple(column for column in _RECEIPTS.c if column.name not in {"raw", "conflicting", *FILTERED})


class InboxReceipt(Model):
    """A receipt in the inbox; ``raw`` returns its bytes.

    ``outcome`` is None until it is settled. An unreadable receipt has no ``receipt_id`` and no content. ``note`` and
    ``duty_contact`` are sealed. ``times`` counts how often it came.
    """

    id: int
    receipt_id: str | None
    raw_digest: str
    content_digest: str | None
    times: int
    pre_entry_no: str | None
    result: Result | None
    notice_time: datetime | None
    application_no: str | None
    note: str | None
    duty_contact: str | None
    declaration_numbers: tuple[str, ...] = ()
    received_at: datetime
    outcome: Disposition | None
    reason: str | None
    settled_at: datetime | None
    dismissed_at: datetime | None
    dismissed_by: str | None
    dismissed_reason: str | None

    @property
    def receipt(self) -> Receipt | None:
        """Returns the receipt, still sealed; None when it could not be read."""
        return None if self.receipt_id is None else Receipt.model_validate(self.model_dump())


def store(
    engine: Engine, receipt: Receipt, *, raw: str, raw_digest: str, content_digest: str, received_at: datetime
) -> InboxReceipt:
    """Stores a sealed receipt and returns its row; a repetition returns the existing row, settled or not.

    The same ``receipt_id`` with other content does not replace the first: it is parked as a row of its own.
    """
    content = {
        **receipt.model_dump(),
        "result": receipt.result.value,
        "declaration_numbers": list(receipt.declaration_numbers) or None,
        "raw": raw,
        "raw_digest": raw_digest,
        "content_digest": content_digest,
        "received_at": received_at,
    }
    usual = content | {"conflicting": False, "outcome": _RECEIVED}
    with writing(engine) as session:
        about = waiting.columns_of(session, receipt.pre_entry_no)
        row = session.execute(_store_usable(dialect_of(session)), usual | about).mappings().one_or_none()
        if row is None:
            conflict = content | about | {"conflicting": True} | _parked(CONFLICTING_CONTENT, received_at)
            row = session.execute(_store_conflicting(dialect_of(session)), conflict).mappings().one()
        return _receipt(row)


def store_unreadable(engine: Engine, *, raw: str, raw_digest: str, reason: str, received_at: datetime) -> InboxReceipt:
    """Stores an unreadable receipt as parked; the same bytes again are counted."""
    row = {"raw": raw, "raw_digest": raw_digest, "conflicting": False, "received_at": received_at}
    with writing(engine) as session:
        statement = _store_unreadable(dialect_of(session))
        return _receipt(session.execute(statement, row | _parked(reason, received_at)).mappings().one())


def settle(
    engine: Engine, row_id: int, disposition: Disposition, reason: str | None, *, at: datetime
) -> InboxReceipt | None:
    """Sets the outcome of row ``row_id`` and returns the row; None when there is no such row.

    An applied, ignored or dismissed receipt keeps its outcome; a parked one may be settled again.
    """
    values = {"outcome": disposition.value, "reason": reason, "settled_at": at}
    with writing(engine) as session:
        session.execute(sa.update(_RECEIPTS).where(_RECEIPTS.c.id == row_id, _OPEN).values(values))
        return find(session, row_id)


def dismiss(engine: Engine, row_id: int, *, by: str, reason: str, at: datetime) -> bool:
    """Marks a parked receipt as dismissed by an operator; returns False when it is not parked."""
    values = {"dismissed_at": at, "dismissed_by": by, "dismissed_reason": reason}
    with writing(engine) as session:
        aside = sa.update(_RECEIPTS).where(_RECEIPTS.c.id == row_id, PARKED)
        return session.exec(aside.values(values)).rowcount == 1


def pending(session: Session, *, before: datetime, limit: int = 100) -> list[InboxReceipt]:
    """Returns receipts from before that instant without an outcome, oldest first: their handling was interrupted."""
    waiting = sa.select(*_COLUMNS).where(WAITING, _RECEIPTS.c.received_at < before)
    return _read(session, waiting.order_by(_RECEIPTS.c.received_at).limit(limit))


def parked(session: Session, *, limit: int = 100) -> list[InboxReceipt]:
    """Returns receipts that wait for an operator, oldest first, without dismissed ones."""
    aside = sa.select(*_COLUMNS).where(PARKED)
    return _read(session, aside.order_by(_RECEIPTS.c.received_at, _RECEIPTS.c.id).limit(limit))


def find(session: Session, row_id: int) -> InboxReceipt | None:
    """Returns a row by its id; None when there is none."""
    found = session.execute(sa.select(*_COLUMNS).where(_RECEIPTS.c.id == row_id)).mappings().one_or_none()
    return None if found is None else _receipt(found)


def by_ids(session: Session, row_ids: Sequence[int]) -> list[InboxReceipt]:
    """Returns the rows with these ids, in no order."""
    return _read(session, sa.select(*_COLUMNS).where(_RECEIPTS.c.id.in_(row_ids)))


def settled_ids(session: Session, receipt_ids: Sequence[str]) -> frozenset[str]:
    """Returns the ids of the receipts that have an outcome."""
    found: set[str] = set()
    for some in chunked(receipt_ids, _CHUNK):
        among = _RECEIPTS.c.receipt_id.in_(some)
        settled = sa.select(_RECEIPTS.c.receipt_id).where(among, _RECEIPTS.c.outcome != _RECEIVED)
        found.update(session.execute(settled).scalars())
    return frozenset(found)


def raw(session: Session, row_id: int) -> str | None:
    """Returns the sealed bytes of a receipt as they came in."""
    return session.execute(sa.select(_RECEIPTS.c.raw).where(_RECEIPTS.c.id == row_id)).scalar_one_or_none()


def for_appointment(session: Session, pre_entry_no: str) -> list[InboxReceipt]:
    """Returns the receipts of an appointment, newest first, without those that contradict an earlier one."""
    return _read(session, _newest_first(pre_entry_no).where(~_RECEIPTS.c.conflicting))


def all_for_appointment(session: Session, pre_entry_no: str) -> list[InboxReceipt]:
    """Returns every receipt of an appointment, newest first."""
    return _read(session, _newest_first(pre_entry_no))


def sealed_raw(session: Session, pre_entry_no: str) -> dict[int, str]:
    """Returns row id → sealed bytes for the receipts of an appointment."""
    own = sa.select(_RECEIPTS.c.id, _RECEIPTS.c.raw).where(_RECEIPTS.c.pre_entry_no == pre_entry_no)
    return {row.id: row.raw for row in session.execute(own.order_by(_RECEIPTS.c.received_at))}


def _newest_first(pre_entry_no: str) -> sa.Select[*tuple[Any, ...]]:
    own = sa.select(*_COLUMNS).where(_RECEIPTS.c.pre_entry_no == pre_entry_no)
    return own.order_by(_RECEIPTS.c.received_at.desc(), _RECEIPTS.c.id.desc())


def _parked(reason: str, at: datetime) -> dict[str, Any]:
    return {"outcome": Disposition.PARKED.value, "reason": reason, "settled_at": at}


@cache
def _store_usable(dialect: str) -> Any:
    """Returns a statement that gives no row when the id belongs to other content."""
    return _counting(dialect, ["receipt_id"], USABLE)


@cache
def _store_conflicting(dialect: str) -> Any:
    return _counting(dialect, ["receipt_id", "content_digest"], CONFLICTING)


@cache
def _store_unreadable(dialect: str) -> Any:
    return _counting(dialect, ["raw_digest"], UNUSABLE)


def _counting(dialect: str, key: list[str], where: sa.TextClause) -> Any:
    """Returns a statement that inserts a row, or counts it once more if its content is equal; it gives the row."""
    statement = insert(dialect, _RECEIPTS).values(times=1)
    return statement.on_conflict_do_update(
        index_elements=key,
        index_where=where,
        set_={"times": _RECEIPTS.c.times + 1},
        where=_RECEIPTS.c.content_digest.is_not_distinct_from(statement.excluded.content_digest),
    ).returning(*_COLUMNS)


def _read(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> list[InboxReceipt]:
    return [_receipt(row) for row in session.execute(statement).mappings()]


def _receipt(row: sa.RowMapping) -> InboxReceipt:
    settled = None if row["outcome"] == _RECEIVED else row["outcome"]
    return InboxReceipt.model_validate(
        dict(row) | {"outcome": settled, "declaration_numbers": row["declaration_numbers"] or ()}
    )
