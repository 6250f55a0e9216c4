"""Checks of the data directory that need no running process: free space, and a restoration that is not finished."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from runtime.backup.restored import MarkDamaged, unreconciled_since
from runtime.health.finding import Finding, fault, warning, well

#: Less free space is soon used up; with less than the second, SQLite may fail at the next checkpoint.
LOW_BYTES, EMPTY_BYTES = 2 * 1024**3, 200 * 1024**2


def check(folder: Path) -> Iterator[Finding]:
    """Yields findings about the directory, which need not exist yet."""
    existing = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    yield room(shutil.disk_usage(existing).free)
    if (since := _unreconciled(folder)) is not None:
        yield warning(
            "restore",
            "restore.unreconciled",
            f"由 {since} 的备份恢复，尚未与海关对账",
            f"restored from a backup of {since} and not reconciled with customs yet",
            folder=str(folder),
        )


def _unreconciled(folder: Path) -> str | None:
    try:
        since = unreconciled_since(folder)
    except MarkDamaged:
        return "?"
    return since.isoformat(timespec="seconds") if since else None


def room(free: int) -> Finding:
    """Returns a finding about the free space of the disk, in bytes."""
    chinese, english = f"磁盘剩余 {free / 1024**3:.1f} GiB", f"{free / 1024**3:.1f} GiB free on the disk"
    if free < EMPTY_BYTES:
        return fault("disk", "disk.full", chinese, english)
    return warning("disk", "disk.low", chinese, english) if free < LOW_BYTES else well("disk", chinese, english)
