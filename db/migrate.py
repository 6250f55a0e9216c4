"""Migrates a database to the schema of this version: Alembic, from the installed package, without an ini file."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from db.engine import connect, writer

_FOLDER = Path(__file__).parent / "migrations"
_ALEMBIC = Lock()  # it keeps its context in global variables


def upgrade(url: str, revision: str = "head") -> None:
    """Runs the missing migrations, each in a transaction; an up-to-date database is not changed."""
    with _configured(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Reverts migrations; ``base`` leaves an empty schema. For tests and emergencies: data is lost with the tables."""
    with _configured(url) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """Returns the revision of the database; None for a new one."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Returns the newest revision that this version knows."""
    return ScriptDirectory(str(_FOLDER)).get_current_head()


class SchemaStatus(Enum):
    """Age of a database's schema compared with this version; ``OLDER`` also for an empty database."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_status(engine: Engine) -> SchemaStatus:
    """Compares the schema with this version; a revision that this version does not know belongs to a newer one."""
    scripts = ScriptDirectory(str(_FOLDER))
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision == scripts.get_current_head():
        return SchemaStatus.CURRENT
    revisions = {each.revision for each in scripts.walk_revisions()}
    return SchemaStatus.OLDER if revision is None or revision in revisions else SchemaStatus.NEWER


def is_current(engine: Engine) -> bool:
    """True if the database has exactly the schema of this version; used by the readiness check."""
    return schema_status(engine) is SchemaStatus.CURRENT


@contextmanager
def _configured(url: str) -> Iterator[Config]:
    with _ALEMBIC, _connection(url) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
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
