"""`yuyue verify`, `yuyue rebuild`: check that the records agree, and make read rows again."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from cli.embedded import DataDir, load_settings, open_database

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy import Engine

    from db.audit import AuditFault
    from db.verify import Discrepancy
    from runtime.comparison import StateDifference
    from runtime.settings import Settings


def verify(
    data_dir: DataDir = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="由事件记录修复查询表 / mends rows where the events prove what is right")
    ] = False,
    heads: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="链尾存档，存在则比对，再更新 / heads kept elsewhere: compared, then renewed"
        ),
    ] = None,
    signatures: Annotated[
        bool,
        typer.Option(
            "--signatures", help="只凭存档核对电子签名，无需联网 / signatures alone, from the archive, offline"
        ),
    ] = False,
) -> None:
    """核对工作流、事件记录、查询表与附件。Proves that workflows, events, rows and files agree; exit code 1 if not."""
    settings = load_settings(data_dir)
    engine = open_database(settings)
    if signatures:
        _verify_signatures(settings, engine)
        return
    findings = [*_findings(settings, engine, repair=repair), *_files(settings, engine)]
    logs = _logs(engine)
    lost = _lost(engine, heads) if heads else []
    differences = asyncio.run(_compare(settings, engine))
    if findings or logs or lost or differences:
        out().print(_table(findings, logs, lost, differences))
        raise typer.Exit(1)
    if heads:
        _keep(engine, heads)
    out().print("[green]✓[/] 一致 all agree")


def rebuild(data_dir: DataDir = None) -> None:
    """由事件记录重建查询表。Makes the read rows again from the event rows."""
    from rich.progress import Progress

    from db.projections import count_appointments
    from db.projections import rebuild as rebuild_rows
    from runtime.sealing import Sealer

    settings = load_settings(data_dir)
    engine, digests = open_database(settings), Sealer.of(settings).digests
    with Progress(console=out(), transient=True) as bar:
        task = bar.add_task("重建 rebuilding", total=count_appointments(engine))
        count = rebuild_rows(engine, lambda done: bar.update(task, completed=done), digests=digests)
    out().print(f"[green]✓[/] 已重建 {count} 行 / rows rebuilt", highlight=False)


def _verify_signatures(settings: "Settings", engine: "Engine") -> None:
    from runtime.sealing import KeyringError, Sealer
    from runtime.signature_archive import Archive, trusted_roots

    try:
        archive = Archive(engine, Sealer.of(settings), trusted_roots(settings))
    except (KeyringError, ValueError, OSError) as error:
        fail("密封密钥或信任目录不可用", f"the seal keys or the trust folder cannot be used: {error}")
    held, unsigned, wrong = archive.judge()
    for each in wrong:
        out().print(f"[red]✗[/] {each.pre_entry_no} v{each.version} {each.why}", highlight=False)
    roots = (
        "信任目录 the trust folder"
        if settings.trust_dir
        else "存档自身 the archive itself (YUYUE_TRUST_DIR is not set)"
    )
    out().print(f"根证书来自 roots from: {roots}", highlight=False)
    out().print(f"有效签名 signatures that hold: {held}, 未签名 unsigned: {unsigned}", highlight=False)
    if wrong:
        raise typer.Exit(1)


def _findings(settings: "Settings", engine: "Engine", *, repair: bool) -> "list[Discrepancy]":
    """Returns the findings, after a repair if one is wanted."""
    from db.repair import repair_rows
    from db.verify import verify as findings_in
    from runtime.sealing import Sealer

    digests = Sealer.of(settings).digests
    findings = list(findings_in(engine, digests=digests))
    if not (repair and findings):
        return findings
    mended = repair_rows(engine, findings, digests)
    out().print(f"已修复 mended: {len(mended)} {', '.join(mended)}", highlight=False)
    return list(findings_in(engine, digests=digests))


def _files(settings: "Settings", engine: "Engine") -> "list[Discrepancy]":
    """Returns findings about missing and damaged files, which no repair can restore."""
    from runtime.file_faults import faults
    from runtime.objects import Objects
    from runtime.sealing import Sealer

    return list(faults(engine, Objects.of(settings, Sealer.of(settings))))


def _logs(engine: "Engine") -> "list[AuditFault]":
    from db.audit import faults

    return list(faults(engine))


def _lost(engine: "Engine", file: Path) -> list[str]:
    """Returns the numbers, and the logs, whose chain no longer has the head in the file."""
    from db import audit
    from db.chain_heads import missing
    from db.engine import read

    if not file.exists():
        return []
    try:
        kept = json.loads(file.read_text("utf-8"))
        logs = {str(log): (int(number), str(head)) for log, (number, head) in kept.get("logs", {}).items()}
        gone = read(engine, lambda session: audit.missing_heads(session, logs))
        return [*missing(engine, {str(number): str(head) for number, head in kept["heads"].items()}), *gone]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fail(f"{file} 不是链尾存档", f"{file} holds no chain heads: {type(error).__name__}")


def _keep(engine: "Engine", file: Path) -> None:
    from db import audit
    from db.chain_heads import head_of_heads
    from db.chain_heads import heads as ends_of
    from db.engine import read
    from runtime.files import write_json

    ends = ends_of(engine)
    write_json(file, {"head": head_of_heads(ends), "heads": ends, "logs": read(engine, audit.heads)})
    out().print(f"链尾 chain heads: {len(ends)} → {file}", highlight=False)


async def _compare(settings: "Settings", engine: "Engine") -> "list[StateDifference]":
    from runtime import temporal
    from runtime.comparison import compare

    return await compare(await temporal.connect(settings), engine, settings.task_queue)


def _table(
    findings: "list[Discrepancy]",
    logs: "list[AuditFault]",
    lost: list[str],
    differences: "list[StateDifference]",
) -> "Table":
    from rich.table import Table

    table = Table("预录入编号 number", "问题 finding", "版本 version", "详情 detail")
    for found in findings:
        table.add_row(found.pre_entry_no, found.what, str(found.version or "-"), found.detail or "-")
    for wrong in logs:
        table.add_row(f"{wrong.log}/{wrong.entry}", wrong.what, "-", "-")
    for number in lost:
        table.add_row(number, "head_missing", "-", "存档的链尾已不在链中 the head that was kept is not in the chain")
    for differing in differences:
        detail = f"查询表 row: {differing.row or '-'}, 工作流 workflow: {differing.workflow or '-'}"
        table.add_row(differing.pre_entry_no, "workflow_differs", "-", detail)
    return table
