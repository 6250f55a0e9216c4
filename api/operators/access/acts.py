"""The acts of operators on the items of worklists: by appointment, by operator, by time."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.bodies import PlausibleDay
from api.context import Context, ContextDep
from api.operators.paging import cursor_at, cut, position
from api.views import Shown, View
from db import operator_acts
from db.operator_acts import ActFilter, OperatorAct
from domain.instants import at

router = APIRouter(prefix="/ops/v1/access/acts", tags=["operators"])


class ActView(View):
    """Act on one item: ``act`` is the worklist and what was done, ``item`` the key of the item in it.

    ``outcome`` is done, unchanged or refused, null until the act has ended; ``detail`` the state after it, or the code
    of the refusal.
    """

    key: str
    at: Shown
    act: str
    item: str
    pre_entry_no: str | None
    operator: str
    reason: str
    outcome: str | None
    detail: str | None
    settled_at: Shown | None


class ActListView(View):
    """Acts, newest first; ``next_cursor`` is null on the last page."""

    items: list[ActView]
    next_cursor: str | None


class ActQuery(View):
    """Search of the acts; a field that is left out does not limit it."""

    pre_entry_no: Annotated[str | None, Field(max_length=18)] = None
    operator: Annotated[
        str | None, Field(max_length=128, description="操作者 Name of the operator, or of the key, who acted.")
    ] = None
    since: Annotated[PlausibleDay | None, Field(alias="from")] = None
    until: Annotated[PlausibleDay | None, Field(alias="to")] = None
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("")
def search_acts(ctx: ContextDep, query: Annotated[ActQuery, Query()]) -> ActListView:
    """Returns the acts of operators on items of worklists, each with its reason and what came of it."""
    wanted = ActFilter(
        pre_entry_no=query.pre_entry_no or None,
        operator=query.operator or None,
        since=at(query.since) if query.since else None,
        until=at(query.until + timedelta(days=1)) if query.until else None,
    )
    before, limit = position(query.cursor, str), query.limit
    found = ctx.read_sync(lambda session: operator_acts.search(session, wanted, before=before, limit=limit + 1))
    page, last = cut(found, limit)
    return ActListView(
        items=[_view(ctx, each) for each in page],
        next_cursor=None if last is None else cursor_at(last.at, last.key),
    )


def _view(ctx: Context, act: OperatorAct) -> ActView:
    reason = ctx.sealer.open(act.reason, context=reason_context(act.key))
    return ActView(**act.model_dump(exclude={"reason", "body_hash"}), reason=reason)


def reason_context(key: str) -> str:
    """Returns the place under which the reason of an act is sealed."""
    return f"operator_acts/{key}"
