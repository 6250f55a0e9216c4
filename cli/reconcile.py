"""`yuyue reconcile`: asks customs after a restore for what was lost, and prints what stays open.

Customs sends every receipt since an instant again; each comes in by the usual way, where one that is
known has no second effect. Messages that wait in the backup are sent by themselves, under their old ids.
Acts after the backup that customs never answered are lost: no query of customs lists them.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli.console import fail, out
from cli.embedded import load_settings, open_database

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy import Engine

    from customs.channels import Resent
    from db.deliveries import Delivery
    from db.inbox import InboxReceipt
    from runtime.comparison import StateDifference
    from runtime.settings import Settings

#: Clocks differ, and a receipt may have been under way while the backup was taken.
MARGIN = timedelta(minutes=5)


class ReconcileOutcome(NamedTuple):
    """The open ends: receipts that did not arrive, that wait for a person, messages not sent, differences."""

    absent: Sequence["Resent"]
    parked: Sequence["InboxReceipt"]
    waiting: Sequence["Delivery"]
    differences: Sequence["StateDifference"]


def reconcile(
    data_dir: Annotated[Path, typer.Option(help="yuyue up 的数据目录 / data directory of a running `yuyue up`")],
    since: Annotated[
        datetime | None, typer.Option(help="从何时起，默认为备份时间 / since when; the backup's moment if not given")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="最多等待秒数 / how long to wait for receipts")] = 60,
) -> None:
    """恢复后与海关对账。Asks customs for everything since the backup; exit code 1 while something stays open."""
    from runtime.backup.restored import MARK
    from runtime.startup_checks import startup_client

    settings, began = load_settings(data_dir), _since(data_dir, since)
    engine = open_database(settings)
    asyncio.run(startup_client(settings))  # without Temporal no receipt could be processed
    resent = _request_receipts(settings, began - MARGIN)
    out().print(f"海关重发回执 {len(resent)} 份 / customs sends {len(resent)} receipts again", highlight=False)
    outcome = _settled(settings, engine, resent, seconds)
    _print(outcome)
    if any(outcome):
        raise typer.Exit(1)
    (data_dir / MARK).unlink(missing_ok=True)


def _since(data_dir: Path, given: datetime | None) -> datetime:
    from runtime.backup.restored import MarkDamaged, unreconciled_since

    try:
        since = given.astimezone() if given else unreconciled_since(data_dir)
    except MarkDamaged as mark:
        fail(f"{mark} 已损坏，请用 --since 指明备份时间", f"{mark} is damaged: name the backup's moment with --since")
    if since is None:
        fail(
            "该目录不需要对账；如仍要对账，请用 --since",
            "nothing to reconcile here; name a moment with --since to insist",
        )
    return since


def _request_receipts(settings: "Settings", since: datetime) -> "list[Resent]":
    from customs.channels import CannotResend, Unavailable
    from runtime.credentials.customs import customs_client
    from runtime.customs_channel import channel

    with customs_client(settings, trust_env=False) as client:
        try:
            customs = channel(settings, client)
            for name in customs.cannot_resend():
                _tell_to_ask(name, since)
            return customs.resend(since)
        except CannotResend:
            return []
        except Unavailable as error:
            fail("海关未应答，稍后再试", f"customs did not answer, try again later: {error.reason}")


def _tell_to_ask(name: str, since: datetime) -> None:
    """Says what a person has to do where no program can: files bring receipts, and none asks for them."""
    at = since.isoformat(timespec="seconds")
    out().print(
        f"[yellow]![/] 请海关将 {at} 以来的回执重新放入 {name} 的 InBox / "
        f"ask customs to put the receipts since {at} into the InBox of {name} again",
        highlight=False,
    )


def _settled(settings: "Settings", engine: "Engine", resent: "list[Resent]", seconds: float) -> ReconcileOutcome:
    try:
        absent = _await(engine, resent, until=time.monotonic() + seconds)
        parked, waiting = _left(engine)
        return ReconcileOutcome(absent, parked, waiting, asyncio.run(_compare(settings, engine)))
    finally:
        engine.dispose()


def _await(engine: "Engine", resent: "list[Resent]", *, until: float) -> "list[Resent]":
    """Waits until all receipts are settled and no message is pending; returns the receipts that are not settled."""
    from rich.progress import Progress

    from db import deliveries, inbox
    from db.engine import reading

    with Progress(console=out(), transient=True) as bar:
        task = bar.add_task("等待回执 waiting for receipts", total=len(resent))
        while True:
            with reading(engine) as session:
                done = inbox.settled_ids(session, [each.receipt_id for each in resent])
                idle = not deliveries.oldest(session, "pending", limit=1)
            absent = [each for each in resent if each.receipt_id not in done]
            bar.update(task, completed=len(resent) - len(absent))
            if (not absent and idle) or time.monotonic() > until:
                return absent
            time.sleep(0.1)


def _left(engine: "Engine") -> "tuple[list[InboxReceipt], list[Delivery]]":
    from db import deliveries, inbox
    from db.engine import reading

    with reading(engine) as session:
        stuck, pending = deliveries.oldest(session, "stuck"), deliveries.oldest(session, "pending")
        return inbox.parked(session), stuck + pending


async def _compare(settings: "Settings", engine: "Engine") -> "list[StateDifference]":
    from runtime import temporal
    from runtime.comparison import compare

    return await compare(await temporal.connect(settings), engine, settings.task_queue)


def _print(outcome: ReconcileOutcome) -> None:
    if any(outcome):
        out().print(_table(outcome))
        return
    out().print("[green]✓[/] 已与海关对账，没有遗留 reconciled with customs, nothing is left open")


def _table(outcome: ReconcileOutcome) -> "Table":
    from rich.table import Table

    table = Table("预录入编号 number", "问题 what", "怎么办 remedy")
    for absent in outcome.absent:
        table.add_row(
            absent.pre_entry_no, f"回执未到 receipt {absent.receipt_id} did not arrive", "再次对账 reconcile again"
        )
    for kept in outcome.parked:
        what = f"回执待人工处理 receipt {kept.result or '?'} parked: {kept.reason}"
        table.add_row(kept.pre_entry_no or "-", what, f"/ops/v1/receipts/parked/{kept.id}/retry | dismiss")
    for delivery in outcome.waiting:
        what = f"报文未送达 {delivery.message_type} {delivery.state}"
        table.add_row(delivery.pre_entry_no, what, f"/ops/v1/deliveries/{delivery.message_id}/retry")
    for differing in outcome.differences:
        what = f"查询表 row {differing.row or '-'} ≠ 工作流 workflow {differing.workflow or '-'}"
        remedy = "yuyue verify --repair" if differing.workflow else f"yuyue revive {differing.pre_entry_no}"
        table.add_row(differing.pre_entry_no, what, remedy)
    return table
