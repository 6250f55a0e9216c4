"""Tables that are entered as whole lists: ports 关区代码表 and the tariff 税则.

One transaction writes the rows and the digest of the list, which tells processes that cache it to reload it
(``db.lookup``). Each row records whether it came with the product; a new seed never changes a row that an operator
entered. A list that was entered as a whole is complete: no seed adds to it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.changes import Changes, difference
from db.engine import reading, writing
from db.register_history import Origin, RegisterName, record
from db.spelling import Spelling, spelled
from db.tables import HsCodeRow, PortRow, ReferenceListRow
from db.upsert import dialect_of, upsert
from domain.model import Model

ListName = Literal["ports", "hs_codes"]
NAMES: tuple[ListName, ...] = ("ports", "hs_codes")

REGISTERS: Mapping[ListName, RegisterName] = MappingProxyType({"ports": "ports", "hs_codes": "tariff"})

_LISTS = ReferenceListRow.table()
_TABLES: dict[ListName, sa.Table] = {"ports": PortRow.table(), "hs_codes": HsCodeRow.table()}
#: Names that are spelled between two calls of ``progress``.
_STEP = 250


class ListEntry(Model):
    """A port, a heading or a line of the tariff; ``name_en`` is None when it is not given.

    A line of the tariff is valid from ``valid_from`` to ``valid_to``, both included; None: without end.
    """

    code: str
    name: str
    name_en: str | None = None
    valid_from: date = date.min
    valid_to: date | None = None

    @property
    def key(self) -> tuple[str, date]:
        """Returns the key that is unique in a list."""
        return self.code, self.valid_from


class ListStatus(Model):
    """State of a list: the ``digest`` of its contents, ``complete`` if entered as a whole, the last seed it had."""

    digest: str
    complete: bool
    seed_digest: str | None
    changed_by: str
    changed_at: datetime


def status(session: Session, name: ListName) -> ListStatus | None:
    """Returns the state of a list; None when nothing was ever entered."""
    found = session.execute(sa.select(_LISTS).where(_LISTS.c.name == name)).mappings().one_or_none()
    return None if found is None else ListStatus.model_validate(dict(found))


def entries(session: Session, name: ListName) -> list[ListEntry]:
    """Returns the whole list by code."""
    rows = session.execute(sa.select(*_columns(_TABLES[name]))).mappings()
    return sorted((ListEntry.model_validate(dict(row)) for row in rows), key=lambda entry: entry.key)


def compare(
    session: Session, name: ListName, given: Iterable[ListEntry], *, replace: bool = False
) -> Changes[ListEntry]:
    """Returns what ``enter`` would change. An entry without an English name, or without an end, keeps the old one."""
    here = {entry.key: entry for entry in entries(session, name)}
    new = {entry.key: _merged(entry, here.get(entry.key)) for entry in given}
    return difference(here, new, replace=replace)


def enter(
    engine: Engine,
    name: ListName,
    given: Sequence[ListEntry],
    origin: Origin,
    *,
    replace: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    check: Callable[[Session], None] = lambda _: None,
) -> Changes[ListEntry]:
    """Enters all entries or none; ``replace`` also removes the others and makes the list complete.

    Calls ``progress`` with the count of names spelled so far: the slow part, done before the lock is taken. ``check``
    raises when the list is not what the caller has seen; nothing is written then.
    """
    with reading(engine) as session:
        expected = compare(session, name, given, replace=replace)
    spellings = spell([entry.name for entry in expected.new], progress)
    completes = True if replace else None
    with writing(engine) as session:
        lock(session)
        check(session)
        changes = compare(session, name, given, replace=replace)
        confirmed = [entry.code for entry in given]
        before = write_changes(
            session, name, changes, origin=origin, spellings=spellings, confirmed=confirmed, completes=completes
        )
        record(session, REGISTERS[name], changes, origin, replaces=replace, completes=completes, complete_before=before)
    return changes


def write_changes(
    session: Session,
    name: ListName,
    changes: Changes[ListEntry],
    *,
    origin: Origin,
    spellings: Mapping[str, Spelling],
    confirmed: Sequence[str],
    completes: bool | None,
) -> bool:
    """Writes what an operator enters; the list becomes complete as ``completes`` says, None to leave it.

    ``confirmed``: codes whose rows become the operators', even if they are equal. Returns True if the list was complete
    before. The caller holds the ``lock``.
    """
    old = status(session, name)
    was_complete = old is not None and old.complete
    _mark_entered(session, name, confirmed)
    _write(session, name, changes.new, spellings, seeded=False)
    _remove(session, name, changes.removed)
    complete = was_complete if completes is None else completes
    seed_digest = old.seed_digest if old else None
    _save_status(session, name, complete=complete, seed_digest=seed_digest, by=origin.by, at=origin.at)
    return was_complete


def seeded_codes(session: Session, name: ListName) -> set[str]:
    """Returns the codes of the product's rows, which no operator has entered."""
    table = _TABLES[name]
    return set(session.execute(sa.select(table.c.code).where(table.c.seeded)).scalars())


def seed(
    engine: Engine,
    name: ListName,
    given: Sequence[ListEntry],
    seed_digest: str,
    *,
    at: datetime,
    spellings: Mapping[str, Spelling] = MappingProxyType({}),
) -> None:
    """Adds missing rows and updates rows of an earlier seed; a complete list stays as it is.

    ``spellings`` are those that need not be computed.
    """
    with reading(engine) as session:
        old = status(session, name)
        existing = entries(session, name) if not (old and old.complete) else []
    missing = spell([entry.name for entry in given if entry not in existing and entry.name not in spellings])
    with writing(engine) as session:
        lock(session)
        old = status(session, name)
        complete = bool(old and old.complete)
        if not complete:
            entered = _entered(session, name)
            new = [entry for entry in compare(session, name, given).new if entry.code not in entered]
            _write(session, name, new, {**spellings, **missing}, seeded=True)
        _save_status(session, name, complete=complete, seed_digest=seed_digest, by="seed", at=at)


def _merged(entry: ListEntry, old: ListEntry | None) -> ListEntry:
    if old is None:
        return entry
    valid_to = entry.valid_to if "valid_to" in entry.model_fields_set else old.valid_to
    return entry.model_copy(update={"name_en": entry.name_en or old.name_en, "valid_to": valid_to})


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [table.c[name] for name in ListEntry.model_fields if name in table.c]


def spell(names: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> dict[str, Spelling]:
    """Returns the spelling of each name; calls ``progress`` with the count so far."""
    found: dict[str, Spelling] = {}
    for number, name in enumerate(names, 1):
        found[name] = spelled(name)
        if number % _STEP == 0:
            progress(number)
    return found


def _write(
    session: Session, name: ListName, new: Iterable[ListEntry], spellings: Mapping[str, Spelling], *, seeded: bool
) -> None:
    upsert(session, _TABLES[name], *(_row(name, entry, spellings) | {"seeded": seeded} for entry in new))


def _row(name: ListName, entry: ListEntry, spellings: Mapping[str, Spelling]) -> dict[str, object]:
    values = {column.name: getattr(entry, column.name) for column in _columns(_TABLES[name])}
    spelling = spellings.get(entry.name) or spelled(entry.name)
    return values | spelling._asdict() | ({"district": entry.code[:2]} if name == "ports" else {})


def _entered(session: Session, name: ListName) -> set[str]:
    table = _TABLES[name]
    return set(session.execute(sa.select(table.c.code).where(~table.c.seeded)).scalars())


def _mark_entered(session: Session, name: ListName, codes: Sequence[str]) -> None:
    """Marks rows as entered by an operator, even if an entry equals the seeded row."""
    table = _TABLES[name]
    if codes:
        claim = sa.update(table).where(table.c.code == sa.bindparam("claimed"), table.c.seeded).values(seeded=False)
        session.connection().execute(claim, [{"claimed": code} for code in codes])


def _remove(session: Session, name: ListName, gone: Sequence[ListEntry]) -> None:
    table = _TABLES[name]
    if gone:
        dated = [table.c.valid_from == sa.bindparam("since")] if "valid_from" in table.c else []
        removal = sa.delete(table).where(table.c.code == sa.bindparam("gone"), *dated)
        session.connection().execute(removal, [{"gone": entry.code, "since": entry.valid_from} for entry in gone])


def _save_status(
    session: Session, name: ListName, *, complete: bool, seed_digest: str | None, by: str, at: datetime
) -> None:
    row = {"name": name, "digest": _digest(session, name), "complete": complete, "seed_digest": seed_digest}
    upsert(session, _LISTS, row | {"changed_by": by, "changed_at": at})


def _digest(session: Session, name: ListName) -> str:
    """Returns a digest that is equal for equal contents in any database."""
    table = _TABLES[name]
    digest = hashlib.sha256()
    for row in session.execute(
        sa.select(*_columns(table), table.c.pinyin, table.c.initials).order_by(*table.primary_key)
    ):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def lock(session: Session) -> None:
    """Serialises changes, so that a digest is always that of the present rows."""
    if dialect_of(session) == "postgresql":  # SQLite has one writer anyway
        session.connection().exec_driver_sql("LOCK TABLE reference_lists IN SHARE ROW EXCLUSIVE MODE")
