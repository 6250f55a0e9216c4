"""Chains the access log and the acts of operators by hash, and finds what was altered, removed or slipped in.

A link counts a part of a row by its digest, in the transaction that writes that part. The links are a table of their
own, so that the outcome of an act, which comes later, is a second part of its row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.chain import GENESIS, digest_of
from db.engine import reading
from db.tables import AccessRow, AuditLinkRow, OperatorActRow

_LINKS = AuditLinkRow.table()
_ACCESSES = AccessRow.table()
_ACTS = OperatorActRow.table()
_LINKED = ("log", "entry", "part", "digest", "previous_hash")
_CHUNK = 500
#: The entry of the access log that a removal of old entries leaves; ``detail`` is the hash of the last link removed.
SWEPT = "accesses.swept"


class _Log(NamedTuple):
    """The rows of a log, their key, and the columns of each part; a part with a ``mark`` comes later than the row."""

    rows: sa.Table
    key: sa.Column[Any]
    key_of: Callable[[str], int | str]
    parts: Mapping[str, Sequence[str]]
    marks: Mapping[str, sa.Column[Any]] = {}


_BEGUN = ("key", "body_hash", "act", "item", "pre_entry_no", "operator", "at", "reason")
LOGS = {
    "accesses": _Log(_ACCESSES, _ACCESSES.c.id, int, {"row": [each.name for each in _ACCESSES.c if each.name != "id"]}),
    "operator_acts": _Log(
        _ACTS,
        _ACTS.c.key,
        str,
        {"row": _BEGUN, "outcome": ("outcome", "detail", "settled_at")},
        {"outcome": _ACTS.c.outcome},
    ),
}


class AuditFaultKind(StrEnum):
    """Kinds of faults: a row that is not as it was written, gone, without a link, or a chain that does not hold."""

    CHANGED = "audit_changed"
    MISSING = "audit_missing"
    UNLINKED = "audit_unlinked"
    BROKEN = "audit_broken"


class AuditFault(NamedTuple):
    """A fault, and the row of the log that it concerns."""

    log: str
    entry: str
    what: AuditFaultKind


def append(session: Session, log: str, rows: Sequence[Mapping[str, Any]], part: str = "row") -> None:
    """Links the part of rows that this transaction has written, in their order.

    Other writers of links wait until the transaction ends, so this comes last in it.
    """
    if session.connection().dialect.name == "postgresql":  # SQLite has one writer at a time
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('yuyue/audit'))"))
    previous, links = _tail(session, log), []
    for row in rows:
        digest = _digest(log, part, row)
        entry = str(row[LOGS[log].key.name])
        link = {"log": log, "entry": entry, "part": part, "digest": digest, "previous_hash": previous}
        previous = digest_of(link)
        links.append(link | {"hash": previous})
    if links:
        session.execute(sa.insert(_LINKS), links)


def cut(session: Session, log: str, entries: Sequence[str]) -> str:
    """Removes the links of the first rows of a log, which are removed too; returns the hash of the last link removed.

    Rows that have no link, which ``faults`` names, do not keep the others from being removed.
    """
    last = sa.select(_LINKS.c.id, _LINKS.c.hash).where(_LINKS.c.log == log, _LINKS.c.entry.in_(entries))
    link = session.execute(last.order_by(_LINKS.c.id.desc()).limit(1)).one_or_none()
    if link is None:
        return _start(session, log)
    session.execute(sa.delete(_LINKS).where(_LINKS.c.log == log, _LINKS.c.id <= link.id))
    return str(link.hash)


def heads(session: Session) -> dict[str, tuple[int, str]]:
    """Returns the number and hash of the last link of each log that has one."""
    last = sa.select(sa.func.max(_LINKS.c.id)).group_by(_LINKS.c.log)
    rows = session.execute(sa.select(_LINKS.c.log, _LINKS.c.id, _LINKS.c.hash).where(_LINKS.c.id.in_(last)))
    return {row.log: (row.id, row.hash) for row in rows}


def missing_heads(session: Session, copied: Mapping[str, tuple[int, str]]) -> list[str]:
    """Returns the logs whose copied head is no longer in their chain, unless it is older than what was removed."""
    return [log for log, (number, head) in sorted(copied.items()) if not _holds(session, log, number, head)]


def _holds(session: Session, log: str, number: int, head: str) -> bool:
    found = sa.select(_LINKS.c.id).where(_LINKS.c.log == log, _LINKS.c.hash == head, _LINKS.c.id == number)
    if session.execute(found).first() is not None:
        return True
    first = session.execute(sa.select(sa.func.min(_LINKS.c.id)).where(_LINKS.c.log == log)).scalar_one()
    return first is not None and number < first and _start(session, log) != GENESIS


def faults(engine: Engine) -> Iterator[AuditFault]:
    """Yields every fault of both logs, in the order of their chains; may run beside writers."""
    for log in LOGS:
        yield from _broken(engine, log)
        yield from _unlinked(engine, log)


def _broken(engine: Engine, log: str) -> Iterator[AuditFault]:
    """Yields the faults of the links and their rows, from one snapshot: a removal meanwhile would look like a gap."""
    with reading(engine) as session:
        previous, after = _start(session, log), 0
        while links := session.execute(_page(log, after)).mappings().all():
            yield from _wrong_links(log, links, previous)
            yield from _wrong_rows(session, log, links)
            previous, after = links[-1]["hash"], links[-1]["id"]


def _wrong_links(log: str, links: Sequence[sa.RowMapping], previous: str) -> Iterator[AuditFault]:
    for link in links:
        if link["previous_hash"] != previous or link["hash"] != digest_of({name: link[name] for name in _LINKED}):
            yield AuditFault(log, link["entry"], AuditFaultKind.BROKEN)
        previous = link["hash"]


def _page(log: str, after: int) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(_LINKS).where(_LINKS.c.log == log, _LINKS.c.id > after).order_by(_LINKS.c.id).limit(_CHUNK)


def _wrong_rows(session: Session, log: str, links: Sequence[sa.RowMapping]) -> Iterator[AuditFault]:
    """Yields the rows that are gone, or differ from the last link of one of their parts."""
    spec, entries = LOGS[log], {link["entry"] for link in links}
    keys = [spec.key_of(each) for each in entries]
    found = session.execute(sa.select(spec.rows).where(spec.key.in_(keys))).mappings()
    rows = {str(row[spec.key.name]): row for row in found}
    newest = sa.select(sa.func.max(_LINKS.c.id)).where(_LINKS.c.log == log, _LINKS.c.entry.in_(entries))
    valid = set(session.execute(newest.group_by(_LINKS.c.entry, _LINKS.c.part)).scalars())
    for link in links:
        row = rows.get(link["entry"])
        if row is None:
            yield AuditFault(log, link["entry"], AuditFaultKind.MISSING)
        elif link["id"] in valid and link["digest"] != _digest(log, link["part"], dict(row)):
            yield AuditFault(log, link["entry"], AuditFaultKind.CHANGED)


def _unlinked(engine: Engine, log: str) -> Iterator[AuditFault]:
    """Yields rows that no link counts, and rows with a later part that no link counts."""
    spec = LOGS[log]
    for part in spec.parts:
        mark = spec.marks.get(part)
        own = sa.and_(_LINKS.c.log == log, _LINKS.c.entry == sa.cast(spec.key, sa.String), _LINKS.c.part == part)
        unlinked = sa.select(spec.key).where(~sa.exists().where(own))
        with reading(engine) as session:
            keys = session.execute(unlinked if mark is None else unlinked.where(mark.is_not(None))).scalars().all()
        yield from (AuditFault(log, str(key), AuditFaultKind.UNLINKED) for key in keys)


def _start(session: Session, log: str) -> str:
    """Returns the hash before the first link: that of the last removal, whose entry is in the chain itself."""
    if log != "accesses":
        return GENESIS
    swept = sa.select(_ACCESSES.c.detail).where(_ACCESSES.c.what == SWEPT).order_by(_ACCESSES.c.id.desc()).limit(1)
    return session.execute(swept).scalar_one_or_none() or GENESIS


def _tail(session: Session, log: str) -> str:
    last = sa.select(_LINKS.c.hash).where(_LINKS.c.log == log).order_by(_LINKS.c.id.desc()).limit(1)
    return session.execute(last).scalar_one_or_none() or GENESIS


def _digest(log: str, part: str, row: Mapping[str, Any]) -> str:
    return digest_of({name: row[name] for name in LOGS[log].parts[part]})
