"""`python -m bench.lookup`: finding goods in a tariff of 15,000 rows, beside SQL that searches the same columns."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import Engine

from cli.console import out
from db import lists, migrate
from db.engine import connect, reading
from db.lists import ListEntry
from db.lookup import CachedIndex
from db.register_history import Origin
from db.seeds import starter

ROWS, LIMIT, AIM_MS = 15_000, 50, 10
#: A code, names that few and many have, pinyin, initials, slips, what nothing is like, and what takes longest.
QUERIES = (
    *("0301", "030199", "疫苗", "其他", "的", "榴莲", "yimiao", "qita", "yu", "ian", "ym", "xxgj"),
    *("led", "yimaio", "liulain", "qtia", "qitade", "houxia", "houxianhuole", "流莲", "其它的", "鲜活"),
    *("机电路集成", "zzzzzzzz", "qqqqqqqqqqqqqqqq", "zxcv"),
    *("其他的", "他其", "或鲜", "齐他", "hen", "iaosuan", "gjiliangzhongyong", "qiagailiangzhongyong"),
)
_HS = sa.table("hs_codes", *(sa.column(name, sa.String()) for name in ("code", "name", "pinyin", "initials")))

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Times(NamedTuple):
    """Milliseconds of one query, asked again and again, and how much was found.

    ``processor``: of the processor alone, which is hardly moved by what else the machine does.
    """

    found: int
    median: float
    processor: float


@app.command()
def main(
    rows: Annotated[int, typer.Option(min=3000, help="行数 / rows of the tariff")] = ROWS,
    times: Annotated[int, typer.Option(min=3, help="每个查询的次数 / how often each is asked")] = 30,
) -> None:
    """比较内存索引与 SQL LIKE。Compares the index in memory with SQL LIKE; checks nothing."""
    console, entries = out(), tariff(rows)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate.upgrade(url)
        engine = connect(url)
        _enter(engine, entries, console)
        began, held = time.perf_counter(), CachedIndex("hs_codes")
        _indexed(engine, held, "0301")
        console.print(f"建索引 making the index: {time.perf_counter() - began:.2f} s")
        console.print(_table([(q, _time(engine, held, q, times)) for q in QUERIES]))
        engine.dispose()


def _enter(engine: Engine, entries: Sequence[ListEntry], console: Console) -> None:
    began, at = time.perf_counter(), datetime.now(UTC)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("录入 entering", total=len(entries))

        def told(done: int) -> None:
            progress.update(task, completed=done)

        lists.enter(engine, "hs_codes", entries, Origin("bench", at), progress=told)
    console.print(f"录入 entering {len(entries)} rows: {time.perf_counter() - began:.1f} s")


def tariff(rows: int) -> list[ListEntry]:
    """The starter tariff, and lines made of its names until there are so many; the same each time."""
    chance, entries = random.Random(1), {entry.code: entry for entry in starter("hs_codes")}
    lines = [entry.name for entry in entries.values() if len(entry.code) == 10]
    headings = [code for code in entries if len(code) == 4]
    while len(entries) < rows:
        code = chance.choice(headings) + f"{chance.randrange(10**6):06}"
        name = f"{chance.choice(lines)}，{chance.choice(lines)[:12]}"
        entries.setdefault(code, ListEntry(code=code, name=name))
    return list(entries.values())


def _time(engine: Engine, held: CachedIndex, q: str, times: int) -> tuple[Times, Times]:
    """Ours and the bare one, taking turns."""
    ours, bare = [], []
    for _ in range(times):
        ours.append(_timed(lambda: _indexed(engine, held, q)))
        bare.append(_timed(lambda: _like(engine, q)))
    return _summed(ours), _summed(bare)


def _timed(ask: Callable[[], int]) -> Times:
    began, used = time.perf_counter(), time.thread_time()
    found = ask()
    return Times(found, (time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000)


def _summed(asked: Sequence[Times]) -> Times:
    median, processor = (statistics.median(getattr(each, name) for each in asked) for name in ("median", "processor"))
    return Times(asked[0].found, median, processor)


def _indexed(engine: Engine, held: CachedIndex, q: str) -> int:
    """The search as the API does it: one row of the database, then the index."""
    with reading(engine) as session:
        index, _ = held.current(session)
    return len(index.search(q, LIMIT))


def _like(engine: Engine, q: str) -> int:
    """The same columns without an order of likeness, and without what is only near."""
    wanted = sa.select(_HS.c.code, _HS.c.name).where(
        sa.or_(
            _HS.c.code.startswith(q, autoescape=True),
            _HS.c.name.contains(q, autoescape=True),
            sa.func.replace(_HS.c.pinyin, " ", "").contains(q, autoescape=True),
            _HS.c.initials.startswith(q, autoescape=True),
        )
    )
    with reading(engine) as session:
        return len(session.execute(wanted.order_by(_HS.c.code).limit(LIMIT)).all())


def _table(rows: Sequence[tuple[str, tuple[Times, Times]]]) -> Table:
    title = f"查询 search, ms（目标 aim ≤ {AIM_MS}）"
    names = ("", "命中 found", "索引 index", "CPU", "命中 found", "SQL LIKE", "CPU")
    shown = Table(*names, title=title, title_justify="left")
    for column in shown.columns[1:]:
        column.justify = "right"
    for q, (ours, bare) in rows:
        shown.add_row(q, *_cells(ours), *_cells(bare))
    return shown


def _cells(of: Times) -> tuple[str, str, str]:
    return str(of.found), f"{of.median:.2f}", f"{of.processor:.2f}"


if __name__ == "__main__":
    app()
