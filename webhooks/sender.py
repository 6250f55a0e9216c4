"""Sends one event to one receiver, signed by Standard Webhooks."""

import asyncio
import base64
import json
import os
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpcore
from standardwebhooks import Webhook

from webhooks.guarded import AllowedHosts, Forbidden, GuardedBackend

#: Seconds for one request, from the name to the last byte of the answer's head.
LIMIT_SECONDS = 15.0
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SECRET_BYTES = 32
_IDLE_SECONDS = 20.0

Headers = dict[bytes | str, bytes | str]


class WebhookAnswer(NamedTuple):
    """Answer of a receiver: its HTTP status, or the ``fault`` that kept it away; a 2xx status is a success."""

    status: int | None
    fault: str | None
    milliseconds: int

    @property
    def taken(self) -> bool:
        """True if the receiver has the event."""
        return self.status is not None and 200 <= self.status < 300


def new_secret() -> str:
    """Returns a new secret in the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


def signed_headers(secrets: Sequence[str], event_id: str, body: str, at: datetime) -> Headers:
    """Returns the headers of a delivery, with a signature by each secret; ``at`` is in UTC."""
    signatures = [Webhook(secret).sign(event_id, at.astimezone(UTC), body) for secret in secrets]
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": "Yuyue-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class WebhookSender:
    """Sends events; connections are kept for a moment. Redirects are answers like any other, so they are failures."""

    def __init__(self, allowed: AllowedHosts, *, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._limit = limit_seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=GuardedBackend(allowed),
        )

    async def send(self, url: str, secrets: Sequence[str], event: dict[str, Any]) -> WebhookAnswer:
        """Returns the answer to one event; a failure is an answer too."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        headers = signed_headers(secrets, event["id"], body, datetime.now(UTC))
        begun = time.monotonic()
        status, fault = await self._post(url, headers, body.encode())
        return WebhookAnswer(status, fault, round((time.monotonic() - begun) * 1000))

    async def close(self) -> None:
        """Closes all connections."""
        await self._pool.aclose()

    async def _post(self, url: str, headers: Headers, body: bytes) -> tuple[int | None, str | None]:
        try:
            async with (
                asyncio.timeout(self._limit),
                self._pool.stream("POST", url, headers=headers, content=body) as answer,
            ):
                return answer.status, None
        except (TimeoutError, httpcore.TimeoutException):
            return None, "timeout"
        except Forbidden:
            return None, "inside"
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
            return None, _fault(error)


def _fault(error: Exception) -> str:
    """Returns the kind of a failure: a name of this system, with nothing that the receiver wrote."""
    if isinstance(error.__context__, ssl.SSLError) or isinstance(error, ssl.SSLError):
        return "certificate" if isinstance(error.__context__, ssl.SSLCertVerificationError) else "tls"
    return "unreachable" if isinstance(error, httpcore.ConnectError) else "closed"
