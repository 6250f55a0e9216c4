"""The command: checks every part, prints the findings, and exits with 1 when a part does not work."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import out
from cli.embedded import DataDir, load_settings

if TYPE_CHECKING:
    from runtime.health.finding import Finding
    from runtime.settings import Settings

MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "fault": "[red]✗[/]"}


def doctor(
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """检查各组成部分并给出处理办法。Checks every part and says the remedy; exit code 1 when something does not work."""
    found = list(_findings(load_settings(data_dir), data_dir))
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found], ensure_ascii=False, indent=2))
    else:
        _print(found)
    if any(each.level == "fault" for each in found):
        raise typer.Exit(1)


def _findings(settings: "Settings", data_dir: Path | None) -> "Iterator[Finding]":
    from cli.doctor import folder
    from runtime.health import doctor as parts
    from runtime.health import services

    if data_dir:
        yield from folder.check(data_dir.resolve())
    for each in asyncio.run(parts.examine(settings)):
        if not (data_dir and each.part in folder.PARTS):
            yield each
    yield from services.check_api(settings)


def _print(found: "Sequence[Finding]") -> None:
    for each in found:
        remedy = f"\n    [bold]→ {each.remedy}[/]" if each.remedy else ""
        out().print(f"{MARKS[each.level]} {each.chinese}\n    [dim]{each.english}[/]{remedy}", highlight=False)
