"""收发货人: search by code, name, pinyin or initials, among those that the enterprise deals with."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.context import Caller, CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.preferences import settings
from api.reference.lookup import Typed
from api.views import PartyView, Shown, View
from db import queries
from db.lookup import Index, Term
from db.lookup.folding import folded
from db.queries.facts import enterprises
from db.spelling import spelled
from domain.enterprise import Enterprise

router = APIRouter(prefix="/api/v1/consignees", tags=["reference"])

#: Enterprises whose search index a process keeps.
_CACHED = 64

Limit = Annotated[int, Query(ge=1, le=100)]


class ConsigneeView(PartyView):
    """``last_used``: when the enterprise's newest application for it was made, null without one."""

    favourite: bool
    last_used: Shown | None


class ConsigneesView(View):
    """A page; ``next_cursor`` is null on the last one."""

    items: list[ConsigneeView]
    next_cursor: str | None


@router.get("")
def list_consignees(
    *, ctx: ContextDep, caller: CallerDep, q: Typed = "", cursor: str | None = None, limit: Limit = 20
) -> ConsigneesView:
    """Lists those the enterprise has applied for, itself, and the user's favourites; the best match first.

    Without ``q`` the favourites come first, then those applied for last. Other enterprises of the register are not
    found by name: ``GET /api/v1/enterprises/{code}`` answers for a known code.
    """
    favourites = _favourites(ctx, caller)
    known = ctx.read_sync(lambda session: _known(session, caller.code, favourites))
    found = _matching(known, q) if q.strip() else known
    items, after = _page(found, cursor, limit)
    return ConsigneesView(items=items, next_cursor=after)


def _favourites(ctx: Context, caller: Caller) -> list[str]:
    return settings.of(ctx, caller).favourite_consignees if caller.principal.holder else []


def _known(session: Session, own: str, favourites: list[str]) -> list[ConsigneeView]:
    """Lists the consignees in their order without ``q``; codes that the register does not have are left out."""
    dealt = queries.last_applied(session, own)
    newest = sorted(dealt, key=lambda code: dealt[code], reverse=True)
    register = enterprises(session, {*dealt, *favourites, own})
    codes = [code for code in dict.fromkeys((*favourites, *newest, own)) if code in register]
    return [_view(register[code], code in favourites, dealt.get(code)) for code in codes]


def _view(entry: Enterprise, favourite: bool, last_used: datetime | None) -> ConsigneeView:  # noqa: FBT001 a column
    party = {name: getattr(entry, name) for name in PartyView.model_fields}
    return ConsigneeView(**party, favourite=favourite, last_used=last_used)


def _matching(known: Iterable[ConsigneeView], q: str) -> list[ConsigneeView]:
    by_code = {each.code: each for each in known}
    index = _index(tuple(sorted((each.code, each.name) for each in by_code.values())))
    named = (index.terms[hit.row].code for hit in index.search(q, len(by_code)))
    # A code may have letters, which the index looks for in names alone.
    coded = (code for code in by_code if code.casefold().startswith(folded(q)))
    return [by_code[code] for code in dict.fromkeys((*coded, *named))]


@lru_cache(maxsize=_CACHED)
def _index(names: tuple[tuple[str, str], ...]) -> Index:
    return Index(Term(code, name, None, *spelled(name)) for code, name in names)


def _page(found: list[ConsigneeView], cursor: str | None, limit: int) -> tuple[list[ConsigneeView], str | None]:
    """Returns the page after the consignee with the cursor's code. Raises Refusal when the list has no such code."""
    codes = [each.code for each in found]
    if cursor is not None and cursor not in codes:
        raise refusal("field.invalid", "cursor", reason="malformed")
    start = codes.index(cursor) + 1 if cursor is not None else 0
    end = start + limit
    return found[start:end], codes[end - 1] if end < len(codes) else None
