"""Takes receipts out of InBox. A file leaves it only once its receipt is stored, or it is in FailBox with a note."""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import structlog

from customs.channels import Unavailable
from customs.channels.directory import notes
from customs.channels.directory.channel import ANSWER
from customs.channels.directory.storage import Box, BoxFile, Storage
from customs.channels.directory.zips import MAX_ZIP_BYTES, BadZip, unpack

#: A file that cannot be read may still be written, until it has not changed for so long.
UNCHANGED_SECONDS = 10.0
#: The asker of an answer to a look-up is gone by then.
_ANSWER_SECONDS = 60.0
_LONGEST_NAME = 180

#: Stores a message; returns the code of a NACK when it is none that can be used.
Keep = Callable[[bytes], str | None]

log = structlog.get_logger("customs.inbox")


class _Sight(NamedTuple):
    """A file as it was, and the moment from which on it did not change."""

    file: BoxFile
    since: float


class InBox:
    """The receipts in a storage. Several processes may take the same file: what is stored twice counts once."""

    def __init__(self, storage: Storage, unchanged_seconds: float = UNCHANGED_SECONDS) -> None:
        self._storage = storage
        self._unchanged_seconds = unchanged_seconds
        self._sights: dict[str, _Sight] = {}

    def waiting(self) -> list[BoxFile]:
        """Returns the files to take, oldest first, without those that their writer has not renamed yet."""
        found = [each for each in self._storage.files(Box.IN) if not each.is_unfinished]
        self._sights = {each.name: self._sight(each) for each in found}
        return sorted(found, key=lambda each: (each.modified, each.name))

    def take(self, file: BoxFile, keep: Keep) -> None:
        """Takes one file. It stays where it is when the storage or ``keep`` fails, for the next round."""
        if file.name.endswith(f"{ANSWER}.zip"):
            self._drop_old_answer(file)
            return
        try:
            content = self._content(file)
        except BadZip as bad:
            self._refuse(file, bad)
            return
        if content is None:
            return
        if code := keep(content):
            self._refuse(file, BadZip(code))
        else:
            self._storage.remove(Box.IN, file.name)

    def _content(self, file: BoxFile) -> bytes | None:
        """Returns the message, None when another process has taken it. Raises ``BadZip``."""
        stem, dot, suffix = file.name.rpartition(".")
        if not file.is_file or not dot or suffix.lower() != "zip":
            raise BadZip("NOT_ZIP", is_whole=not file.is_file)
        raw = self._storage.read(Box.IN, file.name, MAX_ZIP_BYTES + 1)
        return None if raw is None else unpack(stem, raw)

    def _refuse(self, file: BoxFile, bad: BadZip) -> None:
        """Moves a file to FailBox, its note first: who finds the file finds the note."""
        if not bad.is_whole and not self._is_unchanged(file, self._unchanged_seconds):
            return
        name = self._failed_name(file)
        stem = name.rpartition(".")[0] or name
        self._storage.write(Box.FAILED, f"{stem}{notes.SUFFIX}", notes.note(bad.code, file.name.rpartition(".")[0]))
        if self._storage.move(Box.IN, file.name, Box.FAILED, name):
            log.warning("a file of customs cannot be used", code=bad.code)

    def _failed_name(self, file: BoxFile) -> str:
        """Returns the name in FailBox: its own, unless it is taken or too long for a note beside it."""
        is_long = len(file.name.encode(errors="surrogateescape")) > _LONGEST_NAME
        if not is_long and not self._storage.exists(Box.FAILED, file.name):
            return file.name
        stem, dot, suffix = file.name.rpartition(".")
        about = f"{file.name}{file.size}{file.modified}".encode(errors="surrogateescape")
        return f"{(stem or file.name)[:40]}.{sha256(about).hexdigest()[:12]}{dot}{suffix[:8]}"

    def _sight(self, file: BoxFile) -> _Sight:
        last = self._sights.get(file.name)
        return last if last and last.file == file else _Sight(file, time.monotonic())

    def _is_unchanged(self, file: BoxFile, seconds: float) -> bool:
        sight = self._sights.get(file.name)
        return sight is not None and time.monotonic() - sight.since >= seconds

    def _drop_old_answer(self, file: BoxFile) -> None:
        if self._is_unchanged(file, _ANSWER_SECONDS):
            self._storage.remove(Box.IN, file.name)


def remove_old(storage: Storage, before: float) -> int:
    """Removes what was taken or refused before that instant, in seconds since 1970, and what a killed writer left.

    Returns how many files are gone.
    """
    old = [(box, file) for box in (Box.SENT, Box.FAILED) for file in _files(storage, box) if file.modified < before]
    old += [(Box.OUT, file) for file in _files(storage, Box.OUT) if file.is_unfinished and file.modified < before]
    return sum(storage.remove(box, file.name) for box, file in old if file.is_file)


def _files(storage: Storage, box: Box) -> list[BoxFile]:
    try:
        return storage.files(box)
    except Unavailable:
        return []
