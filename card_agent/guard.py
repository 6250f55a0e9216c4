"""Access to this program: only pages of a configured origin, on this machine, with the pairing code.

The check of ``Host`` keeps out a foreign name that resolves to this machine (DNS rebinding), the check of ``Origin``
every other page, and the pairing code every other program. The answer names the origin of the request, never ``*``.
"""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from card_agent.port import Refused
from card_agent.problems import problem

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
#: Needs no pairing code: the process that starts this program waits for it.
HEALTH = "/health"
_PREFLIGHT_SECONDS = "600"


class Guard:
    """ASGI middleware around all routes, for HTTP and WebSocket."""

    def __init__(self, app: ASGIApp, origins: frozenset[str], code: str) -> None:
        self._app = app
        self._origins = origins
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refused request with a problem, a preflight with its headers, and passes all others on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        refused = self._refusal(scope, headers, origin)
        send_allowed = send if refused == "agent.origin_refused" else _with_headers(origin, send)
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and refused in {None, "agent.not_paired"}:
            await _preflight(headers)(scope, receive, send_allowed)
        elif refused is None:
            await self._app(scope, receive, send_allowed)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        else:
            await problem(Refused(refused), headers.get("accept-language"))(scope, receive, send_allowed)

    def _refusal(self, scope: Scope, headers: Headers, origin: str | None) -> str | None:
        if not _is_ours(headers.get("host", ""), scope):
            return "agent.host_refused"
        if origin is not None and origin not in self._origins:
            return "agent.origin_refused"
        # A browser's WebSocket cannot carry a header: its first message has the code (``card_agent.routes``).
        if scope["type"] == "websocket" or scope["path"] == HEALTH:
            return None
        return (
            None if paired(headers.get("authorization", "").removeprefix("Bearer "), self._code) else "agent.not_paired"
        )


def paired(given: str, code: str) -> bool:
    """Returns True if ``given`` is the pairing code; compares in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), code.encode())


def _is_ours(host: str, scope: Scope) -> bool:
    """Returns True if ``Host`` is loopback, by name or number, with the port on which this program listens."""
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


def _with_headers(origin: str | None, send: Send) -> Send:
    """Returns a ``send`` that adds the headers of CORS and against caching."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = "no-store"
            headers["Vary"] = "Origin"
            headers["X-Content-Type-Options"] = "nosniff"
            if origin is not None:
                headers["Access-Control-Allow-Origin"] = origin
        await send(message)

    return send_with_headers
