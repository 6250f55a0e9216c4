"""`python -m bench.figures`: the figures of a year, a month and a week among many applications; checks nothing."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from more_itertools import chunked
from rich.progress import track
from rich.table import Table
from sqlalchemy import Engine

from cli.console import out
from db import migrate, queries
from db.engine import connect, read, writing
from db.queries import FigureFilter
from db.queries.figures import GroupedBy

ROWS, PORTS, DAYS, CHUNK = 100_000, 568, 365, 10_000
FIRST = date(2026, 1, 1)
SPANS = {"年 year": DAYS, "月 month": 31, "周 week": 7}
_COLUMNS = (
    *("pre_entry_no", "port", "submitted_on", "lead_minutes"),
    *("answer", "answered_on", "answer_minutes", "due_on", "overdue"),
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    rows: Annotated[int, typer.Option(min=1000, help="申请数 / applications")] = ROWS,
    times: Annotated[int, typer.Option(min=1, help="每个查询的次数 / how often each is asked")] = 5,
) -> None:
    """统计一年、一月、一周的数据。Reads the figures of a year, a month and a week; checks nothing."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate.upgrade(url)
        engine = connect(url)
        for some in track(chunked(_rows(rows), CHUNK), "录入 entering", total=rows // CHUNK, console=out()):
            _insert(engine, some)
        with writing(engine) as session:
            session.connection().exec_driver_sql("ANALYZE")
        out().print(_table(engine, rows, times))
        engine.dispose()


def _table(engine: Engine, rows: int, times: int) -> Table:
    table = Table(
        "", "按日 by day", "按口岸 by port", "一个口岸按日 one port by day", title=f"{rows:,} applications, ms"
    )
    for name, days in SPANS.items():
        wanted = FigureFilter(FIRST + timedelta(days=DAYS - days), FIRST + timedelta(days=DAYS - 1))
        asked: list[tuple[FigureFilter, GroupedBy]] = [(wanted, "day"), (wanted, "port")]
        asked.append((wanted._replace(port="0007"), "day"))
        table.add_row(name, *(f"{_time(engine, each, by, times):.0f}" for each, by in asked))
    return table


def _time(engine: Engine, wanted: FigureFilter, by: GroupedBy, times: int) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        read(engine, lambda session: queries.figures(session, wanted, by))
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def _insert(engine: Engine, rows: list[dict[str, Any]]) -> None:
    names = ", ".join(f":{name}" for name in _COLUMNS)
    with writing(engine) as session:
        session.connection().execute(
            sa.text(f"INSERT INTO appointment_figures ({', '.join(_COLUMNS)}) VALUES ({names})"),
            rows,
        )


def _rows(count: int) -> Iterator[dict[str, Any]]:
    """Yields applications of a year, the same each time; ports differ in size as in life."""
    chance = random.Random(1)
    for number in range(count):
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        waited = int(chance.lognormvariate(5, 1))
        answered = day + timedelta(minutes=waited)
        values = (
            *(f"2026{number:014}", f"{int(chance.paretovariate(0.6)) % PORTS:04}", day.isoformat()),
            *(chance.randrange(3_000), "approved" if chance.random() < 0.9 else "returned", answered.isoformat()),
            *(waited, (day + timedelta(days=7)).isoformat(), chance.random() < 0.05),
        )
        yield dict(zip(_COLUMNS, values, strict=True))


if __name__ == "__main__":
    app()
