"""The four boxes, as every storage of files offers them.

``OutBox`` holds what customs has not fetched yet, ``SentBox`` what it took, ``InBox`` what it sends us, and ``FailBox``
what either side refused, with a note.
"""

from enum import StrEnum
from typing import NamedTuple, Protocol


class Box(StrEnum):
    """The folders of the channel."""

    OUT = "OutBox"
    SENT = "SentBox"
    IN = "InBox"
    FAILED = "FailBox"


class BoxFile(NamedTuple):
    """An entry of a box; ``modified`` in seconds since 1970, ``is_file`` False for a folder, a link or a device."""

    name: str
    size: int
    modified: float
    is_file: bool = True

    @property
    def is_unfinished(self) -> bool:
        """Returns True if the name is that of a file which its writer has not renamed yet."""
        return self.name.startswith(".") or self.name.endswith((".tmp", ".part", ".filepart"))


class Storage(Protocol):
    """Files by box and name. Every call blocks, and raises ``Unavailable`` when the storage fails."""

    def files(self, box: Box) -> list[BoxFile]:
        """Returns what is in the box, in no order."""

    def exists(self, box: Box, name: str) -> bool:
        """Returns True if the file is there."""

    def read(self, box: Box, name: str, limit: int) -> bytes | None:
        """Returns at most ``limit`` bytes of the file, None when it is not there (any more)."""

    def write(self, box: Box, name: str, content: bytes) -> None:
        """Writes a file that is whole as soon as it has its name, and survives a loss of power."""

    def move(self, box: Box, name: str, to: Box, as_name: str) -> bool:
        """Moves a file in one step, over one that may be there; returns False when it is not there (any more)."""

    def remove(self, box: Box, name: str) -> bool:
        """Removes a file; returns False when it is not there (any more)."""
