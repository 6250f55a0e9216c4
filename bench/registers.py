"""`python -m bench.registers`: a register of 99,999 enterprises is compared, applied and undone; checks nothing."""

import asyncio
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.table import Table
from sqlalchemy import Engine

from api.operators.registers.changes import propose_content
from cli.console import out
from db import migrate
from db.engine import connect
from db.register_history import Origin
from db.register_proposals import apply_proposal, propose_undo
from runtime import garbage

ROWS = 99_999
HEAD = "海关编码,统一社会信用代码,检验检疫编码,企业名称,报关资质,有效期至,信用等级"
_BEAT = 0.01

Result = TypeVar("Result")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(rows: Annotated[int, typer.Option(min=100, max=ROWS, help="行数 / rows")] = ROWS) -> None:
    """企业名单的试运行、应用和撤销。Compares, applies and undoes a register; checks nothing."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate.upgrade(url)
        engine = connect(url)
        out().print(asyncio.run(_measured(engine, rows)))
        engine.dispose()


async def _measured(engine: Engine, rows: int) -> Table:
    table = Table("", "秒 s", "事件循环最长停顿 longest stall of the event loop, ms", "内存峰值 peak MiB")
    at = datetime.now(UTC)
    origin = Origin("bench", at)

    async def step(title: str, act: Callable[[], Awaitable[Result]]) -> Result:
        began = time.perf_counter()
        with garbage.without_full_collections():  # as the routes do
            done, stall = await _watched(act)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        table.add_row(title, f"{time.perf_counter() - began:.1f}", f"{stall * 1000:.0f}", str(peak))
        return done

    async def apply(change: int) -> None:
        await asyncio.to_thread(apply_proposal, engine, "enterprises", change, by="bench", at=at, reason="bench")

    new = await step(
        "新名单试运行 dry run, all new", lambda: propose_content(engine, "enterprises", _csv(rows), origin)
    )
    await step("应用 apply", lambda: apply(new))
    same = _csv(rows, changed=rows // 10)
    some = await step(
        "更新试运行 dry run, a tenth changed", lambda: propose_content(engine, "enterprises", same, origin)
    )
    await step("应用 apply", lambda: apply(some))
    undo = await step("撤销 undo", lambda: asyncio.to_thread(propose_undo, engine, "enterprises", some, origin))
    await step("应用撤销 apply the undo", lambda: apply(undo))
    return table


async def _watched(act: Callable[[], Awaitable[Result]]) -> tuple[Result, float]:
    """Returns the result, and the longest time for which the event loop did nothing else."""
    longest, ended = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not ended:
            began = time.perf_counter()
            await asyncio.sleep(_BEAT)
            longest = max(longest, time.perf_counter() - began - _BEAT)

    beating = asyncio.create_task(beat())
    done = await act()
    ended = True
    await beating
    return done, longest


def _csv(rows: int, changed: int = 0) -> bytes:
    grades = ("失信" if number < changed else "常规" for number in range(rows))
    lines = (f"3122{number:06},,,示例企业{number},已备案,2030-12-31,{grade}" for number, grade in enumerate(grades))
    return "\n".join((HEAD, *lines)).encode()


if __name__ == "__main__":
    app()
