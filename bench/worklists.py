"""`python -m bench.worklists`: worklists of 100,000 rows and the counts of today, beside the bare statements.

All appointments are overdue, each with a stuck message and a parked receipt, among as many that are not. Figures are of
the database and the reading of its rows, as one call of the API has them, without HTTP.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from more_itertools import chunked
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import Session

from cli.console import out
from db import migrate, queries
from db.engine import connect, reading, writing
from db.projections import read_row
from db.queries import Worklist, WorklistFilter
from db.tables import AppointmentRow, DeliveryRow, ReceiptRow
from domain.appointment import Appointment, Content, Deadlines, Party, Standing, State
from tests.integration.db.servers import empty_postgres, postgres_server

NOW = datetime(2026, 11, 28, tzinfo=UTC)
AIM_MS, BATCH, ENTERPRISES = 300, 5_000, 200
PORTS = ("2233", "2248", "5101")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    rows: Annotated[int, typer.Option(min=1_000, help="待办数 / rows of each list")] = 100_000,
    times: Annotated[int, typer.Option(min=3, help="每个问题的次数 / how often each is asked")] = 15,
) -> None:
    """测量待办清单。Measures the worklists; checks nothing."""
    with tempfile.TemporaryDirectory() as folder:
        _measure(f"sqlite:///{Path(folder) / 'bench.db'}", rows, times)
    with postgres_server() as server:
        _measure(empty_postgres(server), rows, times)


def _measure(url: str, rows: int, times: int) -> None:
    migrate.upgrade(url)
    engine = connect(url)
    _fill(engine, rows)
    title = f"{engine.dialect.name}, {rows} 行 rows, ms（目标 aim < {AIM_MS}）"
    table = Table("查询 question", "首次 first", "中位 median", "最长 longest", title=title, title_justify="left")
    for name, ask in _questions():
        taken = [_timed(engine, ask) for _ in range(times)]
        table.add_row(name, f"{taken[0]:.1f}", f"{statistics.median(taken):.1f}", f"{max(taken):.1f}")
    out().print(table)
    engine.dispose()


def _questions() -> Iterator[tuple[str, Callable[[Session], Any]]]:
    yield "今日 today", lambda session: queries.today(session, NOW)
    for kind, table, condition in (
        ("overdue", "appointments", "state = 'completed_without_feedback'"),
        ("deliveries", "deliveries", "state = 'stuck'"),
        ("receipts", "receipts", "outcome = 'parked' AND dismissed_at IS NULL"),
    ):
        bare = sa.text(f"SELECT count(*) FROM {table} WHERE {condition}")
        yield f"{kind}: SELECT count(*)", partial(_counted, bare)
        for name, wanted in _filters():
            filtered = WorklistFilter.model_validate({"kind": kind} | wanted)
            yield f"{kind}: {name}", partial(_listed, filtered)


def _counted(bare: sa.TextClause, session: Session) -> int:
    return int(session.execute(bare).scalar_one())


def _listed(wanted: WorklistFilter, session: Session) -> Worklist:
    return queries.worklist(session, wanted)


def _filters() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "首页 first page", {}
    yield "100 件 items", {"limit": 100}
    yield "最新的在前 newest first", {"sort": "-since"}
    yield "按口岸 one port", {"port": PORTS[1]}
    yield "按企业 one party", {"parties": (_code(7),)}
    yield "7 天以上 over 7 days", {"since_to": NOW - timedelta(days=7)}
    yield "按口岸排序 sorted by port", {"sort": "port"}
    yield "按企业排序 sorted by applicant", {"sort": "-applicant"}


def _timed(engine: Engine, ask: Callable[[Session], Any]) -> float:
    began = time.perf_counter()
    with reading(engine) as session:
        ask(session)
    return (time.perf_counter() - began) * 1000


def _fill(engine: Engine, rows: int) -> None:
    for batch in chunked(range(2 * rows), BATCH):
        made = [
            _appointment(serial, State.COMPLETED_WITHOUT_FEEDBACK if serial < rows else State.SUBMITTED)
            for serial in batch
        ]
        with writing(engine) as session:
            read = [read_row(each, each.model_dump_json()) | {"creation_key": None} for each in made]
            session.execute(sa.insert(AppointmentRow.table()), read)
            session.execute(sa.insert(DeliveryRow.table()), [_delivery(each) for each in made])
            session.execute(sa.insert(ReceiptRow.table()), [_receipt(each) for each in made])
    with writing(engine) as session:
        session.connection().exec_driver_sql("ANALYZE")


def _appointment(serial: int, state: State) -> Appointment:
    due = NOW - timedelta(seconds=serial * 17 % (30 * 86_400))
    return Appointment(
        pre_entry_no=f"2026{serial:014}",
        version=5,
        standing=Standing(state=state),
        applicant=Party(code=_code(serial), name="上海示例报关有限公司"),
        consignee=Party(code=_code(serial + 1), name="宁波鲜活贸易有限公司"),
        content=Content(
            consignee_code=_code(serial + 1),
            contact_name="sealed:v1:k1:" + "A" * 60,
            reason="sealed:v1:k1:" + "A" * 120,
            declaration_port=PORTS[serial % 3],
            entry_exit_port=PORTS[0],
            window_start=due - timedelta(days=5),
        ),
        window_end=due - timedelta(days=5),
        created_at=due - timedelta(days=6),
        updated_at=due,
        deadlines=Deadlines(feedback_by=due),
        policy_version="bench",
    )


def _code(serial: int) -> str:
    return f"312226{serial % ENTERPRISES:04}"


def _is_overdue(about: Appointment) -> bool:
    return about.state is State.COMPLETED_WITHOUT_FEEDBACK


def _delivery(about: Appointment) -> dict[str, Any]:
    return {
        "message_id": f"m-{about.pre_entry_no}",
        "pre_entry_no": about.pre_entry_no,
        "message_type": "APPOINTMENT_APPLY",
        "version": 2,
        "promised_at": about.updated_at,
        "state": "stuck" if _is_overdue(about) else "delivered",
    }


def _receipt(about: Appointment) -> dict[str, Any]:
    return {
        "receipt_id": f"r-{about.pre_entry_no}",
        "raw": "sealed:v1:k1:" + "A" * 800,
        "raw_digest": about.pre_entry_no,
        "content_digest": about.pre_entry_no,
        "conflicting": False,
        "times": 1,
        "pre_entry_no": about.pre_entry_no,
        "result": "APPROVED",
        "notice_time": about.updated_at,
        "received_at": about.updated_at,
        "outcome": "parked" if _is_overdue(about) else "applied",
        "reason": "contradiction" if _is_overdue(about) else None,
    }


if __name__ == "__main__":
    app()
