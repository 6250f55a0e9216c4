"""The record of acts on the items of worklists: who did what to which item, why, and what came of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import OperatorActRow
from db.upsert import insert_missing
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
        insert_missing(session, _ACTS, act.model_dump())
        return _one(session, act.key)


def settle(engine: Engine, key: str, outcome: str, detail: str | None, *, at: datetime) -> None:
    """Records what came of an act."""
    values = {"outcome": outcome, "detail": detail, "settled_at": at}
    with writing(engine) as session:
        session.execute(sa.update(_ACTS).where(_ACTS.c.key == key).values(values))


def for_appointment(session: Session, pre_entry_no: str) -> list[OperatorAct]:
    """Returns the acts that concern an appointment, oldest first."""
    own = sa.select(_ACTS).where(_ACTS.c.pre_entry_no == pre_entry_no).order_by(_ACTS.c.at, _ACTS.c.key)
    return [OperatorAct.model_validate(dict(row)) for row in session.execute(own).mappings()]


def _one(session: Session, key: str) -> OperatorAct:
    row = session.execute(sa.select(_ACTS).where(_ACTS.c.key == key)).mappings().one()
    return OperatorAct.model_validate(dict(row))
