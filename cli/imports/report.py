"""The output of an import: faults by row and column, or the changes."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from db.changes import Changes
from domain.problems import explain
from runtime.imports.job import ImportOutcome
from runtime.spreadsheets.sheets import SheetUnreadable
from runtime.spreadsheets.tables import Faults, RowFault

#: The most entries of each kind that are listed.
MAX_SHOWN = 20


def print_unreadable(console: Console, error: SheetUnreadable) -> None:
    """Prints the fault of a file that cannot be read."""
    _print_fault(console, RowFault(error.row, None, error.fault))


def print_faults(console: Console, faults: Faults) -> None:
    """Prints the first faults, and the number of the others."""
    for each in sorted(faults.listed, key=lambda each: each.row or 0):
        _print_fault(console, each)
    more = faults.count - len(faults.listed)
    rest = f"，另有 {more} 处未列出 ({more} more not shown)" if more else ""
    console.print(
        f"[red]✗[/] 共 {faults.count} 处问题，没有导入任何内容{rest} / {faults.count} faults, nothing imported"
    )


def print_changes(
    console: Console, title: str, changes: Changes[Any], shown: Callable[[Any], str], *, dry: bool
) -> None:
    """Prints a few changes of each kind, then the counts."""
    _print_some(console, "+", [shown(entry) for entry in changes.added])
    _print_some(console, "~", [f"{shown(before)} → {shown(after)}" for before, after in changes.changed])
    _print_some(console, "-", [shown(entry) for entry in changes.removed])
    table = Table("新增 added", "更改 changed", "不变 unchanged", "删除 removed", title=title, title_justify="left")
    counts = (len(changes.added), len(changes.changed), changes.unchanged, len(changes.removed))
    table.add_row(*map(str, counts))
    console.print(table)
    console.print("试运行，没有改动 / dry run, nothing was changed" if dry else "[green]✓[/] 已导入 imported")


def _print_some(console: Console, mark: str, lines: list[str]) -> None:
    for line in lines[:MAX_SHOWN]:
        console.print(f"{mark} {line}", markup=False, highlight=False)
    if len(lines) > MAX_SHOWN:
        console.print(f"{mark} … +{len(lines) - MAX_SHOWN}", markup=False, highlight=False)


def _print_fault(console: Console, each: RowFault) -> None:
    zh, en = explain(each.fault, "zh"), explain(each.fault, "en")
    row = f"第 {each.row} 行 row {each.row}" if each.row else "文件 file"
    column = f"，{each.column}" if each.column else ""
    console.print(f"{row}{column}: {each.fault.code}", markup=False, highlight=False)
    for chinese, english in ((zh["message"], en["message"]), (zh["remedy"], en["remedy"])):
        console.print(f"    {chinese}\n    {english}", markup=False, highlight=False)


def print_notes(console: Console, outcome: ImportOutcome) -> None:
    """Prints which sheet was read, which columns were not, and which rows are hidden and were read nevertheless."""
    if outcome.sheet:
        console.print(f"工作表 sheet: {outcome.sheet}", markup=False, highlight=False)
    if outcome.ignored:
        console.print(f"忽略的列 columns ignored: {'、'.join(outcome.ignored)}", markup=False, highlight=False)
    if hidden := outcome.hidden:
        named = "、".join(map(str, hidden[:MAX_SHOWN])) + (" …" if len(hidden) > MAX_SHOWN else "")
        console.print(
            f"隐藏或筛选的 {len(hidden)} 行也已读取 hidden or filtered rows, read as well: {named}",
            markup=False,
            highlight=False,
        )
