"""``collect``: deletes the files in the object store that no appointment refers to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import CancelledError

from activities.contracts import COLLECT, Collected
from db import documents
from db.engine import reading


class FileStore(Protocol):
    """The object store, as far as a collection needs it."""

    def delete(self, name: str) -> None:
        """Deletes the file. A file that is not there is no error."""

    def listing(self) -> Iterator[list[tuple[str, datetime]]]:
        """Yields pages of files, each with the instant at which it was stored."""


class Collection:
    """Idempotent and safe during uploads: files younger than ``grace`` are kept."""

    def __init__(self, engine: Engine, store: FileStore, grace: timedelta) -> None:
        self._engine = engine
        self._store = store
        self._grace = grace

    @activity.defn(name=COLLECT, no_thread_cancel_exception=True)
    def collect(self) -> Collected:
        """Runs one round. A file without a row, as after a restore, gets a row first, and the grace begins again."""
        before = datetime.now(UTC) - self._grace
        return Collected(adopted=self._adopt(before), removed=self._remove(before))

    def _adopt(self, before: datetime) -> int:
        adopted = 0
        for page in self._store.listing():
            _go_on()
            old = [name for name, put_at in page if put_at < before]
            adopted += documents.record_unknown(self._engine, old, datetime.now(UTC))
        return adopted

    def _remove(self, before: datetime) -> int:
        removed, last = 0, ""
        while True:
            with reading(self._engine) as session:
                found = documents.orphans(session, before, after=last)
            if not found:
                return removed
            removed += sum(self._discard(name, before) for name in found)
            last = found[-1]

    def _discard(self, name: str, before: datetime) -> bool:
        _go_on()
        return documents.remove_orphan(self._engine, name, before, lambda: self._store.delete(name))


def _go_on() -> None:
    """Sends a heartbeat. Raises CancelledError when the round is cancelled: between two files, never within one."""
    activity.heartbeat()
    if activity.is_cancelled():
        raise CancelledError
