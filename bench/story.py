"""`python -m bench.story`: the story of an appointment with 500 events over HTTP, beside the bare queries for its rows.

The appointment lies among others, as in use. Figures are of one process without load; nothing is checked.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.table import Table
from sqlmodel import Session

from api.operators.story.reading import rows_of
from cli.console import out
from db import deliveries, refused_commands
from db.deliveries import SentMessage
from db.engine import reading
from db.projections import project
from domain.actor import Actor, ActorKind
from domain.event import Event, MessageType, Outgoing
from domain.problems import Fault
from domain.refused_command import RefusedCommand
from tests.integration.api.api_stack import ApiStack, make_settings, opened
from tests.integration.db.stories import BROKER, NOON, appointment, created, event

NUMBER, OTHERS = "202600000000500001", 200
AIM_MS = 1_000
#: Tables of the lanes, each read by the number alone.
_TABLES = (
    "appointment_events",
    "deliveries",
    "receipts",
    "signatures",
    "notifications",
    "refused_commands",
    "accesses",
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    events: Annotated[int, typer.Option(min=2, help="事件数 / events")] = 500,
    times: Annotated[int, typer.Option(min=5, help="次数 / how often")] = 30,
) -> None:
    """测量预约经过。Measures the story of an appointment; checks nothing."""
    os.environ["TEMPORAL_ADDRESS"] = "127.0.0.1:1"
    asyncio.run(_measure(events, times))


async def _measure(events: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(make_settings(Path(folder), command_limit_seconds=0.3)) as stack:
            _fill(stack, events)
            async with stack.client("operator") as client:
                table = Table(
                    "", "中位 median", "最长 longest", title=f"{events} 事件 events, ms（目标 aim < {AIM_MS}）"
                )
                table.add_row("各表一问 bare queries", *await _timed(lambda: _read(stack, _bare), times))
                table.add_row("所有行 rows", *await _timed(lambda: _read(stack, lambda s: rows_of(s, NUMBER)), times))
                path = f"/ops/v1/appointments/{NUMBER}/story"
                answer = await client.get(path)
                table.add_row("接口 HTTP", *await _timed(lambda: client.get(path), times))
                out().print(table)
                out().print(f"{len(answer.content) / 1024:.0f} KB, HTTP {answer.status_code}")


async def _read(stack: ApiStack, query: Callable[[Session], object]) -> None:
    with reading(stack.engine) as session:
        query(session)


def _bare(session: Session) -> list[object]:
    of = {"number": NUMBER}
    return [
        session.execute(sa.text(f"SELECT * FROM {name} WHERE pre_entry_no = :number"), of).all() for name in _TABLES
    ]


async def _timed(act: Callable[[], Awaitable[object]], times: int) -> tuple[str, str]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - began) * 1_000)
    return f"{statistics.median(taken):.1f}", f"{max(taken):.1f}"


def _fill(stack: ApiStack, events: int) -> None:
    for place in range(OTHERS):
        project(stack.engine, [created(f"2026000000006{place:05}")])
    everything = list(_events(events))
    for start in range(0, events, 20):
        project(stack.engine, everything[start : start + 20])
    for each in everything:
        if each.outgoing:
            sent = SentMessage(attempts=1, xml="sealed:v1:k1:AAAA", xml_digest="0" * 64)
            deliveries.mark_delivered(stack.engine, each.outgoing.message_id, each.at, sent)
    for version in range(1, events, 10):
        refused_commands.record(stack.engine, _refusal(version))


def _events(count: int) -> Iterator[Event]:
    yield created(NUMBER)
    for version in range(2, count + 1):
        outgoing = Outgoing(message_id=f"m{version}", message_type=MessageType.FEEDBACK) if version % 10 == 0 else None
        yield event(appointment(NUMBER, version), command_key=f"k{version}", command_hash="h", outgoing=outgoing)


def _refusal(version: int) -> RefusedCommand:
    at = NOON + timedelta(minutes=version)
    return RefusedCommand(
        pre_entry_no=NUMBER,
        version=version,
        command="submit",
        actor=Actor(kind=ActorKind.ENTERPRISE, id=BROKER),
        faults=(Fault(code="goods.required", field="goods"),),
        policy_version="p",
        first_at=at,
        received_at=at,
    )


if __name__ == "__main__":
    app()
