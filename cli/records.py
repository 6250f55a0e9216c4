"""`yuyue verify`, `yuyue rebuild`: the records agree, and read rows can be made again."""

import asyncio
from typing import TYPE_CHECKING

import typer

from cli.console import fail, out
from cli.embedded import DataDir, settings

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy import Engine

    from cli.verification import Difference
    from db.verify import Finding
    from runtime.settings import Settings


def verify(data_dir: DataDir = None) -> None:
    """核对工作流、事件记录与查询表。Proves that workflows, event rows and read rows agree; exit code 1 if not."""
    from db.engine import connect
    from db.verify import verify as findings_in

    told = settings(data_dir)
    engine = connect(told.database_url)
    findings = list(findings_in(engine))
    differences = asyncio.run(_compare(told, engine))
    if not findings and not differences:
        out().print("[green]✓[/] 一致 all agree")
        return
    out().print(_table(findings, differences))
    raise typer.Exit(1)


def rebuild(data_dir: DataDir = None) -> None:
    """由事件记录重建查询表。Makes the read rows again from the event rows."""
    from db.engine import connect
    from db.projections import rebuild as rebuild_rows

    count = rebuild_rows(connect(settings(data_dir).database_url))
    out().print(f"[green]✓[/] 已重建 {count} 行 / rows rebuilt", highlight=False)


async def _compare(told: "Settings", engine: "Engine") -> "list[Difference]":
    from cli.verification import compare
    from runtime import temporal

    try:
        client = await temporal.connect(told)
    except RuntimeError as error:
        fail("无法连接 Temporal,未能核对工作流", f"Temporal cannot be reached, workflows were not compared: {error}")
    return await compare(client, engine)


def _table(findings: "list[Finding]", differences: "list[Difference]") -> "Table":
    from rich.table import Table

    table = Table("预录入编号 number", "问题 finding", "版本 version", "详情 detail")
    for found in findings:
        table.add_row(found.pre_entry_no, found.what, str(found.version or "-"), found.detail or "-")
    for differing in differences:
        detail = f"查询表 row: {differing.row or '-'}, 工作流 workflow: {differing.workflow or '-'}"
        table.add_row(differing.pre_entry_no, "workflow_differs", "-", detail)
    return table
