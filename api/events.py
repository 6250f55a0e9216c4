"""An enterprise's own events in their order, as CloudEvents, for programs that ask instead of being called."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.context import CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.views import View
from db.queries import BadCursor
from db.queries.published_events import EventPage, EventPosition, UnknownPosition, last_position, published_after
from domain.appointment import State
from domain.event import Action

#: The longest that a call waits for the next event: shorter than proxies usually wait for an answer.
LONGEST_WAIT = 30

router = APIRouter(prefix="/api/v1/events", tags=["events"])


class EventData(View):
    """Change of an appointment: ``state`` after it and ``before`` it; ``due_at`` if a deadline caused it.

    A later event of the same appointment has a higher ``version``. Should two events have one version, after a loss of
    the system, the one that comes later counts.
    """

    pre_entry_no: str
    version: int
    action: Action
    before: State | None
    state: State
    due_at: datetime | None


class CloudEvent(BaseModel):
    """A CloudEvent 1.0 in JSON; ``id`` is the same here and in webhooks, at every delivery."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"]
    id: Annotated[str, Field(examples=["evt_5f0b1c9a7d3e4f608192a3b4c5d6e7f8"])]
    source: str
    type: Annotated[str, Field(examples=["yuyue.appointment.submitted"])]
    subject: Annotated[str, Field(description="pre_entry_no")]
    time: datetime
    datacontenttype: Literal["application/json"]
    data: EventData


class Events(View):
    """Events, oldest first. ``next_cursor`` is always there: the next call gives it as ``after``.

    ``more``: the next call has an answer without waiting.
    """

    items: list[CloudEvent]
    next_cursor: str
    more: bool


After = Annotated[
    str | None, Query(description="上一次的 next_cursor / next_cursor of the call before", max_length=2000)
]
Start = Annotated[Literal["oldest", "now"], Query(description="没有 after 时从哪里开始 / where to begin without after")]
Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="秒 / seconds to wait for the next event")]


@router.get("", response_model=Events)
async def list_events(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    after: After = None,
    start: Start = "oldest",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    wait: Wait = 0,
) -> dict[str, Any]:
    """Returns what happened to our appointments after a cursor; waits for it if asked to. No event is skipped."""
    reader = _Reader(ctx, caller.code, limit)
    if after is None and start == "now":
        end = await ctx.read(lambda session: last_position(session, caller.code))
        return _shown(EventPage([], end), limit)
    page = await reader.page(_position(after))
    if not page.events and wait:
        page = await reader.wait(page.end, wait)
    return _shown(page, limit)


class _Reader(NamedTuple):
    """Reads the events of one enterprise, ``limit`` at a time."""

    ctx: Context
    code: str
    limit: int

    async def page(self, after: EventPosition) -> EventPage:
        """Returns what is there. Raises Refusal for a position that the database does not know."""
        try:
            return await self.ctx.read(lambda session: published_after(session, self.code, after, limit=self.limit))
        except UnknownPosition:
            raise refusal("events.cursor_unknown", "after") from None

    async def wait(self, after: EventPosition, seconds: int) -> EventPage:
        """Returns the next events, or an empty page when the time is up. Live updates only say when to look."""
        until = asyncio.get_running_loop().time() + seconds
        async with self.ctx.feed.watching(self.code) as inbox:
            while not (page := await self.page(after)).events:
                try:
                    async with asyncio.timeout_at(until):
                        await inbox.get()
                except TimeoutError:
                    break
            return page


def _position(after: str | None) -> EventPosition:
    try:
        return EventPosition() if after is None else EventPosition.read(after)
    except BadCursor:
        raise refusal("field.invalid", "after", reason="malformed") from None


def _shown(page: EventPage, limit: int) -> dict[str, Any]:
    items = [event.cloud_event() for event in page.events]
    return {"items": items, "next_cursor": page.end.cursor(), "more": len(items) == limit}
