"""Sessions of users and cards: listed, and ended at once."""

from fastapi import APIRouter, status

from api.context import CallerDep, ContextDep
from api.http.problems import refusal
from api.openapi.responses import NOBODYS
from api.operators.paging import Limit, cursor_at, cut, position
from api.operators.recording import record_act
from api.views import Shown, View
from db import sessions
from db.engine import writing
from domain.actor import ActorKind

router = APIRouter(prefix="/ops/v1/access/sessions", tags=["operators"])


class SessionView(View):
    """A session; ``card`` is the serial number of the certificate that opened it, null for a password.

    ``session_id`` is a hash of the cookie, from which the cookie cannot be found.
    """

    session_id: str
    username: str
    kind: ActorKind
    customs_code: str | None
    card: str | None
    created_at: Shown
    seen_at: Shown
    expires_at: Shown
    is_own: bool


class SessionsView(View):
    """Sessions, newest first; ``next_cursor`` is null on the last page."""

    items: list[SessionView]
    next_cursor: str | None


@router.get("")
def list_sessions(
    *, ctx: ContextDep, caller: CallerDep, username: str | None = None, cursor: str | None = None, limit: Limit = 50
) -> SessionsView:
    """Returns the sessions that have not expired, of one user or of all; some may have ended by being idle."""
    before, at = position(cursor, str), caller.received_at
    found = ctx.read_sync(
        lambda session: sessions.page(session, at=at, username=username, before=before, limit=limit + 1)
    )
    page, last = cut(found, limit)
    own = caller.principal.session.token_hash if caller.principal.session else None
    return SessionsView(
        items=[
            SessionView(
                **each.model_dump(exclude={"token_hash"}),
                session_id=each.token_hash,
                is_own=each.token_hash == own,
            )
            for each in page
        ],
        next_cursor=None if last is None else cursor_at(last.created_at, last.token_hash),
    )


@router.delete("/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=NOBODYS)
def end_session(ctx: ContextDep, caller: CallerDep, session_id: str) -> None:
    """Ends a session: its next request is refused."""
    with writing(ctx.engine) as session:
        if not sessions.end(session, session_id):
            raise refusal("not_found")
        record_act(session, ctx, caller, "sessions.ended", about=session_id[:16])
