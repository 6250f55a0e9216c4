"""Run by Alembic on the connection of ``db.migrate``: in one transaction, and in one process at a time."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from db.tables import METADATA


def plain(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Renders the type of the database instead of our own, which may change after the migration was written."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_item=plain,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,  # on SQLite too: ``db.engine`` begins transactions itself, so DDL is undone with them
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('yuyue/migrations'))")
    context.run_migrations()
