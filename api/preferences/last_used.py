"""上次使用: the values of a user's last application, as first values of the next one. Sealed at rest."""

from collections.abc import Iterable
from typing import Any

import structlog
from fastapi import APIRouter, status
from sqlmodel import Session

from api.context import Caller, CallerDep, Context, ContextDep
from api.http.problems import UNAVAILABLE
from api.preferences.settings import sealing_context
from api.views import View
from db import preferences
from db.engine import writing
from domain.appointment import Content, Direction

router = APIRouter(prefix="/api/v1/last-used", tags=["preferences"])

NAME = "last_used"
#: Recent consignees and ports that are kept.
RECENT = 8

log = structlog.get_logger("api.remembered")


class LastUsedView(View):
    """The values of the user's last applications; null for what was never given. ``recent_…``: the last one first."""

    contact_name: str | None = None
    contact_mobile: str | None = None
    declaration_port: str | None = None
    entry_exit_port: str | None = None
    transport_mode: str | None = None
    direction: Direction | None = None
    recent_consignees: list[str] = []
    recent_ports: list[str] = []


_SINGLE = tuple(name for name in LastUsedView.model_fields if not name.startswith("recent_"))


@router.get("")
def get_last_used(ctx: ContextDep, caller: CallerDep) -> LastUsedView:
    """Returns what this user used last, to this user alone. An API key has used nothing: 403 ``session.required``."""
    holder = caller.holder
    return ctx.read_sync(lambda session: _found(session, ctx, holder))


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
def forget_last_used(ctx: ContextDep, caller: CallerDep) -> None:
    """Deletes what is remembered of this user; the next draft that is saved is remembered again."""
    holder = caller.holder
    with writing(ctx.engine) as session:
        preferences.remove(session, holder, NAME)


def remember(ctx: Context, caller: Caller, content: Content) -> None:
    """Stores the values of a draft that the user saved; an empty field changes nothing. Does nothing for an API key.

    The draft is saved already, so a database error is logged only: the next form lacks its first values.
    """
    holder = caller.principal.holder
    if holder is None:
        return
    try:
        with writing(ctx.engine) as session:
            before = _found(session, ctx, holder)
            now = _with(before, content)
            if now != before:
                sealed = ctx.sealer.seal(now.model_dump_json(), context=sealing_context(holder, NAME))
                preferences.save(session, holder, NAME, sealed, at=caller.received_at)
    except UNAVAILABLE as error:
        log.warning("what was used last is not remembered", exc_info=error)


def _found(session: Session, ctx: Context, holder: str) -> LastUsedView:
    sealed = preferences.find(session, holder, NAME)
    if sealed is None:
        return LastUsedView()
    return LastUsedView.model_validate_json(ctx.sealer.open(sealed, context=sealing_context(holder, NAME)))


def _with(before: LastUsedView, content: Content) -> LastUsedView:
    given: dict[str, Any] = {name: value for name in _SINGLE if (value := getattr(content, name))}
    given["recent_consignees"] = _recent([content.consignee_code], before.recent_consignees)
    given["recent_ports"] = _recent([content.declaration_port, content.entry_exit_port], before.recent_ports)
    return before.model_copy(update=given)


def _recent(now: Iterable[str | None], before: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code for code in (*now, *before) if code))[:RECENT]
