"""The access log with search: by user, by appointment, by kind, by time."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.bodies import PlausibleDay
from api.context import Context, ContextDep
from api.operators.paging import cursor_at, cut, position
from api.operators.recording import reason_context
from api.views import Shown, View
from db import access_log
from db.access_log import AccessFilter, Entry
from domain.instants import at

router = APIRouter(prefix="/ops/v1/access/log", tags=["operators"])


class AccessView(View):
    """An entry: what was done, by whom or to whom (``subject``), from which address.

    ``what``: ``login``, ``login.refused``, ``key``, ``key.refused``, ``personal.opened`` and others; ``pre_entry_no``:
    the appointment whose personal fields were opened, for ``reason``. ``count``: uses of a key from ``at`` on.
    """

    id: int
    at: Shown
    what: str
    subject: str
    customs_code: str | None
    address: str | None
    count: int
    detail: str | None
    pre_entry_no: str | None
    reason: str | None


class AccessLogView(View):
    """Entries, newest first; ``next_cursor`` is null on the last page."""

    items: list[AccessView]
    next_cursor: str | None


class AccessQuery(View):
    """Search of the log; a field that is left out does not limit it."""

    subject: Annotated[str | None, Field(max_length=128)] = None
    what: Annotated[str | None, Field(max_length=64)] = None
    pre_entry_no: Annotated[str | None, Field(max_length=18)] = None
    since: Annotated[PlausibleDay | None, Field(alias="from")] = None
    until: Annotated[PlausibleDay | None, Field(alias="to")] = None
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("")
def search_access_log(ctx: ContextDep, query: Annotated[AccessQuery, Query()]) -> AccessLogView:
    """Returns entries of the access log: with ``pre_entry_no``, who opened its personal fields and why."""
    wanted = AccessFilter(
        subject=query.subject or None,
        what=query.what or None,
        pre_entry_no=query.pre_entry_no or None,
        since=at(query.since) if query.since else None,
        until=at(query.until + timedelta(days=1)) if query.until else None,
    )
    before, limit = position(query.cursor, int), query.limit
    found = ctx.read_sync(lambda session: access_log.search(session, wanted, before=before, limit=limit + 1))
    page, last = cut(found, limit)
    return AccessLogView(
        items=[_view(ctx, each) for each in page],
        next_cursor=None if last is None else cursor_at(last.at, last.id),
    )


def _view(ctx: Context, entry: Entry) -> AccessView:
    opened = None
    if entry.reason is not None:
        opened = ctx.sealer.open(entry.reason, context=reason_context(entry.subject, entry.pre_entry_no))
    return AccessView(**entry.model_dump(exclude={"reason"}), reason=opened)
