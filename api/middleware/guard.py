"""Access control of all guarded paths in one place, so that no route can forget it."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import Refusal, answer, refusal
from identity.authorization import PRIVATE, denial_facts, request_denial
from identity.principal import Principal

Authenticate = Callable[[Scope], Awaitable[Principal | None]]


class Guard:
    """Middleware that authenticates the caller and refuses everybody whom ``identity.authorization`` does not admit."""

    def __init__(self, app: ASGIApp, authenticate: Authenticate) -> None:
        self._app = app
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its principal, or answers with the refusal."""
        if scope["type"] == "http" and scope["path"].startswith(PRIVATE):
            try:
                scope["state"]["principal"] = await self._admit(scope)
            except Refusal as refused:
                await answer(Request(scope), refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Principal | None:
        principal = await self._authenticate(scope)
        denied = request_denial(principal, scope["method"], scope["path"])
        if denied is not None:
            raise refusal(denied, **denial_facts(denied, scope["method"], scope["path"], principal))
        return principal
