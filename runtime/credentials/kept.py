"""Files with secrets that somebody replaces while the system runs."""

from collections.abc import Callable, Sequence
from os import stat_result
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import structlog

Content = TypeVar("Content")
#: Inode, time of change in nanoseconds and size of a file; None for a file that cannot be read.
Stamp = tuple[tuple[int, int, int] | None, ...]

log = structlog.get_logger("credentials")


class CredentialError(ValueError):
    """A file cannot be used now; the message says why and holds nothing secret."""


class KeptFiles(Generic[Content]):
    """The last good content of files that belong together, loaded again when one of them changes.

    A new version that cannot be used is logged once, and the last good one goes on being used. Threads may share it.
    """

    def __init__(self, paths: Sequence[Path], load: Callable[[], Content]) -> None:
        self._paths, self._load = tuple(paths), load
        self._stamp: Stamp = ()
        self._content: Content | None = None
        self._reason = ""
        self._lock = Lock()

    def current(self) -> Content:
        """Returns the content to use now. Raises ``CredentialError`` when there never was a good one."""
        with self._lock:
            stamp = tuple(_stamp(path) for path in self._paths)
            if stamp != self._stamp or self._content is None:
                self._read(stamp)
            if self._content is None:
                raise CredentialError(self._reason)
            return self._content

    def _read(self, stamp: Stamp) -> None:
        try:
            self._content = self._load()
        except (OSError, ValueError) as error:
            self._note(f"{type(error).__name__} {error.filename}" if isinstance(error, OSError) else str(error))
        else:
            self._stamp, self._reason = stamp, ""

    def _note(self, reason: str) -> None:
        """Logs why the files cannot be used, once; they are read again at the next use."""
        if reason != self._reason:
            log.warning("a credential cannot be used", reason=reason, last_good_one_is_kept=self._content is not None)
        self._reason = reason


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found: stat_result = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
