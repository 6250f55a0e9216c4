"""日历订阅: windows and deadlines for calendar programs, at a secret address.

Calendar programs send no key, so the address is the secret: 256 random bits, shown once, kept as a hash. The secret is
in the query string, because paths are logged and query strings are not. The feed has numbers, ports and instants, but
no names.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response, status
from sqlmodel import Session

from api.calendar_feed.events import KEPT, Listed, Revision, written
from api.context import CallerDep, ContextDep
from api.http import etags
from api.http.problems import refusal
from api.openapi.responses import CALENDAR, NOBODYS, UNCHANGED, answers_file
from api.views import Shown, View
from db import calendar as calendar_rows
from db import feeds, queries
from domain.policy import Policy
from identity.keys import hash_of

#: Appointments of each kind in the feed.
MOST = 200

router = APIRouter(tags=["calendar_feed"])


class FeedView(View):
    """``url`` is shown once, when it is made."""

    active: bool
    created_at: Shown | None
    url: str | None = None


@router.get("/api/v1/calendar-feed")
def get_calendar_feed(ctx: ContextDep, caller: CallerDep) -> FeedView:
    """Returns the feed: active, and since when."""
    code = caller.code
    created_at = ctx.read_sync(lambda session: feeds.created_at(session, code))
    return FeedView(active=created_at is not None, created_at=created_at)


@router.post("/api/v1/calendar-feed", status_code=status.HTTP_201_CREATED)
def create_calendar_feed(ctx: ContextDep, caller: CallerDep, request: Request) -> FeedView:
    """A new secret address; an earlier one is dead from now on."""
    token = secrets.token_urlsafe(32)
    feeds.replace(ctx.engine, caller.code, hash_of(token), at=caller.received_at)
    url = request.url_for("download_calendar").include_query_params(token=token)
    return FeedView(active=True, created_at=caller.received_at, url=str(url))


@router.delete("/api/v1/calendar-feed")
def delete_calendar_feed(ctx: ContextDep, caller: CallerDep) -> FeedView:
    """The address is dead from now on."""
    feeds.revoke(ctx.engine, caller.code)
    return FeedView(active=False, created_at=None)


#: A program revalidates each time and mostly gets 304; no shared cache may keep the feed.
_HEADERS = {
    "Cache-Control": f"private, max-age={KEPT.seconds}, must-revalidate",
    "Referrer-Policy": "no-referrer",
    "Content-Disposition": 'inline; filename="yuyue.ics"',
}
_CALENDAR = NOBODYS | answers_file(CALENDAR) | UNCHANGED


@router.get("/calendar.ics", response_class=Response, responses=_CALENDAR)
def download_calendar(
    ctx: ContextDep,
    request: Request,
    token: Annotated[str, Query(max_length=128)] = "",
    known: Annotated[str | None, Header(alias="If-None-Match", description="ETag")] = None,
) -> Response:
    """Sends the feed (RFC 5545 and 7986); 304 when nothing changed, 404 for an address that is not active."""

    def query(session: Session) -> Listed:
        code = feeds.owner(session, hash_of(token))
        if code is None:
            raise refusal("not_found")
        return _listed(session, code, policy=ctx.policy, now=request.state.received_at)

    content = written(ctx.read_sync(query))
    headers = _HEADERS | {"ETag": f'"{sha256(content).hexdigest()[:32]}"'}
    if etags.has(known, headers["ETag"]):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(content, media_type=f"{CALENDAR}; charset=utf-8", headers=headers)


def _listed(session: Session, code: str, *, policy: Policy, now: datetime) -> Listed:
    """Lists drafts and bookings with a future window, cancelled ones too, and those to be fed back; each once."""
    drafts = queries.drafts(session, code, now=now, limit=MOST).items
    ahead = [each for each in drafts if each.window_end and each.window_end > now]
    booked = [
        *queries.upcoming(session, code, now=now, limit=MOST).items,
        *queries.called_off(session, code, now=now, limit=MOST).items,
        *queries.feedback_due(session, code, now=now, limit=MOST).items,
    ]
    once = {each.pre_entry_no: each for each in booked}
    newest = calendar_rows.changes(session, limit=1)
    hours = Revision(newest[0].id, newest[0].at) if newest else None
    return Listed([*queries.with_current_deadlines(session, ahead, policy=policy, at=now), *once.values()], hours, now)
