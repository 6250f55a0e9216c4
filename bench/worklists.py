"""`python -m bench.worklists`: worklists of 100,000 rows and the counts of today, beside the bare statements.

All appointments are overdue, each with a stuck message and a parked receipt, among as many that are not. The questions
are put to the database, then to the API over HTTP, in one process without load.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
import typer
from more_itertools import chunked
from sqlalchemy import Engine
from sqlmodel import Session

from bench.databases import Timings, analyse, each_database
from cli.console import out
from db import queries
from db.engine import read, writing
from db.projections import read_row
from db.queries import Worklist, WorklistFilter
from db.tables import AppointmentRow, DeliveryRow, ReceiptRow
from domain.appointment import Appointment, Content, Deadlines, Party, Standing, State
from runtime.settings import Settings
from tests.integration.api.api_stack import make_settings, opened

NOW = datetime(2026, 11, 28, tzinfo=UTC)
AIM_MS, BATCH, ENTERPRISES = 300, 5_000, 200
_FILTERED = ("applicant_code", "consignee_code", "declaration_port", "entry_exit_port")
PORTS = ("2233", "2248", "5101")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    rows: Annotated[int, typer.Option(min=1_000, help="待办数 / rows of each list")] = 100_000,
    times: Annotated[int, typer.Option(min=3, help="每个问题的次数 / how often each is asked")] = 15,
) -> None:
    """测量待办清单。Measures the worklists; checks nothing."""
    os.environ["TEMPORAL_ADDRESS"] = "127.0.0.1:1"
    for url in each_database():
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(_measure(make_settings(Path(folder), database_url=url), rows, times))


async def _measure(settings: Settings, rows: int, times: int) -> None:
    async with opened(settings) as stack, stack.client("operator") as client:
        await asyncio.to_thread(_fill, stack.engine, rows)
        title = f"{stack.engine.dialect.name}, {rows} 行 rows"
        timings = Timings(title, times, AIM_MS)
        for name, ask in _questions():
            await asyncio.to_thread(timings.ask, name, partial(read, stack.engine, ask))
        out().print(timings.table)
        over_http = Timings(f"{title}, HTTP", times, AIM_MS)
        loop = asyncio.get_running_loop()
        for path, wanted in _requests():

            def ask_over_http(path: str = path, wanted: dict[str, Any] = wanted) -> None:
                answer = asyncio.run_coroutine_threadsafe(client.get(path, params=wanted), loop).result()
                answer.raise_for_status()

            await asyncio.to_thread(over_http.ask, f"{path.rpartition('/')[2]} {urlencode(wanted)}", ask_over_http)
        out().print(over_http.table)


def _requests() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "/ops/v1/today", {}
    for kind in ("overdue", "deliveries", "receipts"):
        for _, wanted in _filters():
            yield f"/ops/v1/worklists/{kind}", _as_query(wanted)


def _as_query(wanted: dict[str, Any]) -> dict[str, Any]:
    """Returns the filter as an address has it."""
    given = {name: value for name, value in wanted.items() if name in {"limit", "sort", "port"}}
    if "parties" in wanted:
        given["party"] = wanted["parties"][0]
    if "since_to" in wanted:
        given["min_age_hours"] = int((datetime.now(UTC) - wanted["since_to"]).total_seconds() // 3600)
    return given


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
    analyse(engine)


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


def _filtered(about: Appointment) -> dict[str, Any]:
    row = read_row(about, "")
    return {name: row[name] for name in _FILTERED}


def _delivery(about: Appointment) -> dict[str, Any]:
    return _filtered(about) | {
        "message_id": f"m-{about.pre_entry_no}",
        "pre_entry_no": about.pre_entry_no,
        "message_type": "APPOINTMENT_APPLY",
        "version": 2,
        "promised_at": about.updated_at,
        "state": "stuck" if _is_overdue(about) else "delivered",
    }


def _receipt(about: Appointment) -> dict[str, Any]:
    return _filtered(about) | {
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
