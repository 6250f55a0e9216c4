"""`python -m bench.listing`: one page of 预约查询 in every order and by every search, among a million appointments.

One enterprise has a tenth of them, spread over a year, another just as many in one span as may be sorted. Beside them
the list without an order, newest first. Figures are of the database and the reading of its rows, without HTTP.
"""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from more_itertools import chunked
from sqlalchemy import Engine

from bench.databases import Timings, analyse, each_database
from cli.console import out
from db import migrate, queries
from db.engine import connect, reading, writing
from db.projections import read_row
from db.queries import MOST_SORTED, SORT_COLUMNS, SearchFilter, TooManyRows
from db.search_rows import numbers_of, search_row
from db.tables import AppointmentRow, NumberRow, SearchRow
from domain.appointment import Appointment, Content, Deadlines, Declaration, GoodsLine, Outcome, Party, Standing, State

BIG, FULL, CROWDED = "3122260001", "3122260002", "3122260003"
SPAN, YEAR, END = timedelta(days=16), timedelta(days=365), datetime(2026, 11, 28, tzinfo=UTC)
AIM_MS, BATCH = 20, 5_000
_NAMES = ("上海示例进出口有限公司", "宁波鲜活贸易有限公司", "广州生物医药有限公司", "北京机电设备有限公司")
_GOODS = ("其他活鱼", "鲜榴莲", "疫苗，已配定剂量", "处理器及控制器集成电路", "冷藏的虾")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    rows: Annotated[int, typer.Option(min=20_000, help="预约总数 / appointments in all")] = 1_000_000,
    times: Annotated[int, typer.Option(min=10, help="每个问题的次数 / how often each is asked")] = 60,
) -> None:
    """测量排序与查找。Measures sorting and searching; checks nothing."""
    for url in each_database():
        migrate.upgrade(url)
        engine = connect(url)
        began = time.perf_counter()
        _fill(engine, rows)
        kind = engine.dialect.name
        out().print(f"{kind}: {rows} 行 rows, {time.perf_counter() - began:.0f} s")
        timings = Timings(kind, times, AIM_MS)
        for name, wanted in _questions():
            timings.ask(name, partial(_search, engine, wanted))
        out().print(timings.table)
        engine.dispose()


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    span = {"applied_from": END - SPAN, "applied_to": END}
    window = {"window_from": END - SPAN, "window_to": END}
    for who, name in ((BIG, "1/10 一年 of a year"), (FULL, f"{MOST_SORTED} 行 rows")):
        own = {"viewer": who, "party": "A", "limit": 100}
        yield f"{name}: 新的在前 newest first", own | span
        for sort in SORT_COLUMNS:
            yield f"{name}: {sort}", own | span | {"sort": sort}
        yield f"{name}: -window_start", own | window | {"sort": "-window_start"}
        yield f"{name}: 查找 榴莲", own | span | {"words": ("榴莲",)}
        yield f"{name}: 查找 无 nothing", own | span | {"words": ("无此商品",)}
        yield f"{name}: 按编号 number", own | {"number": "223320261000000042"}
    yield "过多 too many", {"viewer": CROWDED, "party": "A", "sort": "state"} | span


def _search(engine: Engine, wanted: dict[str, Any]) -> None:
    with reading(engine) as session, suppress(TooManyRows):
        queries.search(session, SearchFilter(asked_at=END, **wanted))


def _fill(engine: Engine, rows: int) -> None:
    chance = random.Random(1)
    for batch in chunked(_appointments(rows, chance), BATCH):
        with writing(engine) as session:
            session.execute(sa.insert(AppointmentRow.table()), [_row(each) for each in batch])
            session.execute(sa.insert(SearchRow.table()), [search_row(each) for each in batch])
            named = [{"number": n, "pre_entry_no": each.pre_entry_no} for each in batch for n in numbers_of(each)]
            session.execute(sa.insert(NumberRow.table()), named)
    analyse(engine)


def _row(appointment: Appointment) -> dict[str, Any]:
    return read_row(appointment, appointment.model_dump_json()) | {"creation_key": None}


def _appointments(rows: int, chance: random.Random) -> Iterator[Appointment]:
    """The appointments in the order of time, as they would be written."""
    crowd = {FULL: MOST_SORTED, CROWDED: 2 * MOST_SORTED}
    plan = [(END - chance.random() * SPAN, who) for who, count in crowd.items() for _ in range(count)]
    plan += [(END - chance.random() * YEAR, BIG) for _ in range(rows // 10)]
    others = rows - len(plan)
    plan += [(END - chance.random() * YEAR, f"33222600{each % 100:02}") for each in range(others)]
    for serial, (at, who) in enumerate(sorted(plan)):
        yield _appointment(serial, at, who, chance)


def _appointment(serial: int, at: datetime, who: str, chance: random.Random) -> Appointment:
    start = at + timedelta(hours=chance.randrange(12, 120))
    goods = tuple(
        GoodsLine(hs_code=f"{chance.randrange(10**10):010}", name=chance.choice(_GOODS))
        for _ in range(chance.randrange(1, 6))
    )
    taken = Declaration(number=f"22332026{serial + 1_000_000_000:010}", outcome=Outcome.MATCHED, at=at)
    return Appointment(
        pre_entry_no=f"2026{chance.randrange(10**14):014}",
        version=5,
        standing=Standing(state=chance.choice(list(State)[:9])),
        application_no=f"22002026{serial:010}",
        applicant=Party(code=who, name=chance.choice(_NAMES), uscc="91310000MA00000000"),
        consignee=Party(code=f"31222699{chance.randrange(40):02}", name=chance.choice(_NAMES)),
        content=Content(
            consignee_code="3122269900",
            contact_name="sealed:v1:k1:" + "A" * 60,
            contact_mobile="sealed:v1:k1:" + "A" * 60,
            reason="sealed:v1:k1:" + "A" * 120,
            declaration_port=chance.choice(("2233", "2248", "5101")),
            entry_exit_port="2233",
            transport_mode="5",
            window_start=start,
            goods=goods,
        ),
        window_end=start + timedelta(hours=2),
        created_at=at,
        updated_at=at,
        submitted_at=at,
        approved_at=at + timedelta(minutes=5),
        deadlines=Deadlines(submit_by=start, cancel_before=start, feedback_by=start + timedelta(days=5)),
        declarations=(taken,),
        policy_version="bench",
    )


if __name__ == "__main__":
    app()
