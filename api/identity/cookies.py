"""The session's cookie: no script reads it, no other site's page sends it, no plain connection carries it.

Only the sandbox on this machine, which has no TLS, gets one without ``Secure``. ``__Host-`` keeps other hosts of the
domain from planting one.
"""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request, Response

from runtime.settings import Settings

SECURE, PLAIN = "__Host-yuyue", "yuyue"


def token_of(request: Request, settings: Settings) -> str | None:
    """What the cookie holds, None without one."""
    return request.cookies.get(_name(request, settings)) or None


def put(response: Response, token: str, request: Request, settings: Settings) -> None:
    """The browser keeps it until it is closed; how long it counts is the server's matter."""
    name = _name(request, settings)
    response.set_cookie(name, token, path="/", secure=name == SECURE, httponly=True, samesite="strict")


def remove(response: Response, request: Request, settings: Settings) -> None:
    """The browser forgets it."""
    name = _name(request, settings)
    response.delete_cookie(name, path="/", secure=name == SECURE, httponly=True, samesite="strict")


def _name(request: Request, settings: Settings) -> str:
    return PLAIN if settings.sandbox and is_loopback(request.headers.get("host", "")) else SECURE


def is_loopback(host: str) -> bool:
    """Whether a Host header names this very machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
