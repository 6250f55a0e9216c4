"""Live updates of appointments, as server-sent events; each is a hint to read the appointment again."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.context import CallerDep, ContextDep
from api.live_updates import OPERATORS, Inbox
from api.views import View
from domain.appointment import State

#: A stream ends after this time; the browser connects again, and so is authenticated again.
STREAM_SECONDS = 300.0
RETRY_MILLISECONDS = 2_000

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])
operators_router = APIRouter(prefix="/ops/v1", tags=["operators"])


class Happened(View):
    """Change of an appointment: it is at this version or a later one."""

    pre_entry_no: str
    version: int
    state: State


async def _inbox(ctx: ContextDep, caller: CallerDep) -> AsyncIterator[Inbox]:
    async with ctx.feed.watching(caller.code) as inbox:
        yield inbox


async def _operators_inbox(ctx: ContextDep) -> AsyncIterator[Inbox]:
    async with ctx.feed.watching(OPERATORS) as inbox:
        yield inbox


@router.get("/events", response_class=EventSourceResponse)
async def watch_appointments(inbox: Annotated[Inbox, Depends(_inbox)]) -> AsyncIterable[ServerSentEvent]:
    """Sends ``ready`` at the start, ``changed`` for each event, ``reload`` when any appointment may have changed."""
    async for event in _stream(inbox):
        yield event


@operators_router.get("/events", response_class=EventSourceResponse)
async def watch_all_appointments(
    inbox: Annotated[Inbox, Depends(_operators_inbox)],
) -> AsyncIterable[ServerSentEvent]:
    """Sends the same events as ``GET /api/v1/appointments/events``, for the appointments of all enterprises."""
    async for event in _stream(inbox):
        yield event


async def _stream(inbox: Inbox) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="ready", data={}, retry=RETRY_MILLISECONDS)
    loop = asyncio.get_running_loop()
    until = loop.time() + STREAM_SECONDS
    while True:
        try:
            async with asyncio.timeout_at(until):
                row = await inbox.get()
        except TimeoutError:
            return
        if row is None:
            yield ServerSentEvent(event="reload", data={})
        else:
            happened = Happened(pre_entry_no=row.pre_entry_no, version=row.version, state=row.state)
            yield ServerSentEvent(event="changed", id=str(row.id), data=happened)
