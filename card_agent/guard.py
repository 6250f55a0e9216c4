"""Who may speak to this program: a page we were told of, on this machine, that is paired; nobody else.

``Host`` keeps out a foreign name that was pointed at this machine, ``Origin`` every other page, the pairing code every
other program. The answer names the one origin that asked, never ``*``.
"""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from card_agent.answers import problem
from card_agent.port import Refused

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
#: Asked without a code, by whoever starts this program.
HEALTH = "/health"
_PREFLIGHT_SECONDS = "600"


class Guard:
    """ASGI middleware around everything, for HTTP and WebSocket alike."""

    def __init__(self, app: ASGIApp, origins: frozenset[str], code: str) -> None:
        self._app = app
        self._origins = origins
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        refused = self._refusal(scope, headers, origin)
        answering = send if refused == "agent.origin_refused" else _opened_for(origin, send)
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and refused in {None, "agent.not_paired"}:
            await _preflight(headers)(scope, receive, answering)
        elif refused is None:
            await self._app(scope, receive, answering)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        else:
            await problem(Refused(refused), headers.get("accept-language"))(scope, receive, answering)

    def _refusal(self, scope: Scope, headers: Headers, origin: str | None) -> str | None:
        if not _is_ours(headers.get("host", ""), scope):
            return "agent.host_refused"
        if origin is not None and origin not in self._origins:
            return "agent.origin_refused"
        # A WebSocket of a browser cannot carry a header: its first message does (``card_agent.routes``).
        if scope["type"] == "websocket" or scope["path"] == HEALTH:
            return None
        return (
            None if paired(headers.get("authorization", "").removeprefix("Bearer "), self._code) else "agent.not_paired"
        )


def paired(given: str, code: str) -> bool:
    """Whether it is the code, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), code.encode())


def _is_ours(host: str, scope: Scope) -> bool:
    """Loopback by name or number, with the very port we listen on."""
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port or 80
    except ValueError:
        return False
    listening = (scope.get("server") or (None, None))[1]
    return parts.hostname in _LOOPBACK and port == listening


def _preflight(headers: Headers) -> Response:
    answer = Response(status_code=204)
    answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
    answer.headers["Access-Control-Allow-Headers"] = "authorization, content-type, accept-language"
    answer.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    for kind in ("Private", "Local"):
        if headers.get(f"access-control-request-{kind.lower()}-network") == "true":
            answer.headers[f"Access-Control-Allow-{kind}-Network"] = "true"
    return answer


def _opened_for(origin: str | None, send: Send) -> Send:
    """Every answer says whom it is for, and is kept by nobody."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = "no-store"
            headers["Vary"] = "Origin"
            headers["X-Content-Type-Options"] = "nosniff"
            if origin is not None:
                headers["Access-Control-Allow-Origin"] = origin
        await send(message)

    return sending
