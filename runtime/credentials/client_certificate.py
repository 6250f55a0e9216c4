"""The client certificate for mutual TLS, and the transport that takes up a new one for the next connection."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import httpx
from cryptography import x509

from customs.channels import Unavailable
from runtime.credentials.kept import CredentialError, KeptFiles
from runtime.settings import Settings


class TlsFiles(NamedTuple):
    """The files of a connection: certificate with its chain, its key, and the authorities of customs' server."""

    certificate: Path | None
    key: Path | None
    authorities: Path | None

    @classmethod
    def of(cls, settings: Settings) -> "TlsFiles | None":
        """Returns the files of the settings; None where customs is trusted and reached as any server is."""
        found = cls(settings.customs_client_certificate, settings.customs_client_key, settings.customs_authorities)
        return found if any(found) else None


class Tls(NamedTuple):
    """Content of the files; ``ends`` is the end of the client certificate."""

    context: ssl.SSLContext
    ends: datetime | None


def load(files: TlsFiles) -> Tls:
    """Returns the context of new connections.

    Raises ``CredentialError`` when a file cannot be used, the key is another one, or the certificate is over.
    """
    context = _context(files.authorities)
    if files.certificate is None:
        return Tls(context, None)
    ends = _valid_until(files.certificate)
    try:
        # A key with a password is refused; without this the library asks for it at the terminal.
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except ssl.SSLError as error:
        reason = error.reason or "not PEM, or its key has a password"
        raise CredentialError(f"{files.certificate} with {files.key}: {reason}") from error
    return Tls(context, ends)


def days_left(files: TlsFiles) -> int | None:
    """Returns the whole days until the client certificate ends; None without one. Raises ``CredentialError``."""
    ends = load(files).ends
    return None if ends is None else (ends - datetime.now(UTC)) // timedelta(days=1)


def _context(authorities: Path | None) -> ssl.SSLContext:
    if authorities is None:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cadata=authorities.read_text("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise CredentialError(f"{authorities}: no certificates in PEM") from error


def _valid_until(path: Path) -> datetime:
    try:
        leaf = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise CredentialError(f"{path}: no certificate in PEM") from error
    now = datetime.now(UTC)
    if now > leaf.not_valid_after_utc:
        raise CredentialError(f"{path}: it ended at {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    if now < leaf.not_valid_before_utc:
        raise CredentialError(f"{path}: it begins at {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC")
    return leaf.not_valid_after_utc


class RenewedTransport(httpx.BaseTransport):
    """Connections with what the files hold now: a new version counts for the next request."""

    def __init__(self, files: TlsFiles) -> None:
        self._kept = KeptFiles([path for path in files if path], lambda: load(files))
        self._lock = Lock()
        self._tls: Tls | None = None
        self._transport: httpx.HTTPTransport | None = None
        self._retired: httpx.HTTPTransport | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request. Raises ``Unavailable`` while there is no client certificate to use."""
        try:
            tls = self._kept.current()
        except CredentialError as error:
            raise Unavailable("credentials client certificate unusable") from error
        if tls.ends is not None and datetime.now(UTC) > tls.ends:
            raise Unavailable("credentials client certificate ended")
        return self._renewed(tls).handle_request(request)

    def close(self) -> None:
        """Closes all connections."""
        for each in (self._transport, self._retired):
            if each is not None:
                each.close()

    def _renewed(self, tls: Tls) -> httpx.HTTPTransport:
        with self._lock:
            if self._transport is None or tls is not self._tls:
                # What the transport before the last one still sends is sent again, under the same id.
                if self._retired is not None:
                    self._retired.close()
                self._retired, self._transport, self._tls = self._transport, httpx.HTTPTransport(tls.context), tls
            return self._transport
