"""Bringing a database to the schema of this version: Alembic, from the installed package, without an ini file."""

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
    """Runs what is missing, each step in a transaction; a database that is up to date is left alone."""
    with _configured(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Takes steps back; ``base`` leaves an empty schema. For tests and emergencies: data goes with the tables."""
    with _configured(url) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """The revision the database stands at; None for a fresh one."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision this version knows."""
    return ScriptDirectory(str(_FOLDER)).get_current_head()


class SchemaStatus(Enum):
    """How a database's schema stands to this version's: ``OLDER`` also for none at all."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_status(engine: Engine) -> SchemaStatus:
    """How the schema stands to this version's; a revision that this version does not know is a newer one's."""
    scripts = ScriptDirectory(str(_FOLDER))
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision == scripts.get_current_head():
        return SchemaStatus.CURRENT
    known = {each.revision for each in scripts.walk_revisions()}
    return SchemaStatus.OLDER if revision is None or revision in known else SchemaStatus.NEWER


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly this version's schema; what a readiness check asks."""
    return schema_status(engine) is SchemaStatus.CURRENT


@contextmanager
def _configured(url: str) -> Iterator[Config]:
    with _ALEMBIC, _connection(url) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        yield config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """A connection of its own that may write."""
    engine = connect(url, create=True, pool_size=1)
    try:
        with writer(engine) as connection:
            yield connection
    finally:
        engine.dispose()
