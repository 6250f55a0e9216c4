"""`yuyue revive`: an open appointment whose workflow is gone gets a new one, that goes on from the event rows."""

import asyncio
import getpass
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from cli.embedded import DataDir, settings

if TYPE_CHECKING:
    from cli.reviving import Outcome
    from runtime.settings import Settings


def revive(
    numbers: Annotated[list[str] | None, typer.Argument(help="预录入编号 / pre-entry numbers")] = None,
    *,
    reason: Annotated[str, typer.Option(help="原因,记入时间线,密封保存 / why; in the timeline, sealed")],
    every: Annotated[bool, typer.Option("--all", help="所有流程缺失的预约 / all whose workflow is gone")] = False,
    data_dir: DataDir = None,
) -> None:
    """为流程已缺失的预约恢复流程。Starts a workflow for open appointments that lost theirs; exit code 1 if refused."""
    if bool(numbers) == every:
        fail("请给出预录入编号,或 --all", "name the numbers, or say --all")
    from cli.reviving import Outcome

    outcomes = asyncio.run(_revive(settings(data_dir), numbers, reason))
    if not outcomes:
        out().print("[green]✓[/] 没有流程缺失的预约 no appointment has lost its workflow")
    if any(outcome is not Outcome.REVIVED for outcome in outcomes):
        raise typer.Exit(1)


async def _revive(told: "Settings", numbers: list[str] | None, reason: str) -> "list[Outcome]":
    from temporalio.service import RPCError

    try:
        return [outcome async for outcome in _each(told, numbers, reason)]
    except (RPCError, RuntimeError) as error:
        fail("Temporal 未能启动流程", f"Temporal did not start the workflow: {error}")


async def _each(told: "Settings", numbers: list[str] | None, reason: str) -> "AsyncIterator[Outcome]":
    from cli.reviving import Reviver
    from db.engine import connect
    from runtime import temporal
    from runtime.lost_workflows import lost
    from runtime.sealing import Sealer

    client, engine, sealer = await temporal.connect(told), connect(told.database_url), Sealer.of(told)
    reviver = Reviver(client, engine, told.task_queue)
    for number in numbers or await lost(client, engine):
        sealed = sealer.seal(reason, context=f"{number}/reason")
        outcome = await reviver.revive(number, sealed, by=f"cli:{getpass.getuser()}", at=datetime.now(UTC))
        mark, words = outcome.value
        out().print(f"{mark} {number} {words}", highlight=False)
        yield outcome
