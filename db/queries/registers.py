"""The registers as operators see them: entries by code, and the history of their changes, newest first."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries import cursors
from db.queries.cursors import BadCursor
from db.register_history import CHANGES, ENTRIES, EntryKind, RegisterName
from db.tables import EnterpriseRow, HsCodeRow, PortRow, ReferenceListRow
from db.tables.columns import canonical_json
from domain.model import Model
from domain.normalising import code as as_code

TABLES: Mapping[RegisterName, sa.Table] = MappingProxyType(
    {"enterprises": EnterpriseRow.table(), "ports": PortRow.table(), "tariff": HsCodeRow.table()}
)
_LISTS = ReferenceListRow.table()
_LIST_NAMES: Mapping[RegisterName, str] = MappingProxyType({"ports": "ports", "tariff": "hs_codes"})
#: Columns that serve searches only.
_INTERNAL = frozenset({"pinyin", "initials", "district"})
#: After the last of all codes: they consist of digits and capital letters.
_AFTER_ALL = "~"


class RegisterPage(NamedTuple):
    """Rows of a page, and the cursor of the next one, if there is one."""

    rows: list[dict[str, Any]]
    cursor: str | None


class RegisterSummary(NamedTuple):
    """A register with its ``total`` of entries and its last change; ``complete``: the list was entered as a whole."""

    name: RegisterName
    total: int
    complete: bool | None
    changed_by: str | None
    changed_at: datetime | None


class RegisterChange(Model):
    """A change of a register; fields as in ``db.tables.register_changes``. ``undone_by``: the change that undid it."""

    id: int
    register_name: RegisterName
    kind: str
    state: str
    proposed_by: str
    proposed_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    reason: str | None
    file_name: str | None
    file_digest: str | None
    replaces: bool
    undoes: int | None
    added: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    conflicts: int
    undone_by: int | None = None


def register_summary(session: Session, name: RegisterName) -> RegisterSummary:
    """Returns the size of a register and its last change."""
    count = session.execute(sa.select(sa.func.count()).select_from(TABLES[name])).scalar_one()
    status = session.execute(sa.select(_LISTS).where(_LISTS.c.name == _LIST_NAMES.get(name, ""))).one_or_none()
    last = next(iter(register_changes(session, name, cursor=None, limit=1)[0]), None)
    by, at = (last.applied_by, last.applied_at) if last else (None, None)
    return RegisterSummary(name, count, status.complete if status else None, by, at)


def register_entries(session: Session, name: RegisterName, q: str, *, cursor: str | None, limit: int) -> RegisterPage:
    """Returns entries by code, a page of at most ``limit``; ``q`` is the beginning of a code, or a part of a name.

    Raises ``BadCursor`` when the cursor is none of this query's.
    """
    table = TABLES[name]
    key = list(table.primary_key.columns)
    wanted = sa.select(*_shown(table)).where(*_matching(table, q)).order_by(*key).limit(limit + 1)
    if cursor is not None:
        wanted = wanted.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, _position(table, cursor))))
    found = [dict(row) for row in session.execute(wanted).mappings()]
    rows = found[:limit]
    last = [str(rows[-1][column.name]) for column in key] if len(found) > limit else None
    return RegisterPage(rows, cursors.write(last) if last else None)


def register_entry(session: Session, name: RegisterName, code: str) -> list[dict[str, Any]]:
    """Returns the entry of a code; of the tariff all its lines, by the date from which they count."""
    table = TABLES[name]
    wanted = sa.select(*_shown(table)).where(table.c.code == code).order_by(*table.primary_key.columns)
    return [dict(row) for row in session.execute(wanted).mappings()]


def entry_digest(session: Session, name: RegisterName, code: str) -> str:
    """Returns a digest of the entry of a code, all its lines; it changes with each of their columns."""
    rows = register_entry(session, name, code)
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()[:32]


def register_changes(
    session: Session, name: RegisterName, *, cursor: str | None, limit: int
) -> tuple[list[RegisterChange], str | None]:
    """Returns a page of applied changes, newest first, and the next cursor. Raises ``BadCursor``."""
    position = (CHANGES.c.applied_at, CHANGES.c.id)
    wanted = (
        sa.select(*_change_columns())
        .where(CHANGES.c.register_name == name, CHANGES.c.state == "applied")
        .order_by(*(column.desc() for column in position))
        .limit(limit + 1)
    )
    if cursor is not None:
        at, number = _moment(cursor)
        wanted = wanted.where(sa.tuple_(*position) < sa.tuple_(sa.literal(at, CHANGES.c.applied_at.type), number))
    found = [RegisterChange.model_validate(dict(row)) for row in session.execute(wanted).mappings()]
    page = found[:limit]
    return page, cursors.write([str(page[-1].applied_at), page[-1].id]) if len(found) > limit else None


def register_change(session: Session, name: RegisterName, change_id: int) -> RegisterChange | None:
    """Returns a change, applied or proposed; None when there is none."""
    wanted = sa.select(*_change_columns()).where(
        CHANGES.c.id == change_id, CHANGES.c.register_name == name, CHANGES.c.state != "preparing"
    )
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else RegisterChange.model_validate(dict(found))


def change_entries(
    session: Session, change_id: int, kind: EntryKind | None, *, cursor: str | None, limit: int
) -> RegisterPage:
    """Returns the rows of a change in their order, of one kind if it is given. Raises ``BadCursor``."""
    kinds = ENTRIES.c.kind == kind if kind else ENTRIES.c.kind != "confirmed"
    wanted = sa.select(ENTRIES).where(ENTRIES.c.change_id == change_id, kinds).order_by(ENTRIES.c.position)
    if cursor is not None:
        wanted = wanted.where(ENTRIES.c.position > _number(cursor))
    found = [dict(row) for row in session.execute(wanted.limit(limit + 1)).mappings()]
    rows = found[:limit]
    return RegisterPage(rows, cursors.write([rows[-1]["position"]]) if len(found) > limit else None)


def entry_changes(session: Session, name: RegisterName, code: str, *, limit: int) -> list[dict[str, Any]]:
    """Returns the newest applied changes of one code: the rows, with the change's author, instant and reason."""
    about = (CHANGES.c.applied_by, CHANGES.c.applied_at, CHANGES.c.reason, CHANGES.c.kind.label("change_kind"))
    wanted = (
        sa.select(ENTRIES, *about)
        .join(CHANGES, CHANGES.c.id == ENTRIES.c.change_id)
        .where(
            ENTRIES.c.code == code,
            ENTRIES.c.kind.in_(["added", "changed", "removed"]),
            CHANGES.c.register_name == name,
            CHANGES.c.state == "applied",
        )
        .order_by(CHANGES.c.applied_at.desc(), CHANGES.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in session.execute(wanted).mappings()]


def _change_columns() -> list[Any]:
    later = CHANGES.alias("later")
    undone = sa.select(sa.func.max(later.c.id)).where(later.c.undoes == CHANGES.c.id, later.c.state == "applied")
    own = [CHANGES.c[name] for name in RegisterChange.model_fields if name in CHANGES.c]
    return [*own, undone.scalar_subquery().label("undone_by")]


def _shown(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name not in _INTERNAL]


def _matching(table: sa.Table, q: str) -> list[sa.ColumnElement[bool]]:
    """Returns the conditions of a search: a text of digits and capitals is a code, any other a part of a name."""
    text = q.strip()
    if not text:
        return []
    beginning = as_code(text)
    if beginning[:1].isdecimal():
        return [table.c.code >= beginning, table.c.code < beginning + _AFTER_ALL]
    parts = [table.c.name.contains(text, autoescape=True)]
    if "initials" in table.c:
        parts.append(table.c.initials.startswith(text.lower(), autoescape=True))
    return [sa.or_(*parts)]


def _position(table: sa.Table, cursor: str) -> list[Any]:
    parts = cursors.read(cursor)
    dated = "valid_from" in table.c
    try:
        return [str(parts[0]), date.fromisoformat(parts[1])] if dated else [str(parts[0])]
    except (IndexError, TypeError, ValueError) as error:
        raise BadCursor("not a cursor of this system") from error


def _moment(cursor: str) -> tuple[datetime, int]:
    parts = cursors.read(cursor)
    try:
        at, number = parts
        return datetime.fromisoformat(at).astimezone(UTC), int(number)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadCursor("not a cursor of this system") from error


def _number(cursor: str) -> int:
    parts = cursors.read(cursor)
    if len(parts) != 1 or not isinstance(parts[0], int):
        raise BadCursor("not a cursor of this system")
    return parts[0]
