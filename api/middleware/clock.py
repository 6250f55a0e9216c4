"""Outermost middleware: time of arrival, metrics, unexpected errors and security headers."""

import time
from datetime import UTC, datetime

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import unexpected
from api.page.policy import DATA
from identity.authorization import PRIVATE
from runtime.metrics import Metrics

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": DATA,
}


class Clock:
    """Middleware that sets ``received_at`` before anything waits, measures, and answers every exception."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; answers an exception with a problem unless the response has begun."""
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
        # The label is the route, not the path: paths have numbers, and anybody could invent more of them.
        route = getattr(scope.get("route"), "path", "-")
        self._metrics.requests.labels(scope["method"], route, str(status)).observe(seconds)


class _Sent:
    """Adds the security headers to the response, and keeps its status."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._private = scope["path"].startswith(PRIVATE)
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
