"""Remembers, on the ERP's side, which applications came through the box, and which events were read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS applications (
    pre_entry_no TEXT PRIMARY KEY, client_no TEXT NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS applications_client_no ON applications (client_no);
CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
"""
_RECORD = """
INSERT INTO applications VALUES (?, ?, ?)
ON CONFLICT (pre_entry_no) DO UPDATE SET version = max(version, excluded.version)
"""


class Ledger:
    """A file of SQLite, which survives a kill at any moment. One process uses it at a time."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes all changes inside durable at once, at the end, or none of them."""
        with self._connection:
            self._connection.execute("BEGIN")
            yield

    def record(self, pre_entry_no: str, client_no: str, version: int) -> None:
        """Notes that the ERP has the receipt of that version; an older one changes nothing."""
        self._connection.execute(_RECORD, (pre_entry_no, client_no, version))

    def known(self, pre_entry_no: str) -> tuple[str, int] | None:
        """Returns the client's number and the newest version of which the ERP has a receipt."""
        wanted = "SELECT client_no, version FROM applications WHERE pre_entry_no = ?"
        return self._connection.execute(wanted, (pre_entry_no,)).fetchone()  # type: ignore[no-any-return]

    def has(self, client_no: str) -> bool:
        """Returns True if an application of that number was accepted."""
        wanted = "SELECT 1 FROM applications WHERE client_no = ?"
        return self._connection.execute(wanted, (client_no,)).fetchone() is not None

    @property
    def cursor(self) -> str | None:
        """The cursor up to which all events are dealt with."""
        found = self._connection.execute("SELECT value FROM cursor").fetchone()
        return found[0] if found else None

    @cursor.setter
    def cursor(self, value: str) -> None:
        self._connection.execute("INSERT INTO cursor VALUES (1, ?) ON CONFLICT DO UPDATE SET value = ?", (value,) * 2)
