"""The figures as a table: ours, the floor, how they compare, and what is aimed at."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from bench.documents import Compared
from bench.measuring import PROCESSES, Measured

#: Relative to the bare lifecycle. Aims, not limits: a machine under load misses them, and nothing fails.
THROUGHPUT_AIM, MEDIAN_AIM = "≥ 0.8", "≤ 1.3"

_CHINESE = {
    "history events": "历史事件",
    "history kB": "历史大小",
    "updates": "更新",
    "local activities": "本地活动",
    "activities": "活动",
    "workflow tasks": "任务",
    "timers": "计时器",
    "attribute upserts": "检索属性",
}


def table(ours: Measured, floor: Measured) -> Table:
    """Throughput and latency."""
    shown = _empty("预约对空壳 appointment and bare workflow", "目标 aim")
    rows = [
        ("全程/秒 lifecycles/s", ours.throughput, floor.throughput, THROUGHPUT_AIM),
        ("命令中位 median ms", ours.median, floor.median, MEDIAN_AIM),
        ("命令 command p95 ms", ours.p95, floor.p95, ""),
    ]
    rows += [(f"全程 CPU ms: {name}", ours.cpu_each(name), floor.cpu_each(name), "") for name in PROCESSES]
    for name, own, bare, aim in rows:
        shown.add_row(name, f"{own:.2f}", f"{bare:.2f}", f"{own / bare:.2f}", aim)
    return shown


def rounds_line(ours: Measured, floor: Measured) -> str:
    """One line on the spread between the rounds."""
    pairs = zip(ours.rounds, floor.rounds, strict=True)
    return "各轮 by round: " + ", ".join(f"{own:.2f} / {bare:.2f} = {own / bare:.2f}" for own, bare in pairs)


def anatomy_table(ours: Mapping[str, float], floor: Mapping[str, float]) -> Table:
    """A table of the events of one lifecycle; updates and activities of both kinds should be alike."""
    shown = _empty("一个全程的历史 history of one lifecycle")
    for kind, own in ours.items():
        ratio = f"{own / floor[kind]:.2f}" if floor[kind] else ""
        shown.add_row(f"{_CHINESE[kind]} {kind}", f"{own:.1f}", f"{floor[kind]:.1f}", ratio)
    return shown


def documents_table(compared: Sequence[Compared]) -> Table:
    """An upload's inspection in a warm child, beside pypdf counting the pages in our own process."""
    columns = ("检查 inspected ms", "只数页 counted ms", "最快 least: inspected", "counted")
    shown = Table("", *columns, title="附件检查 inspection of an upload", title_justify="left")
    for each in compared:
        shown.add_row(each.name, *(f"{ms:.1f}" for ms in each[1:]))
    return shown


def _empty(title: str, *more: str) -> Table:
    shown = Table("", "预约 ours", "空壳 bare", "比 ratio", *more, title=title, title_justify="left")
    for column in shown.columns[1:]:
        column.justify = "right"
    return shown
