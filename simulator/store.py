"""Storage of the simulated office: one SQLite file, so that nothing is lost at a restart."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.names import DEFAULT_DELAY_SECONDS
from simulator.tables import TABLES

Row = sqlite3.Row
_RESET = (
    "DELETE FROM scenarios",
    "DELETE FROM messages",
    "DELETE FROM appointments",
    "DELETE FROM receipts",
    "DELETE FROM declarations",
    "DELETE FROM choices",
    "DELETE FROM ways",
)
_ALL_OTHERS = ""


class Store:
    """All reads and writes, over one connection that one event loop uses alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(TABLES)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Runs the block in one transaction; the block must not await."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def reset(self) -> None:
        """Deletes everything except the last application number."""
        with self.transaction():
            for statement in _RESET:
                self._db.execute(statement)

    # Scenarios

    def set_scenario(self, pre_entry_no: str | None, name: str, delay_seconds: float) -> None:
        """Sets the scenario of one appointment, or of all that have no scenario of their own."""
        self._db.execute(
            "INSERT OR REPLACE INTO scenarios VALUES (?, ?, ?)", (pre_entry_no or _ALL_OTHERS, name, delay_seconds)
        )

    def scenario(self, pre_entry_no: str | None = None) -> tuple[Any, float]:
        """Returns ``(name, delay_seconds)`` of an appointment, or of all others."""
        row = self._one(
            "SELECT name, delay_seconds FROM scenarios WHERE pre_entry_no IN (?, '') "
            "ORDER BY pre_entry_no DESC LIMIT 1",
            pre_entry_no or _ALL_OTHERS,
        )
        return (row["name"], row["delay_seconds"]) if row else ("auto", DEFAULT_DELAY_SECONDS)

    def set_choice(self, name: str, value: str) -> None:
        """Stores a choice of how the office behaves, as JSON."""
        self._db.execute("INSERT OR REPLACE INTO choices VALUES (?, ?)", (name, value))

    def choice(self, name: str) -> str:
        """Returns the choice as JSON, "{}" if none was made."""
        row = self._one("SELECT value FROM choices WHERE name = ?", name)
        return str(row["value"]) if row else "{}"

    # Messages

    def count_repeat(self, message_id: str, body_xml: str, at: datetime) -> bool:
        """Returns True, and counts the repeat, if the message came before."""
        done = self._db.execute(
            "UPDATE messages SET times = times + 1, last_at = ?, differing = differing + (body_xml <> ?) "
            "WHERE message_id = ?",
            (at.isoformat(), body_xml, message_id),
        )
        return done.rowcount > 0

    def keep_message(self, facts: Mapping[str, str], at: datetime) -> None:
        """Stores the first arrival of a message."""
        self._insert("messages", {**facts, "first_at": at.isoformat(), "last_at": at.isoformat()})

    def messages(self, pre_entry_no: str | None) -> list[Row]:
        """Returns the messages of one appointment, or all, in order of first arrival."""
        return self._all(
            "SELECT message_id, message_type, pre_entry_no, times, differing, first_at, last_at, body_xml "
            "FROM messages WHERE ?1 IS NULL OR pre_entry_no = ?1 ORDER BY arrival",
            pre_entry_no,
        )

    # Appointments

    def note_state(self, pre_entry_no: str, state: str) -> None:
        """Stores the last event of an appointment, and the appointment itself if it is new."""
        self._db.execute(
            "INSERT INTO appointments (pre_entry_no, state, first_seen) "
            "VALUES (?, ?, (SELECT coalesce(max(first_seen), 0) + 1 FROM appointments)) "
            "ON CONFLICT (pre_entry_no) DO UPDATE SET state = excluded.state",
            (pre_entry_no, state),
        )

    def note_way(self, pre_entry_no: str, way: str) -> None:
        """Stores by which way the last message of an appointment came: ``http`` or ``boxes``."""
        self._db.execute("INSERT OR REPLACE INTO ways VALUES (?, ?)", (pre_entry_no, way))

    def way(self, pre_entry_no: str) -> str:
        """Returns that way; ``http`` for an appointment that sent nothing."""
        row = self._one("SELECT way FROM ways WHERE pre_entry_no = ?", pre_entry_no)
        return "http" if row is None else str(row["way"])

    def note_facts(self, pre_entry_no: str, facts: Mapping[str, str]) -> None:
        """Stores columns of an appointment: the application's content for the officer's page, or its number."""
        columns = ", ".join(f"{name} = ?" for name in facts)
        # The names of the columns are constants of this program.
        sql = f"UPDATE appointments SET {columns} WHERE pre_entry_no = ?"  # noqa: S608
        self._db.execute(sql, (*facts.values(), pre_entry_no))

    def appointment(self, pre_entry_no: str) -> Row | None:
        """Returns the row of an appointment, None if the office does not know it."""
        return self._one("SELECT * FROM appointments WHERE pre_entry_no = ?", pre_entry_no)

    def appointments(self, pre_entry_no: str, states: Sequence[str], limit: int) -> list[Row]:
        """Returns appointments in these states whose number begins with the given digits, newest first.

        ``waiting`` is the number of their receipts that are not sent yet, ``last_at`` the time of their last message.
        """
        marks = ", ".join("?" * len(states))
        return self._all(
            "SELECT a.*, (SELECT count(*) FROM receipts r WHERE r.pre_entry_no = a.pre_entry_no AND state = 'queued') "  # noqa: S608
            "AS waiting, (SELECT max(last_at) FROM messages m WHERE m.pre_entry_no = a.pre_entry_no) AS last_at "
            f"FROM appointments a WHERE a.pre_entry_no GLOB ? || '*' AND state IN ({marks}) "
            "ORDER BY first_seen DESC LIMIT ?",
            pre_entry_no,
            *states,
            limit,
        )

    def counts(self) -> dict[str, int]:
        """Returns how many appointments are in each state."""
        return {row["state"]: row["n"] for row in self._all("SELECT state, count(*) AS n FROM appointments GROUP BY 1")}

    def next_serial(self, name: str, at_least: int) -> int:
        """Returns the next number of a series: at least ``at_least``, and never one that this file gave before."""
        row = self._one(
            "INSERT INTO serials VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
            "SET last = max(last + 1, excluded.last) RETURNING last",
            name,
            at_least,
        )
        return int(row["last"]) if row else at_least

    # Receipts

    def queue_receipt(self, facts: Mapping[str, Any]) -> None:
        """Stores a receipt that is sent when it is due."""
        self._insert("receipts", facts)

    def due_receipts(self, now: float, limit: int) -> list[Row]:
        """Returns the first queued receipt of each appointment, if it is due."""
        return self._all(
            "SELECT * FROM receipts r WHERE state = 'queued' AND next_at <= ? AND number = ("
            "SELECT number FROM receipts q WHERE q.pre_entry_no = r.pre_entry_no AND q.state = 'queued' "
            "ORDER BY due_at, number LIMIT 1) ORDER BY next_at LIMIT ?",
            now,
            limit,
        )

    def next_due(self, now: float) -> float | None:
        """Returns the first time after ``now`` at which a receipt is due, None if there is no such receipt."""
        row = self._one("SELECT min(next_at) AS at FROM receipts WHERE state = 'queued' AND next_at > ?", now)
        return None if row is None else row["at"]

    def settle_receipt(self, number: int, state: str, answer: str) -> None:
        """Stores the receiver's final answer; the receipt leaves the queue."""
        self._db.execute(
            "UPDATE receipts SET state = ?, answer = ?, attempts = attempts + 1 WHERE number = ?",
            (state, answer, number),
        )

    def postpone_receipt(self, number: int, next_at: float, answer: str) -> None:
        """Stores the time of the next attempt and the answer to the last one."""
        self._db.execute(
            "UPDATE receipts SET next_at = ?, answer = ?, attempts = attempts + 1 WHERE number = ?",
            (next_at, answer, number),
        )

    def receipts_behind(self, due_at: float, number: int, limit: int) -> list[Row]:
        """Returns the receipts that were due by now, from that place on, in the order in which they came due."""
        return self._all(
            "SELECT number, due_at, pre_entry_no, result, body_xml FROM receipts "
            "WHERE (due_at, number) > (?, ?) AND due_at <= ? ORDER BY due_at, number LIMIT ?",
            due_at,
            number,
            time.time(),
            limit,
        )

    def requeue(self, since: float, now: float) -> list[Row]:
        """Queues again, as due now, every receipt last sent at or after ``since``, and returns them in order."""
        self._db.execute(
            "UPDATE receipts SET state = 'queued', next_at = ? WHERE state != 'queued' AND next_at >= ?", (now, since)
        )
        return self._all(
            "SELECT receipt_id, pre_entry_no FROM receipts WHERE next_at >= ? AND next_at <= ? ORDER BY due_at, number",
            since,
            now,
        )

    def requeue_of(self, pre_entry_no: str, now: float) -> int:
        """Queues again, as due now, every receipt of the appointment that was sent; returns how many."""
        done = self._db.execute(
            "UPDATE receipts SET state = 'queued', next_at = ? WHERE state != 'queued' AND pre_entry_no = ?",
            (now, pre_entry_no),
        )
        return done.rowcount

    def receipts_in_full(self, pre_entry_no: str) -> list[Row]:
        """Returns the whole rows of the receipts of one appointment, in the order in which they are sent."""
        return self._all("SELECT * FROM receipts WHERE pre_entry_no = ? ORDER BY due_at, number", pre_entry_no)

    def latest_receipts(self, limit: int) -> list[Row]:
        """Returns the receipts that were tried or are due last, newest first."""
        return self._all("SELECT * FROM receipts ORDER BY next_at DESC, number DESC LIMIT ?", limit)

    def receipts(self, pre_entry_no: str | None) -> list[Row]:
        """Returns the receipts of one appointment, or all, in the order in which they are sent."""
        return self._all(
            "SELECT receipt_id, pre_entry_no, result, copies, state, attempts, answer FROM receipts "
            "WHERE ?1 IS NULL OR pre_entry_no = ?1 ORDER BY due_at, number",
            pre_entry_no,
        )

    # Declarations

    def save_declarations(self, declarations: Iterable[Mapping[str, str]]) -> None:
        """Stores declarations; a declaration replaces the one with the same number."""
        with self.transaction():
            for each in declarations:
                self._insert("declarations", each)

    def declaration(self, number: str) -> dict[str, str] | None:
        """Returns the declaration with that number, None if there is none."""
        row = self._one("SELECT * FROM declarations WHERE number = ?", number)
        return None if row is None else dict(row)

    def declarations_like(self, wanted: Mapping[str, str]) -> list[dict[str, str]]:
        """Returns declarations of these parties and ports, declared within the days, the newest first."""
        rows = self._all(
            "SELECT * FROM declarations WHERE direction = :direction AND applicant = :applicant "
            "AND consignee = :consignee AND declaration_port = :declaration_port "
            "AND entry_exit_port = :entry_exit_port "
            "AND substr(declared_on, 1, 10) BETWEEN :declared_from AND :declared_to "
            "ORDER BY declared_on DESC, number LIMIT 50",
            **wanted,
        )
        return [dict(row) for row in rows]

    def _insert(self, table: str, values: Mapping[str, Any]) -> None:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        # The names of table and columns are constants of this program.
        sql = f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
        self._db.execute(sql, tuple(values.values()))

    def _one(self, sql: str, *arguments: object) -> Row | None:
        row: Row | None = self._db.execute(sql, arguments).fetchone()
        return row

    def _all(self, sql: str, *arguments: object, **named: object) -> list[Row]:
        return self._db.execute(sql, named or arguments).fetchall()
