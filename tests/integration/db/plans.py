"""How the database finds rows: the plan of every statement that a block of code runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.engine import reading

#: Indexes that have just the rows that are asked for, so that reading all of one is the aim.
PARTIAL = (
    "ix_receipts_parked",
    "ix_receipts_waiting",
    "ix_hours_notices_check_due",
    "ix_hours_notices_send_due",
    "ix_notification_deliveries_waiting",
    "ix_appointments_overdue_since",
    "ix_appointments_undecided_since",
)


@contextmanager
def counting(engine: sa.Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements (with parameters) that the block sends; transaction control and pragmas apart."""
    seen: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        statement, parameters = given[2], given[3]
        if not statement.startswith(("BEGIN", "PRAGMA", "SET", "EXPLAIN")):
            seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def plan(session: Session, statement: str, parameters: Any) -> list[str]:
    """The steps of the plan; PostgreSQL avoids sequential scans where it can, since tables are small."""
    connection = session.connection()
    parameters = parameters[0] if isinstance(parameters, list) else parameters  # of many rows, the first
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row.detail for row in rows]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return [row[0].strip() for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


def scans(engine: sa.Engine, statements: list[tuple[str, Any]], *tables: str) -> list[str]:
    """The steps that read one of these tables, or an index of it that has all its rows, from end to end."""
    with reading(engine) as session:
        steps = [step for each in statements for step in plan(session, *each)]
    marks = [f"{mark} {table}" for table in tables for mark in ("SCAN", "Seq Scan on")]
    return [step for step in steps if any(mark in step for mark in marks) and not step.endswith(PARTIAL)]
