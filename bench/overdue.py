"""`python -m bench.overdue`: many appointments become overdue in one minute, on the whole system.

Afterwards it prints how many of them the counts of today, the metrics, the database and Temporal's visibility have, and
how long after the last deadline each was complete. It checks nothing.
"""

import asyncio
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from cli.console import out
from cli.demo import story
from cli.up.parts import temporal_binary
from tests.e2e.conftest import close_port
from tests.e2e.stack import Up, up

AT_A_TIME = 12
SPREAD_SECONDS = 45
#: The policy of the end-to-end tests: a window of two seconds, feedback due five after it.
DUE_AFTER = timedelta(seconds=7)
QUERY = "AppointmentState = 'completed_without_feedback'"
GIVE_UP_SECONDS = 300
_APPROVED = frozenset({"succeeded", "completed_without_feedback"})

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    count: Annotated[int, typer.Option(min=1, help="预约数 / appointments")] = 500,
    lead: Annotated[int, typer.Option(min=30, help="首个时段前的秒数 / seconds until the first window")] = 300,
) -> None:
    """测量一分钟内大量逾期。Lets appointments become overdue together and prints every count of them."""
    with (
        tempfile.TemporaryDirectory(prefix="yuyue-bench-") as folder,
        up(Path(folder), "--data-dir", f"{folder}/data", "--port-base", "0") as stack,
    ):
        close_port(stack.wait_until_ready())
        _measure(stack, count, lead)


def _measure(stack: Up, count: int, lead: int) -> None:
    first = datetime.now(UTC) + timedelta(seconds=lead)
    began = time.perf_counter()
    asyncio.run(_book(stack, count, first))
    out().print(f"{count} 份已批准 approved: {time.perf_counter() - began:.0f} s")
    last = first + timedelta(seconds=SPREAD_SECONDS) + DUE_AFTER
    if (left := (last - datetime.now(UTC)).total_seconds()) < 0:
        out().print(f"[yellow]--lead 太短 is too short: {-left:.0f} s[/]")
    time.sleep(max(0, left))
    table = Table("何处 where", "数量 count", "末个期限后秒 s after the last deadline", title=f"{count} 份逾期 overdue")
    waiting = dict(_counters(stack))
    complete: dict[str, tuple[int, float]] = {}
    while waiting and time.perf_counter() - began < lead + GIVE_UP_SECONDS:
        for name, counter in list(waiting.items()):
            complete[name] = counter(), (datetime.now(UTC) - last).total_seconds()
            if complete[name][0] >= count:
                del waiting[name]
        time.sleep(0.2)
    for name, (found, seconds) in complete.items():
        table.add_row(name, str(found), f"{seconds:.1f}")
    out().print(table)


async def _book(stack: Up, count: int, first: datetime) -> None:
    """Applies for all of them, and waits until the simulated office has approved each."""
    limits, headers = (
        httpx.Limits(max_connections=AT_A_TIME),
        {"Authorization": f"Bearer {stack.ready['keys']['general']}"},
    )
    turns = asyncio.Semaphore(AT_A_TIME)
    async with httpx.AsyncClient(
        base_url=stack.ready["api"], headers=headers, timeout=60, trust_env=False, limits=limits
    ) as client:

        async def one(serial: int) -> str:
            async with turns:
                start = first + timedelta(seconds=SPREAD_SECONDS * serial / count)
                given = story.content(starts_in=timedelta()) | {"window_start": start.isoformat()}
                number = (await _sent(client, "POST", "/api/v1/appointments", given))["pre_entry_no"]
                await _sent(client, "POST", f"/api/v1/appointments/{number}/submission", {})
                return str(number)

        numbers = await asyncio.gather(*(one(serial) for serial in range(count)))
        for number in numbers:
            while (await _sent(client, "GET", f"/api/v1/appointments/{number}"))["state"] not in _APPROVED:  # noqa: ASYNC110 the office is another process
                await asyncio.sleep(0.2)


async def _sent(client: httpx.AsyncClient, method: str, path: str, given: Any = None) -> Any:
    answer = await client.request(method, path, json=given)
    answer.raise_for_status()
    return answer.json()


def _counters(stack: Up) -> dict[str, Callable[[], int]]:
    ready = stack.ready
    (database,) = Path(ready["data_dir"]).rglob("yuyue.db")
    return {
        "今日 GET /ops/v1/today": lambda: _today(stack),
        "清单 GET /ops/v1/worklists/overdue": lambda: _listed(stack),
        "指标 yuyue_waiting{kind=overdue}": lambda: _gauge(stack),
        "数据库 SELECT count(*)": lambda: _rows(database),
        f"temporal workflow count ({QUERY})": lambda: _visible(ready["temporal"]),
    }


def _today(stack: Up) -> int:
    with stack.client("operator") as operator:
        tiles = operator.get("/ops/v1/today").json()["tiles"]
    return next(int(each["count"]) for each in tiles if each["kind"] == "overdue")


def _listed(stack: Up) -> int:
    with stack.client("operator") as operator:
        return int(operator.get("/ops/v1/worklists/overdue", params={"limit": 1}).json()["total"])


def _gauge(stack: Up) -> int:
    with stack.client() as client:
        lines = client.get("/metrics").text.splitlines()
    return next(int(float(each.split()[1])) for each in lines if each.startswith('yuyue_waiting{kind="overdue"}'))


def _rows(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        asked = "SELECT count(*) FROM appointments WHERE state = 'completed_without_feedback'"
        return int(connection.execute(asked).fetchone()[0])


def _visible(address: str) -> int:
    command = [temporal_binary(), "workflow", "count", "--address", address, "--query", QUERY]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int("".join(filter(str.isdigit, told)))


if __name__ == "__main__":
    app()
