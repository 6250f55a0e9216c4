"""Live updates of appointments: one query a second for all watchers, none while nobody watches.

A watcher is an enterprise by its customs code, or ``OPERATORS``, who see every appointment.
"""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api.http.problems import UNAVAILABLE, refusal
from db.engine import reading
from db.queries.recent_events import RecentEvent, events_after, last_event_id

#: Rows of one query; the next query continues after them.
AT_ONCE = 500
#: PostgreSQL numbers rows before they are committed: each query goes back this far, and known rows are skipped.
OVERLAP = 200
#: Updates that wait for one watcher before it has to reload everything.
MAX_BEHIND = 256
#: Open streams of one enterprise, or of all operators, in one process.
MAX_WATCHERS = 32
#: The watcher of every appointment.
OPERATORS = "operators"

#: Updates of one watcher; None means that anything may have changed.
Inbox = asyncio.Queue[RecentEvent | None]

log = structlog.get_logger("api.live_updates")


class LiveUpdates:
    """Sends updates to the watchers of an enterprise; in one process, on one event loop."""

    def __init__(self, engine: Engine, *, pause_seconds: float) -> None:
        self._engine = engine
        self._pause = pause_seconds
        self._watchers: dict[str, set[Inbox]] = {}
        self._polling: asyncio.Task[None] | None = None
        self._queries: set[asyncio.Task[tuple[int, list[RecentEvent]]]] = set()
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def watching(self, code: str) -> AsyncIterator[Inbox]:
        """Gives an inbox of what happens from now on to the appointments that the watcher may see.

        Raises Refusal when the watcher has too many streams.
        """
        mine = self._watchers.setdefault(code, set())
        if len(mine) >= MAX_WATCHERS:
            raise refusal("rate.limited", retry_after=30)
        inbox = Inbox(MAX_BEHIND)
        mine.add(inbox)
        try:
            await self._begin()
            yield inbox
        finally:
            mine.discard(inbox)
            self._forget(code)

    async def close(self) -> None:
        """Ends the polling and waits for a query that is under way, which needs the database until then."""
        if self._polling:
            self._polling.cancel()
        if self._queries:
            await asyncio.wait(self._queries)

    async def _begin(self) -> None:
        """Starts polling, if it does not run; from now on nothing is missed."""
        async with self._lock:
            if self._polling is None:
                seen = await self._poll(frozenset(), publish=False)
                self._polling = asyncio.create_task(self._keep_polling(seen), name="poll for updates")

    def _forget(self, code: str) -> None:
        if not self._watchers.get(code, True):
            del self._watchers[code]
        if not self._watchers and self._polling:
            self._polling.cancel()
            self._polling = None

    async def _keep_polling(self, seen: AbstractSet[int]) -> None:
        while True:
            await asyncio.sleep(self._pause)
            try:
                seen = await self._poll(seen)
            except UNAVAILABLE as error:
                log.warning("no news while the database is away", exc_info=error)
            except Exception:  # without polling the watchers would wait for ever
                log.exception("looking for news failed")

    async def _poll(self, seen: AbstractSet[int], *, publish: bool = True) -> AbstractSet[int]:
        """Publishes the new rows and returns the ids that the next query skips."""
        query = asyncio.create_task(run_in_threadpool(self._query, max(seen, default=None)))
        self._queries.add(query)
        query.add_done_callback(self._ended)
        start, rows = await asyncio.shield(query)  # its thread cannot be cancelled
        for row in rows:
            if publish and row.id not in seen:
                self._publish(row)
        return {start} | {row.id for row in rows}

    def _ended(self, query: "asyncio.Task[tuple[int, list[RecentEvent]]]") -> None:
        self._queries.discard(query)
        if not query.cancelled():
            query.exception()  # raised to the poll, if that still waits; reading it keeps asyncio from logging it

    def _query(self, start: int | None) -> tuple[int, list[RecentEvent]]:
        with reading(self._engine) as session:
            start = last_event_id(session) if start is None else start
            return start, events_after(session, after=max(start - OVERLAP, 0), limit=AT_ONCE)

    def _publish(self, row: RecentEvent) -> None:
        for code in {row.applicant, row.consignee, OPERATORS} - {None}:
            for inbox in self._watchers.get(str(code), ()):
                _put(inbox, row)


def _put(inbox: Inbox, row: RecentEvent) -> None:
    if inbox.full():
        while not inbox.empty():
            inbox.get_nowait()
        inbox.put_nowait(None)
    else:
        inbox.put_nowait(row)
