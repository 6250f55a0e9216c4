"""`yuyue revive`: an open appointment whose workflow is gone gets a new one, that goes on from the event rows."""

import asyncio
import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from cli.embedded import DataDir, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from runtime.dispatch.reviving import RevivalOutcome, Reviver
    from runtime.settings import Settings

    #: Number → the reason, sealed for its timeline.
    Seal = Callable[[str], str]

#: Outcome → a mark, and its words.
WORDS = {
    "revived": ("[green]✓[/]", "已恢复 revived"),
    "running": ("[red]✗[/]", "流程正在运行，无需恢复 its workflow is running"),
    "over": ("[red]✗[/]", "预约已结束，无需流程 it is over and needs no workflow"),
    "doubtful": ("[red]✗[/]", "事件记录不完整，先 yuyue verify its events do not hold, see yuyue verify"),
    "unknown": ("[red]✗[/]", "没有这份预约 there is no such appointment"),
}


def revive(
    numbers: Annotated[list[str] | None, typer.Argument(help="预录入编号 / pre-entry numbers")] = None,
    *,
    reason: Annotated[str, typer.Option(help="原因，记入时间线，密封保存 / why; in the timeline, sealed")],
    every: Annotated[bool, typer.Option("--all", help="所有流程缺失的预约 / all whose workflow is gone")] = False,
    data_dir: DataDir = None,
) -> None:
    """为流程已缺失的预约恢复流程。Starts a workflow for open appointments that lost theirs; exit code 1 if refused."""
    if bool(numbers) == every:
        fail("请给出预录入编号，或 --all", "name the numbers, or say --all")
    from db.engine import connect
    from runtime.dispatch.reviving import RevivalOutcome

    settings = load_settings(data_dir)
    engine = connect(settings.database_url)
    outcomes = asyncio.run(_revive(settings, engine, numbers, _sealing(settings, engine, reason)))
    if not outcomes:
        out().print("[green]✓[/] 没有流程缺失的预约 no appointment has lost its workflow")
    if any(outcome is not RevivalOutcome.REVIVED for outcome in outcomes):
        raise typer.Exit(1)


def _sealing(settings: "Settings", engine: "Engine", reason: str) -> "Seal":
    from runtime.startup_checks import startup_sealer

    sealer = startup_sealer(settings, engine)
    return lambda number: sealer.seal(reason, context=f"{number}/reason")


async def _revive(
    settings: "Settings", engine: "Engine", numbers: list[str] | None, seal: "Seal"
) -> "list[RevivalOutcome]":
    from runtime.dispatch.reviving import Reviver
    from runtime.lost_workflows import lost
    from runtime.startup_checks import startup_client

    client = await startup_client(settings)
    reviver = Reviver(client, engine, settings.task_queue)
    wanted = numbers or await lost(client, engine)
    return [await _one(reviver, number, seal(number)) for number in wanted]


async def _one(reviver: "Reviver", number: str, reason: str) -> "RevivalOutcome":
    outcome = await reviver.revive(number, reason, by=f"cli:{getpass.getuser()}", at=datetime.now(UTC))
    mark, words = WORDS[outcome]
    out().print(f"{mark} {number} {words}", highlight=False)
    return outcome
