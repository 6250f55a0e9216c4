"""Live news of appointments: one look a second for all who watch, however many; none while nobody does."""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api.http.problems import UNAVAILABLE, refusal
from db.engine import reading
from db.queries.news import News, newest, news

#: One look takes so many at most; the next one goes on.
AT_ONCE = 500
#: PostgreSQL numbers rows before they are committed: a look begins again this far back, and tells nothing twice.
OVERLAP = 200
#: What one watcher may be behind before it is told to look at everything anew.
MAX_BEHIND = 256
#: One enterprise's open streams in one process.
MAX_WATCHERS = 32

#: News, or None for "anything may have changed".
Inbox = asyncio.Queue[News | None]

log = structlog.get_logger("api.live_updates")


class LiveUpdates:
    """Hands news to the watchers whose appointments they are; in one process, on one event loop."""

    def __init__(self, engine: Engine, *, pause_seconds: float) -> None:
        self._engine = engine
        self._pause = pause_seconds
        self._watchers: dict[str, set[Inbox]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def watching(self, code: str) -> AsyncIterator[Inbox]:
        """What happens to the appointments of that enterprise from now on. ``rate.limited`` for too many streams."""
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

    async def _begin(self) -> None:
        """Returns once what happens from now on will be told."""
        async with self._lock:
            if self._looking is None:
                seen = await self._look(frozenset(), telling=False)
                self._looking = asyncio.create_task(self._keep_looking(seen), name="look for news")

    def _forget(self, code: str) -> None:
        if not self._watchers.get(code, True):
            del self._watchers[code]
        if not self._watchers and self._looking:
            self._looking.cancel()
            self._looking = None

    async def _keep_looking(self, seen: AbstractSet[int]) -> None:
        while True:
            await asyncio.sleep(self._pause)
            try:
                seen = await self._look(seen)
            except UNAVAILABLE as error:
                log.warning("no news while the database is away", exc_info=error)
            except Exception:  # whoever watches must not wait for ever for news that nobody looks for
                log.exception("looking for news failed")

    async def _look(self, seen: AbstractSet[int], *, telling: bool = True) -> AbstractSet[int]:
        """Tells what is new, and gives what need not be told again."""
        start, rows = await run_in_threadpool(self._ask, max(seen, default=None))
        for row in rows:
            if telling and row.id not in seen:
                self._tell(row)
        return {start} | {row.id for row in rows}

    def _ask(self, start: int | None) -> tuple[int, list[News]]:
        with reading(self._engine) as session:
            start = newest(session) if start is None else start
            return start, news(session, after=max(start - OVERLAP, 0), limit=AT_ONCE)

    def _tell(self, row: News) -> None:
        for code in {row.applicant, row.consignee} - {None}:
            for inbox in self._watchers.get(str(code), ()):
                _put(inbox, row)


def _put(inbox: Inbox, row: News) -> None:
    if inbox.full():
        while not inbox.empty():
            inbox.get_nowait()
        inbox.put_nowait(None)
    else:
        inbox.put_nowait(row)
