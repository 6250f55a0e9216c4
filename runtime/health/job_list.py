"""The health jobs that a worker carries out when an operator starts them: doctor, verify and backup."""

import shutil
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy import Engine
from temporalio.client import Client

from db.health_runs import HealthFinding, RunResult
from runtime.backup.copying import FilesDamaged, copy
from runtime.backup.manifest import NAME as MANIFEST
from runtime.backup.manifest import Manifest
from runtime.backup.snapshots import CopyFailed
from runtime.diagnosis import Diagnosis, explain_sqlite, explained
from runtime.files import make_private
from runtime.health.doctor import examine
from runtime.health.finding import Finding, fault, warning, well
from runtime.health.verifying import verify
from runtime.layout import Layout
from runtime.settings import Settings
from runtime.threads import run_to_end

#: More findings of one run than this help nobody; the figure says how many there are.
MOST_FINDINGS = 500

log = structlog.get_logger("health")


class Report(Protocol):
    """Takes the progress of one run."""

    run_id: str

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Notes that ``done`` of ``total`` things of the step are done."""


Job = Callable[[Report], Coroutine[Any, Any, RunResult]]


def jobs(settings: Settings, engine: Engine, client: Client) -> Mapping[str, Job]:
    """Returns every job by name; a job that fails has a result that says why."""

    async def doctor(report: Report) -> RunResult:
        return _result(await examine(settings, report))

    async def verify_records(report: Report) -> RunResult:
        return _result(await verify(settings, engine, client, report))

    async def back_up(report: Report) -> RunResult:
        return await run_to_end(partial(backup, settings, report))

    named: dict[str, Job] = {"doctor": doctor, "verify": verify_records, "backup": back_up}
    return {name: _explaining(name, job) for name, job in named.items()}


def backup(settings: Settings, report: Report) -> RunResult:
    """Makes a backup in a folder of its own below ``YUYUE_BACKUP_DIR``; the result says where, and how large it is."""
    layout = Layout(settings.data_dir.resolve())
    if settings.backup_dir is None:
        chinese, english = "没有设置备份文件夹", "no folder for backups is set"
        return _failed(fault("backup", "backup.no_folder", chinese, english))
    if not _is_embedded(layout, settings):
        chinese, english = "数据库或 Temporal 不在数据目录中", "the database or Temporal is not in the data directory"
        return _failed(fault("backup", "backup.not_embedded", chinese, english))
    folder = _emptied(settings.backup_dir.resolve(), report.run_id)
    try:
        manifest = copy(layout, settings, folder, progress=report)
    except FilesDamaged as damaged:
        chinese, english = f"附件缺失或损坏：{damaged}", f"files are missing or damaged: {damaged}"
        return _failed(fault("backup", "backup.files_damaged", chinese, english))
    return _made(manifest, folder)


def _is_embedded(layout: Layout, settings: Settings) -> bool:
    own = settings.database_url == f"sqlite:///{layout.database}"
    return own and layout.database.exists() and layout.temporal.exists()


def _emptied(parent: Path, run_id: str) -> Path:
    """Returns the empty folder of the run; what a lost worker left in it is removed, for it is no backup."""
    folder = parent / run_id
    if folder.exists():
        shutil.rmtree(folder)
    make_private(folder)
    return folder


def _made(manifest: Manifest, folder: Path) -> RunResult:
    size = (folder / MANIFEST).stat().st_size + sum(each.size for each in manifest.files)
    counts: dict[str, str | int] = {"files": len(manifest.files), "appointments": manifest.appointments}
    facts = counts | {"folder": str(folder), "bytes": size}
    keys = ", ".join(manifest.seal_keys)
    apart = warning(
        "backup", "backup.keys_apart", f"备份不含密封密钥 {keys}", f"the seal keys {keys} are not in the backup"
    )
    return _result([well("backup", "备份完整", "the backup is whole"), apart], facts)


def _explaining(name: str, job: Job) -> Job:
    async def run(report: Report) -> RunResult:
        try:
            return await job(report)
        except Exception as error:
            log.warning("a health job failed", job=name, exc_info=error)
            unknown = Diagnosis("程序出错，详见日志", f"an error of the program, see the log: {type(error).__name__}")
            return _failed(fault(name, "job.failed", *(_diagnosis(error) or unknown)))

    return run


def _diagnosis(error: Exception) -> Diagnosis | None:
    return explain_sqlite(error.error, error.path) if isinstance(error, CopyFailed) else explained(error)


def _failed(finding: Finding) -> RunResult:
    return RunResult("failed", [stored(finding)])


def _result(findings: Sequence[Finding], facts: Mapping[str, str | int] | None = None) -> RunResult:
    kept = [stored(each) for each in findings[:MOST_FINDINGS]]
    return RunResult("done", kept, {"findings": len(findings), **(facts or {})})


def stored(finding: Finding) -> HealthFinding:
    """Returns the finding as the row of a run keeps it."""
    texts = {name: value for name, value in finding._asdict().items() if name != "remedy"}
    return HealthFinding(**texts)
