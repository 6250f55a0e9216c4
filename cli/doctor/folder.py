"""The data directory: rights, room, ports, and whether it was restored and not yet reconciled."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from cli.doctor.finding import Finding, fault, warning, well
from cli.restore import unreconciled_since
from cli.up.layout import Layout
from cli.up.ports import PortNumbers, holder, is_free

#: Less free space is soon used up; with less than the second, SQLite may fail at the next checkpoint.
LOW_BYTES, EMPTY_BYTES = 2 * 1024**3, 200 * 1024**2


def check(data_dir: Path) -> Iterator[Finding]:
    """Yields the findings that need no running process."""
    layout = Layout(data_dir)
    yield rights(layout)
    yield room(shutil.disk_usage(data_dir).free)
    yield ports(layout)
    since = unreconciled_since(data_dir)
    if since is not None:
        yield warning(
            "restore",
            f"由 {since.isoformat(timespec='seconds')} 的备份恢复,尚未与海关对账",
            "restored from a backup and not reconciled with customs yet",
            f"yuyue reconcile --data-dir {data_dir}",
        )


def rights(layout: Layout) -> Finding:
    """Returns a fault if others than the owner may read the folder."""
    private = (layout.root, layout.secrets, layout.keys, layout.users)
    open_ones = [path for path in private if path.exists() and _is_open(path)]
    if open_ones:
        names = " ".join(map(str, open_ones))
        return fault("rights", f"其他用户可以读取 {names}", f"others may read {names}", f"chmod go-rwx {names}")
    return well("rights", "只有所有者可以读取数据目录", "only the owner may read the data directory")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def room(free: int) -> Finding:
    """Returns a finding about the free space of the disk, in bytes."""
    chinese, english = f"磁盘剩余 {free / 1024**3:.1f} GiB", f"{free / 1024**3:.1f} GiB free on the disk"
    remedy = "清理磁盘或换一个数据目录 / make room, or move the data directory"
    if free < EMPTY_BYTES:
        return fault("disk", chinese, english, remedy)
    return warning("disk", chinese, english, remedy) if free < LOW_BYTES else well("disk", chinese, english)


def ports(layout: Layout) -> Finding:
    """Returns a fault if the stack does not run and one of its ports is taken."""
    if is_running(layout):
        return well("ports", "yuyue up 正在运行", "the stack is running")
    numbers = PortNumbers(**json.loads(layout.ports.read_text(encoding="utf-8")))
    taken = [port for port in numbers if not is_free(port)]
    if taken:
        who = ", ".join(f"{port} ({holder(port) or '?'})" for port in taken)
        return warning("ports", f"端口被占用:{who}", f"ports in use: {who}", "换一个 --port-base / choose another")
    return well("ports", "yuyue up 未运行,端口空闲", "the stack is not running, its ports are free")


def is_running(layout: Layout) -> bool:
    """Returns True if a process holds the lock of the directory."""
    if not layout.lock.exists():
        return False
    with layout.lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
