"""Outermost: when a request came, what became of it, and the headers of safety."""

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
