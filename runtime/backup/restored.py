"""The mark of a data directory that was restored from a backup and has not been reconciled with customs yet."""

import json
from datetime import datetime
from pathlib import Path

from runtime.files import write_json

#: A file in the data directory: data after its instant are missing, and customs has not been asked for them yet.
MARK = "reconcile.json"


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
