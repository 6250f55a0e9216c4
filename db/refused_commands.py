"""Commands that were refused, each with its faults; the same refusal again is counted."""

from functools import cache

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import RefusedCommandRow
from db.upsert import Insert, dialect_of, insert
from domain.actor import Actor
from domain.refused_command import RefusedCommand

_REFUSED = RefusedCommandRow.table()
_SAME = ["pre_entry_no", "version", "command", "actor_id", "actor_user_id", "codes"]
_LAST = ("address", "faults", "policy_version", "received_at")
#: One appointment never shows more of them.
MOST = 500


def record(engine: Engine, refused: RefusedCommand) -> None:
    """Stores a refusal, or counts it with an equal one: same version, command, actor and problem codes."""
    with writing(engine) as session:
        session.execute(_count(dialect_of(session)), _row(refused))


def for_appointment(session: Session, pre_entry_no: str) -> list[RefusedCommand]:
    """Returns the refused commands of an appointment, newest first, at most ``MOST``."""
    own = sa.select(_REFUSED).where(_REFUSED.c.pre_entry_no == pre_entry_no)
    rows = session.execute(own.order_by(_REFUSED.c.received_at.desc()).limit(MOST)).mappings()
    return [_refused(row) for row in rows]


@cache
def _count(dialect: str) -> Insert:
    statement = insert(dialect, _REFUSED)
    last = {name: statement.excluded[name] for name in _LAST}
    return statement.on_conflict_do_update(index_elements=_SAME, set_=last | {"times": _REFUSED.c.times + 1})


def _row(refused: RefusedCommand) -> dict[str, object]:
    actor = refused.actor
    return {
        **refused.model_dump(exclude={"actor", "faults"}),
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        # An empty text and not NULL, which never equals another one.
        "actor_user_id": actor.user_id or "",
        "codes": " ".join(sorted({fault.code for fault in refused.faults})),
        "faults": [fault.model_dump(mode="json") for fault in refused.faults],
    }


def _refused(row: sa.RowMapping) -> RefusedCommand:
    actor = Actor(kind=row["actor_kind"], id=row["actor_id"], user_id=row["actor_user_id"] or None)
    return RefusedCommand(**dict(row), actor=actor)
