"""The marks of a data directory that is being restored, or was restored but not reconciled with customs yet."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from runtime.files import empty, make_private, write_json

#: A file in the data directory: data after its instant are missing, and customs has not been asked for them yet.
MARK = "reconcile.json"
#: A file in the data directory from the first file of a restore to its last: a restore that was killed leaves it.
UNFINISHED = "restore-unfinished"


class RestoreUnfinished(Exception):
    """A restore into the directory has not come to its end."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(f"the restore into {directory} was not finished")


@contextmanager
def restoring(data_dir: Path) -> Iterator[None]:
    """Marks the directory while the block fills it; removes before what an unfinished restore has left there."""
    make_private(data_dir)
    data_dir.chmod(0o700)
    empty(data_dir)
    mark = data_dir / UNFINISHED
    mark.touch(mode=0o600)
    yield
    mark.unlink()


def is_unfinished(data_dir: Path) -> bool:
    """Returns True if everything in the directory was left by a restore that has not come to its end."""
    return (data_dir / UNFINISHED).exists()


def demand_finished(data_dir: Path) -> None:
    """Raises ``RestoreUnfinished`` when the directory has the files of half a restore."""
    if is_unfinished(data_dir):
        raise RestoreUnfinished(data_dir)


def mark_restored(data_dir: Path, made_at: datetime) -> None:
    """Marks the directory as restored from a backup that was made at that instant."""
    write_json(data_dir / MARK, {"since": made_at.isoformat()})


class MarkDamaged(ValueError):
    """The mark says no instant; the message is its path."""


def unreconciled_since(data_dir: Path) -> datetime | None:
    """Returns the instant of the directory's backup; None once it has been reconciled. Raises ``MarkDamaged``."""
    mark = data_dir / MARK
    if not mark.exists():
        return None
    try:
        return datetime.fromisoformat(json.loads(mark.read_text("utf-8"))["since"])
    except (ValueError, KeyError, TypeError) as error:
        raise MarkDamaged(str(mark)) from error
