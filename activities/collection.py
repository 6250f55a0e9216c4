"""``collect``: files in the object store that no appointment refers to any more are taken away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import CancelledError

from activities.contracts import COLLECT, Collected
from db import documents
from db.engine import reading


class Shelf(Protocol):
    """The object store, as far as a collection needs it."""

    def delete(self, name: str) -> None:
        """Gone afterwards, whether it was there or not."""

    def listing(self) -> Iterator[list[tuple[str, datetime]]]:
        """Every file with the instant it was put there, some at a time."""


class Collection:
    """Idempotent, and safe beside uploads: what was put there within ``grace`` is left alone."""

    def __init__(self, engine: Engine, shelf: Shelf, grace: timedelta) -> None:
        self._engine = engine
        self._shelf = shelf
        self._grace = grace

    @activity.defn(name=COLLECT, no_thread_cancel_exception=True)
    def collect(self) -> Collected:
        """One round. A file without a row, as after a restore, gets one now and its grace with it."""
        before = datetime.now(UTC) - self._grace
        return Collected(adopted=self._adopt(before), removed=self._remove(before))

    def _adopt(self, before: datetime) -> int:
        adopted = 0
        for page in self._shelf.listing():
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
        return documents.remove_orphan(self._engine, name, before, lambda: self._shelf.delete(name))


def _go_on() -> None:
    """A sign of life; ends a round whose time is up between two files, never within one."""
    activity.heartbeat()
    if activity.is_cancelled():
        raise CancelledError
