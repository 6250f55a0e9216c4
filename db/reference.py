"""The register of enterprises and the table of ports, both maintained by operators. The calendar: ``db.calendar``."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.changes import Changes, difference
from db.engine import writing
from db.register_history import Origin, record
from db.tables import EnterpriseRow, PortRow
from db.upsert import upsert
from domain.enterprise import Enterprise
from domain.model import Model

_ENTERPRISES = EnterpriseRow.table()
_PORTS = PortRow.table()


class Port(Model):
    """关区: ``code`` has 4 digits; the first two are those of the ``district`` 直属海关."""

    code: str
    name: str
    name_en: str | None = None
    district: str


def enterprise(session: Session, code: str) -> Enterprise | None:
    """Returns a register entry by its 10-digit customs code."""
    found = session.execute(sa.select(_ENTERPRISES).where(_ENTERPRISES.c.code == code)).mappings().one_or_none()
    return None if found is None else Enterprise.model_validate(dict(found))


def save_enterprise(
    engine: Engine, entry: Enterprise, origin: Origin, *, check: Callable[[Session], None] = lambda _: None
) -> Changes[Enterprise]:
    """Adds or replaces a register entry. An entry that is there already is no change.

    ``check`` raises when the entry is not what the caller has seen; it is locked then.
    """
    with writing(engine) as session:
        session.execute(sa.select(_ENTERPRISES.c.code).where(_ENTERPRISES.c.code == entry.code).with_for_update())
        check(session)
        old = enterprise(session, entry.code)
        changes = difference({entry.code: old} if old else {}, {entry.code: entry}, replace=False)
        if changes.new:
            write_enterprises(session, changes, origin.at)
            record(session, "enterprises", changes, origin)
    return changes


def enterprises(session: Session) -> list[Enterprise]:
    """Returns the whole register by code."""
    rows = session.execute(sa.select(_ENTERPRISES).order_by(_ENTERPRISES.c.code)).mappings()
    return [Enterprise.model_validate(dict(row)) for row in rows]


def compare_enterprises(session: Session, given: Iterable[Enterprise], *, replace: bool = False) -> Changes[Enterprise]:
    """Returns what ``save_enterprises`` would change."""
    here = {entry.code: entry for entry in enterprises(session)}
    return difference(here, {entry.code: entry for entry in given}, replace=replace)


def save_enterprises(
    engine: Engine, given: Iterable[Enterprise], origin: Origin, *, replace: bool = False
) -> Changes[Enterprise]:
    """Saves all entries or none; with ``replace`` also removes all others. Returns the changes."""
    with writing(engine) as session:
        changes = compare_enterprises(session, given, replace=replace)
        write_enterprises(session, changes, origin.at)
        record(session, "enterprises", changes, origin, replaces=replace)
    return changes


def write_enterprises(session: Session, changes: Changes[Enterprise], at: datetime) -> None:
    """Writes the changes of the register."""
    upsert(session, _ENTERPRISES, *(enterprise_row(entry, at) for entry in changes.new))
    if changes.removed:
        removal = sa.delete(_ENTERPRISES).where(_ENTERPRISES.c.code == sa.bindparam("gone"))
        session.connection().execute(removal, [{"gone": entry.code} for entry in changes.removed])


def enterprise_row(entry: Enterprise, at: datetime) -> dict[str, Any]:
    """Returns the columns of a register entry."""
    return entry.model_dump() | {
        "qualification": entry.qualification.value,
        "grade": entry.grade.value,
        "updated_at": at,
    }


def ports(session: Session) -> list[Port]:
    """Returns all ports by code. See ``db.lists`` for entering them."""
    rows = session.execute(sa.select(_PORTS).order_by(_PORTS.c.code)).mappings()
    return [Port.model_validate(dict(row)) for row in rows]


def port(session: Session, code: str) -> Port | None:
    """Returns a port by its 4-digit code."""
    found = session.execute(sa.select(_PORTS).where(_PORTS.c.code == code)).mappings().one_or_none()
    return None if found is None else Port.model_validate(dict(found))
