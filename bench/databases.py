"""What benches of queries share: both databases, their statistics, and a table of what each question takes."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from rich.table import Table

from db.engine import writer
from tests.integration.db.servers import empty_postgres, postgres_server


def each_database() -> Iterator[str]:
    """Yields the URL of an SQLite file and then that of a PostgreSQL database, both without tables."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"
    with postgres_server() as server:
        yield empty_postgres(server)


def analyse(engine: sa.Engine) -> None:
    """Takes statistics; on PostgreSQL with the visibility of pages, as its autovacuum leaves a table that has grown."""
    statement = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    options = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {}
    with writer(engine) as connection:
        connection.execution_options(**options).exec_driver_sql(statement)
        connection.commit()


class Timings:
    """A table of each question's least time, median and 99th percentile, in milliseconds, beside an aim.

    The least is what a machine without other work would take.
    """

    def __init__(self, title: str, times: int, aim_ms: int) -> None:
        self._times = times
        shown = f"{title}, ms（目标 aim p99 ≤ {aim_ms}）"
        self.table = Table("查询 question", "最短 least", "中位 median", "p99", title=shown, title_justify="left")

    def ask(self, name: str, question: Callable[[], object]) -> None:
        """Asks as often as agreed and adds a row."""
        taken = sorted(_timed(question) for _ in range(self._times))
        shown = taken[0], statistics.median(taken), taken[round(0.99 * (self._times - 1))]
        self.table.add_row(name, *(f"{each:.1f}" for each in shown))


def _timed(question: Callable[[], object]) -> float:
    began = time.perf_counter()
    question()
    return (time.perf_counter() - began) * 1000
