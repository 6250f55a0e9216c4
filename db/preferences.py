"""Settings of single users: sealed texts by holder and name."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import PreferenceRow
from db.upsert import upsert

_ROWS = PreferenceRow.table()


def save(session: Session, holder: str, name: str, sealed: str, *, at: datetime) -> None:
    """Adds or replaces one setting."""
    upsert(session, _ROWS, {"holder": holder, "name": name, "sealed": sealed, "updated_at": at})


def find(session: Session, holder: str, name: str) -> str | None:
    """Returns one sealed setting; None when it was never set."""
    wanted = sa.select(_ROWS.c.sealed).where(_ROWS.c.holder == holder, _ROWS.c.name == name)
    return session.execute(wanted).scalar_one_or_none()


def all_of(session: Session, holder: str) -> dict[str, str]:
    """Returns all sealed settings of a holder by name."""
    rows = session.execute(sa.select(_ROWS.c.name, _ROWS.c.sealed).where(_ROWS.c.holder == holder))
    return {row.name: row.sealed for row in rows}


def remove(session: Session, holder: str, name: str) -> None:
    """Deletes one setting."""
    session.execute(sa.delete(_ROWS).where(_ROWS.c.holder == holder, _ROWS.c.name == name))


def remove_all(session: Session, holder: str) -> None:
    """Deletes all settings of a holder."""
    session.execute(sa.delete(_ROWS).where(_ROWS.c.holder == holder))
