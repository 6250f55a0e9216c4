"""Connections to the database: SQLite (WAL) or PostgreSQL, chosen by the URL; short transactions.

Sessions for reading cannot write. On SQLite a transaction that writes starts with ``BEGIN IMMEDIATE``, so that it never
fails halfway, and the writers of one process wait in a queue instead of polling the file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, make_url
from sqlmodel import Session

from db.fair_lock import FairLock

__all__ = ["Busy", "address", "connect", "read", "reading", "trial", "writer", "writing"]

_BUSY_SECONDS = 3  # less than the timeout of the activity that writes, so that the wait ends first
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}",  # first: the next one may already have to wait
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=FAST",
)
_COMMON = {
    "pool_size": 16,
    "max_overflow": 32,
    "hide_parameters": True,  # the text of an error goes to logs and histories, user input must not
}
_POSTGRES_OPTIONS = f"-c timezone=UTC -c lock_timeout={_BUSY_SECONDS}s -c statement_timeout=30s"
_WRITING = "yuyue_writing"
_QUEUE = "yuyue_queue"

Result = TypeVar("Result")


class Busy(Exception):
    """Other writers held the database for longer than a writer waits; nothing was written."""


def connect(url: str, *, create: bool = False, **options: Any) -> Engine:
    """Returns an engine with a connection pool; it does not connect yet. ``options`` go to SQLAlchemy.

    ``url`` is ``sqlite:///path`` or ``postgresql://…`` (with psycopg 3). Opening an SQLite file that does not exist
    fails, unless ``create``: a program that lost its file must not continue with an empty one. Raises ``ValueError``
    when ``address`` does.
    """
    where = address(url)
    if where.get_backend_name() == "sqlite":
        return _sqlite(where, "rwc" if create else "rw", options)
    return _postgresql(where.set(drivername="postgresql+psycopg"), options)


def address(url: str) -> sa.URL:
    """Returns the parts of a database URL.

    Raises ``ValueError`` for a text that is no URL, for another database than SQLite or PostgreSQL, and for SQLite in
    memory, which threads cannot share. The message contains no part of the URL, which may hold a password.
    """
    try:
        parts = make_url(url)
    except sa.exc.ArgumentError:
        raise ValueError("no address of a database: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME") from None
    if parts.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError(f"neither SQLite nor PostgreSQL: {parts.get_backend_name()}")
    if parts.get_backend_name() == "sqlite" and parts.database in {None, "", ":memory:"}:
        raise ValueError("SQLite needs a file")
    return parts


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yields a session on one snapshot of the database; a write in it fails."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(connection) as session:
            yield session


def read(engine: Engine, query: Callable[[Session], Result]) -> Result:
    """Returns the result of a query in a reading session of its own."""
    with reading(engine) as session:
        return query(session)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yields a session that commits at the end, or rolls back when the block raises.

    Raises ``Busy`` after a timeout.
    """
    with _turn(engine), writer(engine) as connection, Session(connection) as session, session.begin():
        yield session


@contextmanager
def trial(engine: Engine) -> Iterator[Session]:
    """Yields a session that sees what it writes; nothing of it is kept. Raises ``Busy`` after a timeout."""
    with _turn(engine), writer(engine) as connection, Session(connection) as session:
        try:
            yield session
        finally:
            session.rollback()


@contextmanager
def writer(engine: Engine) -> Iterator[Connection]:
    """Yields a connection that may write, its transactions left to the caller; for migrations."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_WRITING: True})


def _sqlite(where: sa.URL, mode: str, options: dict[str, Any]) -> Engine:
    file = where.set(database=f"file:{quote(where.database or '')}", query={"mode": mode, "uri": "true"})
    engine = sa.create_engine(file, execution_options={_QUEUE: FairLock()}, **(_COMMON | options))
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _postgresql(where: sa.URL, options: dict[str, Any]) -> Engine:
    arguments = {"connect_timeout": _BUSY_SECONDS, "options": _POSTGRES_OPTIONS}
    given = {"connect_args": arguments, "pool_pre_ping": True} | _COMMON | options
    return sa.create_engine(where, **given)


def _prepare(connection: Any, _: object) -> None:
    """Leaves BEGIN to ``_begin`` and sets the pragmas, which belong to the connection and not to the file."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(_WRITING))
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Lets one writer of this process run at a time on SQLite; PostgreSQL locks rows itself."""
    queue: FairLock | None = engine.get_execution_options().get(_QUEUE)
    if queue is None:
        yield
        return
    if not queue.acquire(timeout=_BUSY_SECONDS):
        raise Busy
    try:
        yield
    finally:
        queue.release()
