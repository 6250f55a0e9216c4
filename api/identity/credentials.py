"""The credentials of a request: an API key, or a session's cookie with the protection against other pages (CSRF)."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Scope

from api.context import context
from api.http.problems import refusal
from api.identity import cookies
from identity.authorization import is_guarded
from identity.principal import Principal

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: The header that a browser's session sends besides its cookie when it changes something.
CSRF_HEADER = "X-CSRF-Token"
_OWN_PAGES = frozenset({"same-origin", "none"})


async def authenticate(scope: Scope) -> Principal | None:
    """Returns the principal of the request; None without valid credentials.

    Raises Refusal when another page may have sent it. A request with an Authorization header is never a browser's.
    """
    request = Request(scope)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await _of_key(request, bearer(authorization))
    principal = await _of_cookie(request)
    if request.method not in SAFE:
        _demand_own_page(request.headers)
        if principal is not None and is_guarded(request.method, request.url.path):
            _demand_token(request.headers, principal)
    return principal


async def _of_key(request: Request, key: str | None) -> Principal | None:
    if key is None:
        return None
    keys, address = context(request).services.keys, request.client.host if request.client else None
    return await run_in_threadpool(keys.principal, key, request.state.received_at, address)


async def _of_cookie(request: Request) -> Principal | None:
    ctx = context(request)
    token = cookies.token_of(request, ctx.settings)
    if token is None:
        return None
    return await run_in_threadpool(ctx.services.sessions.principal, token, request.state.received_at)


def bearer(authorization: str) -> str | None:
    """Returns the key in ``Authorization: Bearer <key>``."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def _demand_own_page(headers: Headers) -> None:
    """Raises Refusal when a browser says that another page sent the call. Ports count; a proxy may hide the scheme."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_PAGES:
        raise refusal("csrf.missing")
    if origin is not None and _place(origin) != headers.get("host", "").lower():
        raise refusal("csrf.missing")


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _demand_token(headers: Headers, principal: Principal) -> None:
    if principal.session is None:
        return
    given = headers.get(CSRF_HEADER, "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, principal.session.csrf_token.encode()):
        raise refusal("csrf.missing")
