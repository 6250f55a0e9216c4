"""One stack per data directory: two Temporal servers would open one file without complaint."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

#: After a kill -9 of the supervisor its Temporal server, which holds the lock too, needs a moment to die.
PATIENCE_SECONDS = 5.0


class DataDirInUse(Exception):
    """Another stack runs on the data directory."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        self.directory, self.pid = directory, pid
        super().__init__(f"{directory} is in use by another `yuyue up`" + (f" (pid {pid})" if pid else ""))


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Holds the lock file, and yields its descriptor for the Temporal server to inherit.

    So the directory stays locked as long as either lives, even if the supervisor was killed.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, path)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not _try(descriptor):
        pid = _written_pid(descriptor)
        if _is_alive(pid) or time.monotonic() > give_up:
            raise DataDirInUse(path.parent, pid)
        time.sleep(0.05)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written_pid(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).decode()
    return int(text) if text.isdigit() else None


def _is_alive(pid: int | None) -> bool:
    try:
        return pid is not None and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
