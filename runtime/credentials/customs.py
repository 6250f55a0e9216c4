"""The HTTP client that proves to customs who this system is, by the settings."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import httpx

from customs.channels import Unavailable
from runtime.credentials import client_certificate
from runtime.credentials.client_certificate import RenewedTransport, TlsFiles
from runtime.credentials.kept import CredentialError, KeptFiles
from runtime.credentials.token import read_token
from runtime.settings import Settings

if TYPE_CHECKING:
    from runtime.credentials.signing import RequestSigner

Content = TypeVar("Content")


def customs_client(settings: Settings, *, trust_env: bool = True) -> httpx.Client:
    """Returns a client with the credentials of the settings.

    Proxies of the environment are not used where a client certificate or an authority of customs is set.
    """
    files = TlsFiles.of(settings)
    transport = RenewedTransport(files) if files else None
    return httpx.Client(transport=transport, auth=_auth(settings), trust_env=trust_env)


class CredentialState(NamedTuple):
    """A credential that is set: whether its file can be used now, and the days it lasts, None without an end."""

    name: str
    fault: str | None
    days_left: int | None = None


def credential_states(settings: Settings) -> Iterator[CredentialState]:
    """Yields the state of each credential that is set, as a process would find it that starts now."""
    if files := TlsFiles.of(settings):
        yield _state("client_certificate", lambda: client_certificate.days_left(files))
    if token := settings.customs_token_file:
        yield _state("token", lambda: _without_end(read_token(token)))
    if key := settings.customs_signing_key:
        signer = _signer(key, settings.customs_signing_key_id)
        yield _state("signing_key", lambda: _without_end(signer.current()))


def _state(name: str, days: Callable[[], int | None]) -> CredentialState:
    try:
        return CredentialState(name, None, days())
    except CredentialError as error:
        return CredentialState(name, str(error))
    except OSError as error:
        return CredentialState(name, f"{error.filename}: {error.strerror}")


def _without_end(_: object) -> None:
    """Returns None: such a credential has no end that anybody can read."""


def _auth(settings: Settings) -> "CustomsAuth | None":
    token, key = settings.customs_token_file, settings.customs_signing_key
    if token is None and key is None:
        return None
    return CustomsAuth(
        KeptFiles([token], partial(read_token, token)) if token else None,
        _signer(key, settings.customs_signing_key_id) if key else None,
    )


def _signer(path: Path, key_id: str) -> "KeptFiles[RequestSigner]":
    # Imported for those who sign: it takes a twentieth of a second of a start.
    from runtime.credentials.signing import load_signer  # noqa: PLC0415

    return KeptFiles([path], partial(load_signer, path, key_id))


class CustomsAuth(httpx.Auth):
    """Adds the bearer token and the signature to each request."""

    requires_request_body = True

    def __init__(self, token: KeptFiles[str] | None, signer: "KeptFiles[RequestSigner] | None") -> None:
        self._token, self._signer = token, signer

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yields the request with its credentials. Raises ``Unavailable`` while one of them cannot be used."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {_current(self._token, 'token')}"
        if self._signer:
            _current(self._signer, "signing key").sign(request, request.content)
        yield request


def _current(kept: KeptFiles[Content], name: str) -> Content:
    try:
        return kept.current()
    except CredentialError as error:
        raise Unavailable(f"credentials {name} unusable") from error
