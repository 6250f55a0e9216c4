"""The boxes as folders of a file system, also one that several machines share."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from customs.channels import Unavailable
from customs.channels.directory.storage import Box, BoxFile


class LocalStorage:
    """The boxes in ``root``. They are never made here: an empty mount point would swallow messages."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def files(self, box: Box) -> list[BoxFile]:
        """Returns what is in the box; a file that is moved away meanwhile may be missing."""
        with _failing(), os.scandir(self.root / box) as entries:
            return [found for entry in entries if (found := _described(entry)) is not None]

    def exists(self, box: Box, name: str) -> bool:
        """Returns True if the file is there."""
        return os.path.lexists(self.root / box / name)

    def read(self, box: Box, name: str, limit: int) -> bytes | None:
        """Returns at most ``limit`` bytes, None without such a file; it follows no link and waits for no pipe."""
        with _failing():
            try:
                descriptor = os.open(self.root / box / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except FileNotFoundError:
                return None
            with os.fdopen(descriptor, "rb") as file:
                return file.read(limit)

    def write(self, box: Box, name: str, content: bytes) -> None:
        """Writes under a name of its own, then renames; what is written in vain is removed."""
        temporary = self.root / box / f".{name}.{token_hex(4)}.tmp"
        with _failing():
            try:
                with temporary.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self.root / box / name)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise
            self._sync(box)

    def move(self, box: Box, name: str, to: Box, as_name: str) -> bool:
        """Renames the file."""
        with _failing():
            try:
                (self.root / box / name).rename(self.root / to / as_name)
            except FileNotFoundError:
                return self._is_gone(box, name)
            self._sync(to)
            return True

    def remove(self, box: Box, name: str) -> bool:
        """Removes the file; one that a loss of power brings back is taken a second time, which changes nothing."""
        with _failing():
            try:
                (self.root / box / name).unlink()
            except FileNotFoundError:
                return self._is_gone(box, name)
            return True

    def _is_gone(self, box: Box, name: str) -> bool:
        """Returns False; raises FileNotFoundError when it is a box that is missing."""
        if self.exists(box, name) or not (self.root / box).is_dir():
            raise FileNotFoundError(errno.ENOENT, "a box is missing")
        return False

    def _sync(self, box: Box) -> None:
        """Makes renames durable, which are entries of the folder."""
        descriptor = os.open(self.root / box, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _described(entry: "os.DirEntry[str]") -> BoxFile | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return BoxFile(entry.name, found.st_size, found.st_mtime, stat.S_ISREG(found.st_mode))


@contextmanager
def _failing() -> Iterator[None]:
    """Turns an error of the file system into ``Unavailable``, by its short name: a path may say too much."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"box {errno.errorcode.get(error.errno or 0, type(error).__name__)}") from error
