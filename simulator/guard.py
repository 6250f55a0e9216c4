"""Access to the simulator: programs and browsers on this machine, but no foreign web page."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class LoopbackOnly:
    """Refuses a foreign ``Host`` (DNS rebinding) and a foreign ``Origin`` (cross-site requests) with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a foreign request with 403 and passes every other request on."""
        if scope["type"] == "http" and not _is_local(Headers(scope=scope)):
            await PlainTextResponse("仅限本机 loopback only", status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_local(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    return urlsplit(f"//{host}").hostname in _LOOPBACK and origin in {None, f"http://{host}"}
