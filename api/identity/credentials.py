"""What a request shows to say who sends it: a key, or a session's cookie with what keeps other pages from using it."""

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
#: What a browser's session shows besides its cookie wherever something is changed.
CSRF_HEADER = "X-CSRF-Token"
_OWN_PAGES = frozenset({"same-origin", "none"})


async def authenticate(scope: Scope) -> Principal | None:
    """Who it is, None for a stranger. ``csrf.missing`` for what another page may have sent.

    A request that shows a key is never taken for a browser's.
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
    """The key of ``Authorization: Bearer <key>``."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def _demand_own_page(headers: Headers) -> None:
    """Browsers say from which page a call comes; programs say nothing. Ports count, the scheme a proxy may hide."""
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
