"""Proposed changes of the registers: what a file or an undo would change, kept row by row, and applied exactly so."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import lists, reference, register_history
from db.changes import Changes
from db.engine import reading, writing
from db.lists import ListEntry, ListName
from db.register_history import CHANGES, CHUNK, ENTRIES, Given, Origin, RegisterName, Row, entry_row, key_of
from db.tables.columns import canonical_json
from domain.enterprise import Enterprise
from domain.model import Model
from domain.problems import Fault

_NOTHING: Changes[Any] = Changes((), (), 0, ())
#: Entries that a refusal names.
NAMED = 20


class ChangedSince(Exception):
    """The register is not the one that the proposal was compared with; ``codes`` are some that were changed since."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        super().__init__("the register was changed since")


class ProposalRefused(Exception):
    """The proposal has refused rows, so it cannot be applied."""


class ProposalNotFound(Exception):
    """There is no such change."""


class NothingToUndo(Exception):
    """The register is as it was before the change."""


class Refusals(NamedTuple):
    """Faults of a file as rows of a proposal, and the ``total`` of all faults."""

    rows: Sequence[Row] = ()
    total: int = 0


NO_REFUSALS = Refusals()


class Register(NamedTuple):
    """Functions that read, compare and write one register."""

    model: type[Model]
    entries: Callable[[Session], Sequence[Any]]
    compare: Callable[..., Changes[Any]]
    write: Callable[..., bool | None]
    seeded: Callable[[Session], set[str]]
    spell: Callable[[Sequence[str]], Mapping[str, Any]]
    lock: Callable[[Session], None]


def _write_enterprises(session: Session, *, changes: Changes[Enterprise], origin: Origin, **_: Any) -> None:
    reference.write_enterprises(session, changes, origin.at)


def _list(name: ListName) -> Register:
    return Register(
        model=ListEntry,
        entries=partial(lists.entries, name=name),
        compare=partial(lists.compare, name=name),
        write=partial(lists.write_changes, name=name),
        seeded=partial(lists.seeded_codes, name=name),
        spell=lists.spell,
        lock=lists.lock,
    )


REGISTERS: Mapping[RegisterName, Register] = MappingProxyType(
    {
        "enterprises": Register(
            model=Enterprise,
            entries=reference.enterprises,
            compare=reference.compare_enterprises,
            write=_write_enterprises,
            seeded=lambda _: set(),
            spell=lambda _: {},
            lock=lambda _: None,
        ),
        "ports": _list("ports"),
        "tariff": _list("hs_codes"),
    }
)


def propose_file(
    engine: Engine,
    name: RegisterName,
    given: Sequence[Given[Any]],
    origin: Origin,
    *,
    replace: bool,
    refused: Refusals = NO_REFUSALS,
) -> int:
    """Keeps what the file would change, or only its faults if it has any; returns the number of the proposal."""
    register = REGISTERS[name]
    with reading(engine) as session:
        basis = _digest(register.entries(session))
        found = _NOTHING
        confirmed: list[Row] = []
        if not refused.total:
            found = register.compare(session, given=[each.entry for each in given], replace=replace)
            confirmed = list(_confirmed(register.seeded(session), given, found))
    lines = {key_of(each.entry): each.line for each in given}
    rows = chain(refused.rows, register_history.entry_rows(found, lines), confirmed)
    more = {"replaces": replace, "completes": True if replace else None, "refused": refused.total}
    return _keep(engine, register_history.change_row(name, origin, found) | more | {"basis": basis}, rows)


def _confirmed(seeded: set[str], given: Sequence[Given[Any]], found: Changes[Any]) -> Iterator[Row]:
    """Yields entries that are equal to rows of the product: entering them makes them the operators'."""
    written = {key_of(entry) for entry in found.new}
    for line, entry in given:
        if entry.code in seeded and key_of(entry) not in written:
            yield entry_row("confirmed", entry, entry, line=line)


def propose_undo(engine: Engine, name: RegisterName, change_id: int, origin: Origin) -> int:
    """Keeps what would restore the register as it was before an applied change; returns the number of the proposal.

    An entry that was changed again since is a conflict and is left alone. Raises ``ProposalNotFound`` when there is no
    such applied change, ``NothingToUndo`` when nothing is left of it.
    """
    register = REGISTERS[name]
    with reading(engine) as session:
        undone = _change(session, name, change_id)
        if undone["state"] != "applied":
            raise ProposalNotFound
        here = {key_of(entry): entry for entry in register.entries(session)}
        rows = list(_reversed(register, session, change_id, here))
        basis = _digest(list(here.values()))
    if not rows:
        raise NothingToUndo
    kinds = [row["kind"] for row in rows]
    more = {kind: kinds.count(kind) for kind in ("added", "changed", "removed")}
    restored = None if undone["completes"] is None else undone["complete_before"]
    change = register_history.change_row(name, origin, _NOTHING) | more
    change |= {"conflicts": kinds.count("conflict"), "completes": restored, "undoes": change_id, "basis": basis}
    return _keep(engine, change, rows)


def _reversed(register: Register, session: Session, change_id: int, here: Mapping[Any, Any]) -> Iterator[Row]:
    kinds = {"added": "removed", "changed": "changed", "removed": "added"}
    for row in _rows(session, change_id):
        if row["kind"] not in kinds:
            continue
        before, after = _entry(register, row["before"]), _entry(register, row["after"])
        now = here.get(key_of(before or after))
        if now == after:
            yield entry_row(kinds[row["kind"]], after, before)
        elif now != before:
            yield entry_row("conflict", now, before) | {"code": row["code"]}


def apply_proposal(engine: Engine, name: RegisterName, change_id: int, *, by: str, at: datetime, reason: str) -> None:
    """Writes exactly the rows of the proposal. Applying it again changes nothing.

    Raises ``ProposalNotFound`` for no such proposal, ``ProposalRefused`` for one with refused rows, and
    ``ChangedSince`` when the register is not the one that the proposal was compared with.
    """
    register = REGISTERS[name]
    with reading(engine) as session:
        change = _change(session, name, change_id)
        changes, confirmed = _changes(register, session, change_id)
    if change["refused"]:
        raise ProposalRefused
    spellings = register.spell([entry.name for entry in changes.new])
    origin = Origin(by, at, change["kind"], reason)
    with writing(engine) as session:
        register.lock(session)
        if not _claim(session, change, origin):
            return
        if _digest(register.entries(session)) != change["basis"]:
            raise ChangedSince(_touched_since(session, name, change))
        touched = [*confirmed, *(entry.code for entry in changes.new)]
        before = register.write(
            session,
            changes=changes,
            origin=origin,
            spellings=spellings,
            confirmed=touched,
            completes=change["completes"],
        )
        session.execute(sa.update(CHANGES).where(CHANGES.c.id == change_id).values(complete_before=before))


def _claim(session: Session, change: Row, origin: Origin) -> bool:
    """Marks the proposal as applied; returns False if it was before."""
    mine = sa.update(CHANGES).where(CHANGES.c.id == change["id"], CHANGES.c.state == "proposed")
    applied = {"state": "applied", "applied_by": origin.by, "applied_at": origin.at, "reason": origin.reason}
    return session.exec(mine.values(applied)).rowcount == 1


def _touched_since(session: Session, name: RegisterName, change: Row) -> list[str]:
    """Returns some codes that were changed after the proposal."""
    later = (
        sa.select(ENTRIES.c.code)
        .join(CHANGES, CHANGES.c.id == ENTRIES.c.change_id)
        .where(
            CHANGES.c.register_name == name,
            CHANGES.c.state == "applied",
            CHANGES.c.applied_at >= change["proposed_at"],
            CHANGES.c.id != change["id"],
            ENTRIES.c.kind.in_(["added", "changed", "removed"]),
        )
    )
    return list(session.execute(later.limit(NAMED)).scalars())


def _changes(register: Register, session: Session, change_id: int) -> tuple[Changes[Any], list[str]]:
    """Returns the changes of a proposal, and the codes of rows that are confirmed."""
    kept: dict[str, list[Any]] = {"added": [], "changed": [], "removed": [], "confirmed": []}
    for row in _rows(session, change_id):
        before, after = _entry(register, row["before"]), _entry(register, row["after"])
        found = {"changed": (before, after), "removed": before, "confirmed": row["code"]}.get(row["kind"], after)
        kept.setdefault(row["kind"], []).append(found)
    changes = Changes(tuple(kept["added"]), tuple(kept["changed"]), 0, tuple(kept["removed"]))
    return changes, kept["confirmed"]


def _change(session: Session, name: RegisterName, change_id: int) -> Row:
    wanted = sa.select(CHANGES).where(
        CHANGES.c.id == change_id, CHANGES.c.register_name == name, CHANGES.c.state != "preparing"
    )
    found = session.execute(wanted).mappings().one_or_none()
    if found is None:
        raise ProposalNotFound
    return dict(found)


def _rows(session: Session, change_id: int) -> Iterator[sa.RowMapping]:
    wanted = sa.select(ENTRIES).where(ENTRIES.c.change_id == change_id).order_by(ENTRIES.c.position)
    yield from session.execute(wanted.execution_options(yield_per=CHUNK)).mappings()


def _entry(register: Register, value: Any) -> Any:
    return None if value is None else register.model.model_validate(value)


def _keep(engine: Engine, change: Row, rows: Iterable[Row]) -> int:
    """Writes a proposal, some rows in each transaction; it is visible when all are written."""
    with writing(engine) as session:
        change_id = register_history.insert_change(session, change | {"state": "preparing"})
    remaining, first = iter(rows), 0
    while chunk := list(islice(remaining, CHUNK)):
        with writing(engine) as session:
            register_history.insert_entries(session, change_id, chunk, first)
        first += len(chunk)
    with writing(engine) as session:
        session.execute(sa.update(CHANGES).where(CHANGES.c.id == change_id).values(state="proposed"))
    return change_id


def refused_row(line: int | None, column: str | None, fault: Fault) -> Row:
    """Returns the row of a fault in a file."""
    shown = fault.model_dump(mode="json")
    return {"kind": "refused", "code": None, "line": line, "column": column, "fault": shown}


def _digest(entries: Iterable[Model]) -> str:
    """Returns a digest that is equal for equal contents of a register."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(canonical_json(entry.model_dump(mode="json")).encode())
    return digest.hexdigest()
