"""The history of the registers: every change of enterprises, ports and tariff, with the rows that it concerned.

``db.reference`` and ``db.lists`` record here in the transaction that changes the register.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain, count, islice
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from db.changes import Changes
from db.tables import RegisterChangeEntryRow, RegisterChangeRow
from domain.model import Model

RegisterName = Literal["enterprises", "ports", "tariff"]
ChangeKind = Literal["import", "edit", "undo"]
EntryKind = Literal["added", "changed", "removed", "confirmed", "refused", "conflict"]
Entry = TypeVar("Entry", bound=Model)
Row = dict[str, Any]

CHANGES = RegisterChangeRow.table()
ENTRIES = RegisterChangeEntryRow.table()
#: Rows in one statement.
CHUNK = 2_000
#: A proposal that nobody applied is removed after this time.
KEPT = timedelta(days=1)


class Given(NamedTuple, Generic[Entry]):
    """An entry of a file, with its row there."""

    line: int
    entry: Entry


class Origin(NamedTuple):
    """The author, instant and reason of a change, and the file it comes from (its name and SHA-256)."""

    by: str
    at: datetime
    kind: ChangeKind = "import"
    reason: str | None = None
    file_name: str | None = None
    file_digest: str | None = None


def record(
    session: Session,
    register: RegisterName,
    changes: Changes[Entry],
    origin: Origin,
    *,
    replaces: bool = False,
    completes: bool | None = None,
    complete_before: bool | None = None,
) -> None:
    """Records a change that this transaction makes."""
    change = change_row(register, origin, changes) | {"replaces": replaces, "completes": completes}
    applied = {"state": "applied", "applied_by": origin.by, "applied_at": origin.at, "complete_before": complete_before}
    change_id = insert_change(session, change | applied)
    insert_entries(session, change_id, entry_rows(changes))


def change_row(register: RegisterName, origin: Origin, changes: Changes[Entry]) -> Row:
    """Returns the columns of a change that are known when it is proposed."""
    return {
        "register_name": register,
        "kind": origin.kind,
        "proposed_by": origin.by,
        "proposed_at": origin.at,
        "reason": origin.reason,
        "file_name": origin.file_name,
        "file_digest": origin.file_digest,
        "added": len(changes.added),
        "changed": len(changes.changed),
        "unchanged": changes.unchanged,
        "removed": len(changes.removed),
    }


def entry_rows(changes: Changes[Entry], lines: dict[Any, int] | None = None) -> Iterator[Row]:
    """Yields the rows of a change; ``lines`` has the row in the file of each entry, by ``key_of``."""
    pairs = chain(
        (("added", None, entry) for entry in changes.added),
        (("changed", before, after) for before, after in changes.changed),
        (("removed", entry, None) for entry in changes.removed),
    )
    for kind, before, after in pairs:
        yield entry_row(kind, before, after, line=(lines or {}).get(key_of(after or before)))


def entry_row(kind: str, before: Model | None, after: Model | None, *, line: int | None = None) -> Row:
    """Returns the columns of one row: an entry before and after the change."""
    return {
        "kind": kind,
        "code": key_of(after or before)[0],
        "line": line,
        "before": before and before.model_dump(mode="json"),
        "after": after and after.model_dump(mode="json"),
    }


def key_of(entry: Any) -> tuple[str, date]:
    """Returns the key of an entry in its register."""
    return entry.code, vars(entry).get("valid_from", date.min)


def insert_change(session: Session, row: Row) -> int:
    """Inserts a change and returns its number."""
    made = session.execute(sa.insert(CHANGES).values(row).returning(CHANGES.c.id))
    return int(made.scalar_one())


def insert_entries(session: Session, change_id: int, rows: Iterable[Row], first: int = 0) -> None:
    """Inserts the rows of a change; their positions begin with ``first``."""
    empty = {"line": None, "column": None, "before": None, "after": None, "fault": None}
    numbered = zip(count(first), rows, strict=False)
    while chunk := list(islice(numbered, CHUNK)):
        values = [empty | row | {"change_id": change_id, "position": position} for position, row in chunk]
        session.execute(sa.insert(ENTRIES), values)


def sweep(session: Session, *, before: datetime) -> int:
    """Removes proposals from before that instant which nobody applied; returns how many."""
    stale = sa.select(CHANGES.c.id).where(
        CHANGES.c.state.in_(["preparing", "proposed"]), CHANGES.c.proposed_at < before
    )
    numbers = list(session.execute(stale).scalars())
    if numbers:
        session.execute(sa.delete(ENTRIES).where(ENTRIES.c.change_id.in_(numbers)))
        session.execute(sa.delete(CHANGES).where(CHANGES.c.id.in_(numbers)))
    return len(numbers)
