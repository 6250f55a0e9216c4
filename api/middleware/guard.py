"""Nobody passes a guarded path without what it needs; so no route can forget to ask."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Refusal, answer, refusal
from identity.principal import Principal
from identity.principal import Scope as KeyScope

#: path prefix → the scope its key needs, None for any key; what begins with none of them is open to all.
#: The first that fits counts.
GUARDED: tuple[tuple[str, KeyScope | None], ...] = (
    ("/api/v1/appointments", KeyScope.APPOINTMENTS),
    ("/api/v1/", None),
    ("/ops/v1/", KeyScope.OPERATIONS),
    ("/customs/v1/", KeyScope.RECEIPTS),
)
PRIVATE = tuple(prefix for prefix, _ in GUARDED)

Authenticate = Callable[[str | None], Awaitable[Principal | None]]


class Guard:
    """Lets nobody pass a guarded path without a key of the scope it needs; so no route can forget to ask."""

    def __init__(self, app: ASGIApp, authenticate: Authenticate) -> None:
        self._app = app
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"].startswith(PRIVATE):
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
