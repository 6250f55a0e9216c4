"""The session's cookie: hidden from scripts, not sent by pages of other sites, not sent over plain HTTP.

Only the sandbox on this machine, which has no TLS, gets one without ``Secure``. ``__Host-`` keeps other hosts of the
domain from planting one.
"""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request, Response

from runtime.settings import Settings

SECURE, PLAIN = "__Host-yuyue", "yuyue"


def token_of(request: Request, settings: Settings) -> str | None:
    """Returns the session's token in the cookie; None without a cookie."""
    return request.cookies.get(_name(request, settings)) or None


def put(response: Response, token: str, request: Request, settings: Settings) -> None:
    """Sets the cookie for as long as the browser is open; the server decides how long the session lasts."""
    name = _name(request, settings)
    response.set_cookie(name, token, path="/", secure=name == SECURE, httponly=True, samesite="strict")


def remove(response: Response, request: Request, settings: Settings) -> None:
    """Deletes the cookie."""
    name = _name(request, settings)
    response.delete_cookie(name, path="/", secure=name == SECURE, httponly=True, samesite="strict")


def _name(request: Request, settings: Settings) -> str:
    return PLAIN if settings.sandbox and is_loopback(request.headers.get("host", "")) else SECURE


def is_loopback(host: str) -> bool:
    """Returns True if a Host header names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
