"""`yuyue demo` from its own stack to its exit code."""

import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from cli.console import fail, out
from cli.demo.door import Door, Unexpected
from cli.demo.story import APPOINTMENTS, Doors, Story, Told
from cli.signals import run_until_signalled
from cli.up.report import Report
from cli.up.running import Options, running
from domain.appointment import LETTERS, State

POLICY = Path(__file__).with_name("policy.toml")
INTERRUPTED = 130


def run() -> None:
    """Tells the story; ends the command with an exit code when it did not go as it should."""
    console = out()
    try:
        if not run_until_signalled(_run(console)):
            fail("演示被中断", "interrupted", code=INTERRUPTED)
    except Unexpected as error:
        fail("演示未按预期进行", str(error))


async def _run(console: Console) -> None:
    began = time.monotonic()
    async with running(Options(policy_file=POLICY), Report(console)) as (stack, announcement):
        about = announcement.content(stack)
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            doors = Doors(
                broker=Door(client, about["api"], about["keys"]["general"]),
                operator=Door(client, about["api"], about["keys"]["operator"]),
                customs=Door(client, about["simulator"]),
            )
            told = await Story(doors, console).tell()
            await _print_timelines(console, doors.broker, told)
        console.print(f"历时 {time.monotonic() - began:.0f} 秒,含启动 / seconds, start included", highlight=False)


async def _print_timelines(console: Console, broker: Door, told: Told) -> None:
    for title, number in (("第一单 first", told.first), ("第二单 second", told.second)):
        timeline = await broker.get(f"{APPOINTMENTS}/{number}/timeline")
        console.print(timeline_table(f"{title} {number}", timeline["items"]))
    console.print(f"第一单共 {told.history_events} 个历史事件 / history events of the first one", highlight=False)


def timeline_table(title: str, events: list[dict[str, Any]]) -> Table:
    """One row per event: when, who, what, from which state to which."""
    table = Table(title=title, title_justify="left")
    for heading in ("时间 at", "操作者 actor", "事件 action", "由 from", "至 to"):
        table.add_column(heading)
    for event in events:
        actor = event["actor"]
        table.add_row(event["at"], f"{actor['kind']} {actor['id']}", event["action"], *map(label, state_pair(event)))
    return table


def state_pair(event: dict[str, Any]) -> tuple[str | None, str]:
    """The states before and after."""
    return event["from"], event["to"]


def label(state: str | None) -> str:
    """``E 预约成功``; a dash for no state."""
    return " ".join(LETTERS[State(state)][:2]) if state else "-"
