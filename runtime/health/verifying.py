"""The job that proves that events, rows, files, signatures and workflows agree."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Engine
from temporalio.client import Client

from db import audit
from db import verify as records
from db.audit import AuditFault
from db.verify import Discrepancy
from runtime.comparison import StateDifference, compare
from runtime.file_faults import faults
from runtime.health.finding import Finding, fault, well
from runtime.objects import Objects
from runtime.sealing import Sealer
from runtime.settings import Settings
from runtime.signature_archive import Archive, Wrong, trusted_roots

#: ``progress(name of the step, things done, things in all or None)``
Progress = Callable[[str, int, int | None], None]


async def verify(settings: Settings, engine: Engine, client: Client, progress: Progress) -> list[Finding]:
    """Returns every disagreement, or one finding that all agree."""
    found = await asyncio.to_thread(
        lambda: [*_records(settings, engine, progress), *_archives(settings, engine, progress)]
    )
    progress("workflows", 0, None)
    found += map(of_workflow, await compare(client, engine, settings.task_queue))
    return found or [well("records", "记录一致", "all records agree")]


def of_record(found: Discrepancy) -> Finding:
    """Returns the finding of a record that disagrees with the events."""
    where = f" v{found.version}" if found.version else ""
    detail = f": {found.detail}" if found.detail else ""
    what = f"{found.pre_entry_no}{where} {found.what}{detail}"
    return fault(found.pre_entry_no, f"record.{found.what}", f"记录不一致 {what}", f"records disagree: {what}")


def of_log(found: AuditFault) -> Finding:
    """Returns the finding of a row of a log that the chain of the log does not confirm."""
    row = f"{found.log}/{found.entry}"
    return fault(row, f"record.{found.what}", f"日志不一致 {row} {found.what}", f"a log disagrees: {row} {found.what}")


def of_workflow(found: StateDifference) -> Finding:
    """Returns the finding of a workflow that disagrees with its row."""
    number, row, workflow = found.pre_entry_no, found.row or "-", found.workflow or "-"
    chinese = f"{number} 查询表为 {row}，流程为 {workflow}"
    return fault(number, "record.workflow_differs", chinese, f"{number}: the row is {row}, the workflow {workflow}")


def of_signature(found: Wrong) -> Finding:
    """Returns the finding of a signature that is not good."""
    what = f"{found.pre_entry_no} v{found.version}: {found.why}"
    return fault(found.pre_entry_no, "record.signature_wrong", f"签名无效 {what}", f"not a good signature: {what}")


def _records(settings: Settings, engine: Engine, progress: Progress) -> Iterator[Finding]:
    total = records.count(engine)
    progress("records", 0, total)
    digests = Sealer.of(settings).digests
    found = records.verify(engine, lambda done: progress("records", done, total), digests=digests)
    yield from map(of_record, found)
    progress("logs", 0, None)
    yield from map(of_log, audit.faults(engine))


def _archives(settings: Settings, engine: Engine, progress: Progress) -> Iterable[Finding]:
    sealer = Sealer.of(settings)
    progress("files", 0, None)
    files = faults(engine, Objects.of(settings, sealer), progress=lambda done: progress("files", done, None))
    yield from map(of_record, files)
    archive = Archive(engine, sealer, trusted_roots(settings))
    yield from map(of_signature, archive.judge(lambda done: progress("signatures", done, None)).wrong)
