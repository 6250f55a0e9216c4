"""The record of acts on the items of worklists: who did what to which item, why, and what came of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import audit
from db.engine import writing
from db.tables import OperatorActRow
from db.upsert import dialect_of, insert
from domain.model import Model

_ACTS = OperatorActRow.table()


class OperatorAct(Model):
    """One act on one item; ``reason`` is sealed, ``outcome`` None until it has ended."""

    key: str
    body_hash: str
    act: str
    item: str
    pre_entry_no: str | None
    operator: str
    at: datetime
    reason: str
    outcome: str | None = None
    detail: str | None = None
    settled_at: datetime | None = None


def begin(engine: Engine, act: OperatorAct) -> OperatorAct:
    """Records an act before it is carried out; returns the first one under its key."""
    with writing(engine) as session:
        added = session.exec(insert(dialect_of(session), _ACTS).on_conflict_do_nothing(), params=act.model_dump())
        if added.rowcount:
            audit.append(session, "operator_acts", [act.model_dump()])
        return _one(session, act.key)


def settle(engine: Engine, key: str, outcome: str, detail: str | None, *, at: datetime) -> None:
    """Records what came of an act."""
    values = {"outcome": outcome, "detail": detail, "settled_at": at}
    with writing(engine) as session:
        if session.exec(sa.update(_ACTS).where(_ACTS.c.key == key).values(values)).rowcount:
            audit.append(session, "operator_acts", [{"key": key} | values], part="outcome")


def for_appointment(session: Session, pre_entry_no: str) -> list[OperatorAct]:
    """Returns the acts that concern an appointment, oldest first."""
    own = sa.select(_ACTS).where(_ACTS.c.pre_entry_no == pre_entry_no).order_by(_ACTS.c.at, _ACTS.c.key)
    return [OperatorAct.model_validate(dict(row)) for row in session.execute(own).mappings()]


class ActFilter(Model):
    """Acts to find; ``pre_entry_no`` and ``operator`` have an index each."""

    pre_entry_no: str | None = None
    operator: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def search(
    session: Session, wanted: ActFilter, *, before: tuple[datetime, str] | None, limit: int
) -> list[OperatorAct]:
    """Returns acts, newest first; ``before`` is the instant and key of one."""
    rows = sa.select(_ACTS)
    for name in ("pre_entry_no", "operator"):
        if (value := getattr(wanted, name)) is not None:
            rows = rows.where(_ACTS.c[name] == value)
    if wanted.since is not None:
        rows = rows.where(_ACTS.c.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(_ACTS.c.at < wanted.until)
    if before is not None:
        at, key = before
        rows = rows.where(_ACTS.c.at <= at, sa.or_(_ACTS.c.at < at, _ACTS.c.key < key))
    found = session.execute(rows.order_by(_ACTS.c.at.desc(), _ACTS.c.key.desc()).limit(limit)).mappings()
    return [OperatorAct.model_validate(dict(row)) for row in found]


def _one(session: Session, key: str) -> OperatorAct:
    row = session.execute(sa.select(_ACTS).where(_ACTS.c.key == key)).mappings().one()
    return OperatorAct.model_validate(dict(row))
