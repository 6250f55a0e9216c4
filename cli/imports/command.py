"""`yuyue import …`: official lists, the register and the calendar, from CSV or XLSX."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import fail, out
from cli.embedded import DataDir, load_settings, open_database

if TYPE_CHECKING:
    from runtime.imports.job import ImportKind

imports = typer.Typer(
    help="导入 CSV 或 XLSX，全部成功或全部不变。Imports CSV or XLSX, all of it or nothing; see docs/imports.md.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="CSV 或 XLSX 文件 / file", exists=True, dir_okay=False, readable=True)]
Replace = Annotated[bool, typer.Option("--replace", help="删除文件中没有的 / take away what the file does not have")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只报告，不改动 / say what would change, change nothing")]
By = Annotated[str, typer.Option(help="记入记录的操作人 / who the records say did it", metavar="NAME")]


@imports.command()
def ports(
    file: File, *, replace: Replace = False, dry_run: DryRun = False, by: By = "cli", data_dir: DataDir = None
) -> None:
    """口岸(关区)代码表。Ports: code, name, English name."""
    from runtime.imports.lists import PORTS

    _import(PORTS, file, replace=replace, dry_run=dry_run, by=by, data_dir=data_dir)


@imports.command()
def hs(
    file: File, *, replace: Replace = False, dry_run: DryRun = False, by: By = "cli", data_dir: DataDir = None
) -> None:
    """税则:4 位品目和 10 位商品编号。The tariff: headings of 4 digits and lines of 10."""
    from runtime.imports.lists import HS

    _import(HS, file, replace=replace, dry_run=dry_run, by=by, data_dir=data_dir)


@imports.command()
def enterprises(
    file: File, *, replace: Replace = False, dry_run: DryRun = False, by: By = "cli", data_dir: DataDir = None
) -> None:
    """企业注册信息和信用等级。The register of enterprises."""
    from runtime.imports.enterprises import ENTERPRISES

    _import(ENTERPRISES, file, replace=replace, dry_run=dry_run, by=by, data_dir=data_dir)


@imports.command()
def calendar(
    file: File, *, replace: Replace = False, dry_run: DryRun = False, by: By = "cli", data_dir: DataDir = None
) -> None:
    """年度节假日和调休。Days off and make-up days; each year of the file is published as a whole."""
    from cli.imports.years import YEARS

    _import(YEARS, file, replace=replace, dry_run=dry_run, by=by, data_dir=data_dir)


@imports.command(name="work-hours")
def work_hours(
    file: File, *, replace: Replace = False, dry_run: DryRun = False, by: By = "cli", data_dir: DataDir = None
) -> None:
    """口岸工作时间:周计划和单日。Weekly plans and single dates; holders of booked windows get a notice."""
    from cli.imports.hours import WORK_HOURS

    _import(WORK_HOURS, file, replace=replace, dry_run=dry_run, by=by, data_dir=data_dir)


def _import(
    kind: "ImportKind[Any]", file: Path, *, replace: bool, dry_run: bool, by: str, data_dir: Path | None
) -> None:
    from datetime import UTC, datetime
    from functools import partial

    from cli.imports import report
    from cli.imports.progress import bar
    from db.engine import Busy
    from db.register_history import Origin
    from runtime.imports.job import Job, digest_of, run
    from runtime.spreadsheets.sheets import SheetUnreadable

    console, engine = out(), open_database(load_settings(data_dir))
    origin = Origin(by, datetime.now(UTC), file_name=file.name, file_digest=digest_of(file))
    job = Job(engine, origin, replace=replace, dry_run=dry_run, bar=partial(bar, console))
    try:
        outcome = run(kind, file, job)
    except SheetUnreadable as error:
        report.print_unreadable(console, error)
        raise typer.Exit(1) from None
    except Busy:
        fail("数据库正忙，没有导入，请稍后重试", "the database is busy, nothing was imported; try again")
    finally:
        engine.dispose()
    report.print_notes(console, outcome)
    if outcome.changes is None:
        report.print_faults(console, outcome.faults)
        raise typer.Exit(1)
    report.print_changes(console, kind.title, outcome.changes, kind.shown, dry=dry_run)
