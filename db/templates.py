"""Templates of an enterprise: sealed rows, unique by name and by the key of their creation."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import TemplateRow
from db.upsert import dialect_of, insert
from domain.model import Model

_ROWS = TemplateRow.table()


class StoredTemplate(Model):
    """A template; ``holder`` is None when it is shared in the enterprise."""

    template_id: str
    customs_code: str
    holder: str | None
    name_hash: str
    sealed: str
    creation_key: str | None
    creation_hash: str
    created_at: datetime
    updated_at: datetime


def visible(session: Session, customs_code: str, holder: str | None) -> list[StoredTemplate]:
    """Returns the templates that are shared in the enterprise and those of the holder, the newest first."""
    wanted = sa.select(_ROWS).where(_is_visible(customs_code, holder))
    rows = session.execute(wanted.order_by(_ROWS.c.created_at.desc(), _ROWS.c.template_id.desc())).mappings()
    return [StoredTemplate.model_validate(dict(row)) for row in rows]


def find(session: Session, template_id: str, customs_code: str, holder: str | None) -> StoredTemplate | None:
    """Returns a visible template; None for any other."""
    return _one(session, _ROWS.c.template_id == template_id, _is_visible(customs_code, holder))


def find_by_key(session: Session, customs_code: str, key: str) -> StoredTemplate | None:
    """Returns the template that the enterprise created under that key."""
    return _one(session, _ROWS.c.customs_code == customs_code, _ROWS.c.creation_key == key)


def find_by_name(session: Session, customs_code: str, name_hash: str) -> StoredTemplate | None:
    """Returns the template of that name, also one of another user."""
    return _one(session, _ROWS.c.customs_code == customs_code, _ROWS.c.name_hash == name_hash)


def count(session: Session, customs_code: str) -> int:
    """Returns how many templates the enterprise and its users have."""
    wanted = sa.select(sa.func.count()).select_from(_ROWS).where(_ROWS.c.customs_code == customs_code)
    return int(session.execute(wanted).scalar_one())


def add(session: Session, row: StoredTemplate) -> bool:
    """Adds a template; returns False, and changes nothing, when its name or key exists already."""
    done = session.execute(insert(dialect_of(session), _ROWS).on_conflict_do_nothing(), [row.model_dump()])
    return bool(done.rowcount)  # type: ignore[attr-defined]  # a result of an INSERT has it


def replace(session: Session, row: StoredTemplate) -> None:
    """Writes all fields of a template."""
    change = sa.update(_ROWS).where(_ROWS.c.template_id == row.template_id)
    session.execute(change.values(**row.model_dump(exclude={"template_id", "customs_code"})))


def remove(session: Session, template_id: str) -> None:
    """Deletes a template."""
    session.execute(sa.delete(_ROWS).where(_ROWS.c.template_id == template_id))


def remove_all(session: Session, holder: str) -> None:
    """Deletes all templates of a holder."""
    session.execute(sa.delete(_ROWS).where(_ROWS.c.holder == holder))


def _is_visible(customs_code: str, holder: str | None) -> sa.ColumnElement[bool]:
    shared = _ROWS.c.holder.is_(None)
    seen = shared if holder is None else sa.or_(shared, _ROWS.c.holder == holder)
    return sa.and_(_ROWS.c.customs_code == customs_code, seen)


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> StoredTemplate | None:
    found = session.execute(sa.select(_ROWS).where(*conditions)).mappings().one_or_none()
    return None if found is None else StoredTemplate.model_validate(dict(found))
