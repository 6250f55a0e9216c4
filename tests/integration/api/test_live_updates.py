"""Live news: told to the parties and to nobody else, once, and never without bound."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from threading import Event as ThreadEvent
from typing import Any

import pytest
import sqlalchemy as sa

from api import live_updates
from api.http.problems import Refusal
from api.live_updates import OPERATORS, Inbox, LiveUpdates
from db.engine import connect
from db.migrate import upgrade
from db.projections import project
from tests.integration.db.stories import BROKER, IMPORTER, STRANGER, created, submitted

NUMBERS = [f"2026{serial:014}" for serial in range(1, 400)]


@pytest.fixture
def news(tmp_path: Path) -> LiveUpdates:
    url = f"sqlite:///{tmp_path}/news.db"
    upgrade(url)
    engine = connect(url)
    project(engine, [created(NUMBERS[0])])
    return LiveUpdates(engine, pause_seconds=0.01)


async def _next(inbox: Inbox) -> tuple[str, int] | None:
    async with asyncio.timeout(60):
        row = await inbox.get()
    return (row.pre_entry_no, row.version) if row else None


async def test_both_parties_are_told_once_and_nobody_else(news: LiveUpdates) -> None:
    async with AsyncExitStack() as stack:
        inboxes = [await stack.enter_async_context(news.watching(code)) for code in (BROKER, IMPORTER, STRANGER)]
        project(news._engine, [submitted(NUMBERS[0], version=2)])
        for inbox in inboxes[:2]:
            assert await _next(inbox) == (NUMBERS[0], 2)
        project(news._engine, [created(NUMBERS[1])])
        assert await _next(inboxes[0]) == (NUMBERS[1], 1), "no version is sent twice"
        assert inboxes[2].empty()


async def test_operators_are_told_of_every_appointment(news: LiveUpdates) -> None:
    async with news.watching(OPERATORS) as inbox:
        project(news._engine, [created(NUMBERS[1])])
        assert await _next(inbox) == (NUMBERS[1], 1)


async def test_who_falls_behind_is_told_to_look_anew(news: LiveUpdates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_updates, "MAX_BEHIND", 2)
    async with news.watching(BROKER) as inbox, news.watching(IMPORTER) as other:
        for number in NUMBERS[1:4]:
            project(news._engine, [created(number)])
            await _next(other)
        assert await _next(inbox) is None


async def test_streams_of_one_enterprise_are_counted(news: LiveUpdates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_updates, "MAX_WATCHERS", 1)
    async with news.watching(BROKER), news.watching(IMPORTER):
        with pytest.raises(Refusal) as refused:
            async with news.watching(BROKER):
                pass
        assert refused.value.code == "rate.limited"
    async with news.watching(BROKER):
        pass


async def test_nobody_looks_while_nobody_watches(news: LiveUpdates) -> None:
    async with news.watching(BROKER):
        assert news._polling is not None
    assert news._polling is None


async def test_the_end_waits_for_a_query_that_is_under_way(news: LiveUpdates) -> None:
    asked, answered = asyncio.Event(), ThreadEvent()
    loop = asyncio.get_running_loop()

    def hold(*_: Any) -> None:
        loop.call_soon_threadsafe(asked.set)
        answered.wait()

    async with news.watching(BROKER):
        sa.event.listen(news._engine, "before_cursor_execute", hold)
        await asked.wait()
    closing = asyncio.create_task(news.close())
    loop.call_later(0.2, answered.set)
    await closing
    assert answered.is_set()
