"""Runs `yuyue demo`: starts a stack, plays the story, sets the exit code."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from cli.console import fail, out
from cli.demo.api_client import ApiClient, Unexpected
from cli.demo.story import APPOINTMENTS, Clients, Played, Story
from cli.up.report import StartReport
from cli.up.running import Options, explaining_start, running
from domain.appointment import LETTERS, State
from runtime.signals import run_until_signalled

POLICY = Path(__file__).with_name("policy.toml")
INTERRUPTED = 130
ACTORS = {"enterprise": "企业", "customs": "海关", "operator": "操作员", "system": "系统"}


def run() -> None:
    """Plays the story; ends the command with an exit code when it fails."""
    console = out()
    try:
        with explaining_start():
            ended = run_until_signalled(_run(console))
        if not ended:
            fail("演示被中断", "interrupted", code=INTERRUPTED)
    except Unexpected as error:
        fail("演示未按预期进行", str(error))


async def _run(console: Console) -> None:
    began = time.monotonic()
    async with running(Options(policy_file=POLICY), StartReport(console)) as (stack, announcement):
        about = announcement.content(stack)
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            clients = Clients(
                broker=ApiClient(client, about["api"], about["keys"]["general"]),
                operator=ApiClient(client, about["api"], about["keys"]["operator"]),
                customs=ApiClient(client, about["simulator"]),
            )
            played = await Story(clients, console).play()
            await _print_timelines(console, clients.broker, played)
        console.print(f"历时 {time.monotonic() - began:.0f} 秒，含启动 / seconds, start included", highlight=False)


async def _print_timelines(console: Console, broker: ApiClient, played: Played) -> None:
    for title, number in (("第一单 first", played.first), ("第二单 second", played.second)):
        timeline = await broker.get(f"{APPOINTMENTS}/{number}/timeline")
        console.print(timeline_table(f"{title} {number}", timeline["items"]))
    console.print(f"第一单共 {played.history_events} 个历史事件 / history events of the first one", highlight=False)


def timeline_table(title: str, events: list[dict[str, Any]]) -> Table:
    """Returns a table with a row for each event: time, actor, action, change of state."""
    table = Table("时间 at", "谁 who", "事件 event", "状态 state", title=title, title_justify="left", box=SIMPLE)
    for event in events:
        at = datetime.fromisoformat(event["at"])
        who = f"{ACTORS[event['actor']['kind']]} {event['actor']['id']}"
        table.add_row(f"{at:%H:%M:%S}", who, event["action"], change(event["from"], event["to"]))
    return table


def change(before: str | None, after: str) -> str:
    """Returns ``B → E 预约成功``; the new state alone for the first event."""
    letter, chinese, _ = LETTERS[State(after)]
    return f"{LETTERS[State(before)][0]} → {letter} {chinese}" if before else f"{letter} {chinese}"
