"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike and SQLAlchemy keeps apart."""

from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

Insert = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: sa.Table) -> Insert:
    """Returns an insert with ``on_conflict_…``; the ``rowcount`` of its result says how many rows were written."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return statement.execution_options(preserve_rowcount=True)


def dialect_of(session: Session) -> str:
    """Returns the name of the database; statements that are built often are cached by it."""
    return session.connection().dialect.name


@cache
def _upsert(dialect: str, table: sa.Table) -> Insert:
    statement = insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def upsert(session: Session, table: sa.Table, *rows: dict[str, object]) -> None:
    """Inserts whole rows and replaces those with the same primary key."""
    if rows:
        session.execute(_upsert(dialect_of(session), table), list(rows))


@cache
def _insert_missing(dialect: str, table: sa.Table) -> Insert:
    return insert(dialect, table).on_conflict_do_nothing()


def insert_missing(session: Session, table: sa.Table, *rows: dict[str, object]) -> None:
    """Inserts the rows that do not exist and leaves the others as they are."""
    if rows:
        session.execute(_insert_missing(dialect_of(session), table), list(rows))
