"""Limit of a request's body, checked while it is read."""

import re
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import Refusal, answer, refusal

MAX_BODY_BYTES = 1024 * 1024

#: Calls that read the body themselves, because they must store even a body that is too large.
OWN_BODY = frozenset({"/customs/v1/receipts"})

#: Calls that take a form and read it themselves, because a file may be larger than any other body.
FORMS = re.compile(
    r"/api/v1/appointments/(import|[^/]+/attachments)"
    r"|/ops/v1/(registers/[^/]+/changes|calendar/years/[^/]+/notice-file)"
)


class BodyLimit:
    """Middleware that reads the body up to the limit and passes it on; refuses every body that is not JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its body, or answers with a refusal."""
        if scope["type"] != "http" or scope["path"] in OWN_BODY:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "POST" and FORMS.fullmatch(scope["path"]):
            await self._form(scope, receive, send)
            return
        body, complete = await read_body(receive)
        refused = _refused(scope, body, complete=complete)
        if refused:
            await answer(Request(scope), refused)(scope, receive, send)
            return
        await self._app(scope, _replaying(body, receive), send)

    async def _form(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _kind(scope) == "multipart/form-data":
            await self._app(scope, receive, send)
        else:
            await answer(Request(scope), refusal("media_type.unsupported"))(scope, receive, send)


async def read_body(receive: Receive, limit: int = MAX_BODY_BYTES) -> tuple[bytes, bool]:
    """Returns the body, and True if it is complete; reading stops when it is over the limit."""
    parts, size, more = list[bytes](), 0, True
    while more and size <= limit:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts), size <= limit


def _refused(scope: Scope, body: bytes, *, complete: bool) -> Refusal | None:
    if not complete:
        return refusal("body.too_large", limit=MAX_BODY_BYTES)
    kind = _kind(scope)
    # The paths of forms have no other method with a body: the router answers 405, with any media type.
    if body and not (_is_json(kind) or FORMS.fullmatch(scope["path"])):
        return refusal("media_type.unsupported")
    return None


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def _kind(scope: Scope) -> str:
    return Headers(scope=scope).get("content-type", "application/json").partition(";")[0].strip().lower()


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
