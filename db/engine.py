"""The way to the database: SQLite (WAL) or PostgreSQL, chosen by the URL; short transactions, aware of writing.

Reading sessions cannot write. Writing on SQLite begins with ``BEGIN IMMEDIATE``, so that a transaction never has to
give up half way, and writers of one process wait for each other in line instead of polling the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, make_url
from sqlmodel import Session

from db.fair_lock import FairLock

__all__ = ["Busy", "address", "connect", "reading", "writer", "writing"]

_BUSY_SECONDS = 3  # less than the activity that writes is given, so that it ends by itself
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
    "hide_parameters": True,  # an error's text goes to logs and histories, what people wrote does not
}
_POSTGRES_OPTIONS = f"-c timezone=UTC -c lock_timeout={_BUSY_SECONDS}s -c statement_timeout=30s"
_WRITING = "yuyue_writing"
_QUEUE = "yuyue_queue"


class Busy(Exception):
    """Other writers held the database for longer than a writer waits; nothing was written."""


def connect(url: str, *, create: bool = False, **options: Any) -> Engine:
    """An engine with a warm pool; opens nothing yet. ``options`` go to SQLAlchemy (``echo``, ``pool_size``).

    ``sqlite:///path`` or ``postgresql://…``, for which psycopg 3 is used. An SQLite file that is not there is an
    error when it is opened, unless ``create``: whoever found none once must not go on with an empty one.
    Raises ``ValueError`` as ``address`` does.
    """
    where = address(url)
    if where.get_backend_name() == "sqlite":
        return _sqlite(where, "rwc" if create else "rw", options)
    return _postgresql(where.set(drivername="postgresql+psycopg"), options)


def address(url: str) -> sa.URL:
    """The parts of a database's address; the message of a refusal holds nothing of it, for it may hold a password.

    Raises ``ValueError`` for no address, for neither SQLite nor PostgreSQL, and for SQLite in memory, which threads
    cannot share.
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
    """A session on one snapshot of the database; any write in it fails."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(connection) as session:
            yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose changes are committed at the end, and undone when the block raises. Raises ``Busy``."""
    with _turn(engine), writer(engine) as connection, Session(connection) as session, session.begin():
        yield session


@contextmanager
def writer(engine: Engine) -> Iterator[Connection]:
    """A connection that may write, its transactions left to the caller; for migrations."""
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
    """The driver must leave BEGIN to us; the pragmas belong to the connection, not to the file."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(_WRITING))
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """One writer of this process at a time on SQLite; PostgreSQL locks rows itself."""
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
