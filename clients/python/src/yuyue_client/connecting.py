"""Makes a client for all calls."""

import httpx

from .client import AuthenticatedClient
from .retrying import RetryingTransport


def connect(
    base_url: str, key: str, *, language: str = "zh", timeout: float = 30.0, retry_seconds: float = 60.0
) -> AuthenticatedClient:
    """Returns a client with the API key; texts of problems are in ``language`` (``zh`` or ``en``).

    A call without a decisive answer is made again for ``retry_seconds``, under the same ``Idempotency-Key``.
    """
    return AuthenticatedClient(
        base_url=base_url,
        token=key,
        timeout=httpx.Timeout(timeout),
        headers={"Accept-Language": language},
        httpx_args={"transport": RetryingTransport(httpx.HTTPTransport(retries=1), retry_seconds)},
        raise_on_unexpected_status=True,
    )
