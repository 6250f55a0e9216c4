"""Connections to receivers: never into the inside network.

A name is resolved once, all its addresses are checked, and the connection goes to a checked address, so that a second
answer of the name server cannot lead it elsewhere.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpcore

#: Ports of public receivers.
PORTS = frozenset({443, 8443})
LONGEST_URL = 500
_TRANSLATED = ipaddress.ip_network("64:ff9b::/32")


class Forbidden(httpcore.ConnectError):
    """The name leads into the inside network."""


class AllowedHosts:
    """Receivers inside that the operator allows, each as ``host:port``; they may be called without TLS."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = frozenset(each.strip().lower() for each in hosts if each.strip())

    def has(self, host: str, port: int) -> bool:
        """Returns True if the receiver is one of them."""
        return f"{host.lower()}:{port}" in self._hosts

    def url_fault(self, url: str) -> str | None:
        """Returns why events cannot go to this address, as a reason of ``webhook.url``; None: they can."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        except ValueError:
            return "malformed"
        if not host or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            return "malformed"
        if parts.username is not None or parts.password is not None or parts.fragment:
            return "malformed"
        if self.has(host, port):
            return None if parts.scheme in {"http", "https"} else "scheme"
        return "scheme" if parts.scheme != "https" else "port" if port not in PORTS else _inside(host)


def _inside(host: str) -> str | None:
    try:
        return None if is_public(host) else "inside"
    except ValueError:
        return None  # a name, which is checked when it is resolved


def is_public(address: str) -> bool:
    """Returns True if the address is one of the public internet. Raises ``ValueError`` when it is no address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped or found.sixtofour or found.teredo or found in _TRANSLATED:
            return False
        return found.is_global and not found.is_multicast and not found.is_site_local
    return found.is_global and not found.is_multicast and not found.is_reserved


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(  # noqa: PLR0917 the signature of httpcore
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first address that answers. Raises ``Forbidden`` when one of them is not public."""
        addresses = await self._addresses(host, port)
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises ``Forbidden``: no receiver is a socket of this machine."""
        del path, timeout, socket_options
        raise Forbidden("no sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        """Waits between attempts to connect, for httpcore."""
        await self._inner.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name is unknown") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in sorted(found, key=lambda each: each[0])))
        if not self._allowed.has(host, port) and not all(map(is_public, addresses)):
            raise Forbidden("the name leads into the inside network")
        return addresses
