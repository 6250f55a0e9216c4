"""What every request passes before a route sees it: the clock, the guard, the limit of its body."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Refusal, answer, refusal, unexpected
from identity.principal import Principal
from identity.principal import Scope as KeyScope
from runtime.metrics import Metrics

MAX_BODY_BYTES = 1024 * 1024

#: path prefix → the scope its key needs, None for any key; what begins with none of them is open to all.
#: The first that fits counts.
GUARDED: tuple[tuple[str, KeyScope | None], ...] = (
    ("/api/v1/appointments", KeyScope.APPOINTMENTS),
    ("/api/v1/", None),
    ("/ops/v1/", KeyScope.OPERATIONS),
    ("/customs/v1/", KeyScope.RECEIPTS),
)
#: Calls that read their own body, because even what is too large must be kept.
OWN_BODY = frozenset({"/customs/v1/receipts"})

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PRIVATE = tuple(prefix for prefix, _ in GUARDED)

Authenticate = Callable[[str | None], Awaitable[Principal | None]]


class Clock:
    """Outermost: stamps ``received_at`` before anything waits, counts, and lets no exception out."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["received_at"] = datetime.now(UTC)
        began, sent = time.perf_counter(), _Sent(send, scope)
        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            if sent.status is not None:
                raise
            await unexpected(Request(scope), error)(scope, receive, sent)
        finally:
            self._count(scope, sent.status or 0, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # Only routes count by name: paths hold numbers, and strangers could make up any.
        route = getattr(scope.get("route"), "path", "-")
        self._metrics.requests.labels(scope["method"], route, str(status)).observe(seconds)


class _Sent:
    """Adds the headers of safety to the answer, and remembers its status."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._private = scope["path"].startswith(_PRIVATE)
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if self._private:
                headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


class Guard:
    """Lets nobody pass a guarded path without a key of the scope it needs; so no route can forget to ask."""

    def __init__(self, app: ASGIApp, authenticate: Authenticate) -> None:
        self._app = app
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"].startswith(_PRIVATE):
            try:
                scope["state"]["principal"] = await self._admit(scope)
            except Refusal as refused:
                await answer(Request(scope), refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Principal:
        principal = await self._authenticate(bearer(Headers(scope=scope).get("authorization")))
        if principal is None:
            raise refusal("auth.required")
        needed = next(needed for prefix, needed in GUARDED if scope["path"].startswith(prefix))
        if needed is not None and needed not in principal.scopes:
            raise refusal("auth.forbidden")
        return principal


def bearer(authorization: str | None) -> str | None:
    """The key of ``Authorization: Bearer <key>``."""
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


class BodyLimit:
    """Reads the body up to the limit and hands it on; JSON only, where there is one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] in OWN_BODY:
            await self._app(scope, receive, send)
            return
        body, complete = await read_body(receive)
        refused = _refused(scope, body, complete=complete)
        if refused:
            await answer(Request(scope), refused)(scope, receive, send)
            return
        await self._app(scope, _replaying(body, receive), send)


async def read_body(receive: Receive, limit: int = MAX_BODY_BYTES) -> tuple[bytes, bool]:
    """The body, and whether that is all of it: reading stops once it is over the limit."""
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
    kind = Headers(scope=scope).get("content-type", "application/json").partition(";")[0].strip().lower()
    if body and not (kind == "application/json" or kind.endswith("+json")):
        return refusal("media_type.unsupported")
    return None


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
