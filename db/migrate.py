"""Migrates a database to the schema of this version: Alembic, from the installed package, without an ini file."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from db.engine import connect, writer
from db.schema_version import HEAD, MIGRATIONS

_ALEMBIC = Lock()  # it keeps its context in global variables


def upgrade(url: str, revision: str = HEAD) -> None:
    """Runs the missing migrations, each in a transaction; an up-to-date database is not changed."""
    with _configured(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Reverts migrations; ``base`` leaves an empty schema. For tests and emergencies: data is lost with the tables."""
    with _configured(url) as config:
        command.downgrade(config, revision)


@contextmanager
def _configured(url: str) -> Iterator[Config]:
    with _ALEMBIC, _connection(url) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        yield config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """Yields a connection of its own that may write."""
    engine = connect(url, create=True, pool_size=1)
    try:
        with writer(engine) as connection:
            yield connection
    finally:
        engine.dispose()
