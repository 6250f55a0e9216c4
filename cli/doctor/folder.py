"""The data directory: rights, room, ports, and whether it was restored and not yet reconciled."""

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

from cli.up.ports import PortNumbers, holder, is_free
from runtime.health import disk
from runtime.health.finding import Finding, fault, warning, well
from runtime.layout import Layout

#: The parts that this module checks; those of a worker are the same for the directory of its settings.
PARTS = frozenset({"rights", "disk", "ports", "restore"})


def check(data_dir: Path) -> Iterator[Finding]:
    """Yields the findings that need no running process."""
    layout = Layout(data_dir)
    yield rights(layout)
    yield ports(layout)
    yield from disk.check(data_dir)


def rights(layout: Layout) -> Finding:
    """Returns a fault if others than the owner may read the folder."""
    private = (layout.root, layout.secrets, layout.keys, layout.users)
    open_ones = [path for path in private if path.exists() and _is_open(path)]
    if open_ones:
        names = " ".join(map(str, open_ones))
        return fault("rights", "rights.open", f"其他用户可以读取 {names}", f"others may read {names}", names=names)
    return well("rights", "只有所有者可以读取数据目录", "only the owner may read the data directory")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def ports(layout: Layout) -> Finding:
    """Returns a fault if the stack does not run and one of its ports is taken."""
    if is_running(layout):
        return well("ports", "yuyue up 正在运行", "the stack is running")
    numbers = PortNumbers(**json.loads(layout.ports.read_text(encoding="utf-8")))
    taken = [port for port in numbers if not is_free(port)]
    if taken:
        who = ", ".join(f"{port} ({holder(port) or '?'})" for port in taken)
        return warning("ports", "ports.taken", f"端口被占用：{who}", f"ports in use: {who}")
    return well("ports", "yuyue up 未运行，端口空闲", "the stack is not running, its ports are free")


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
