"""Repeats a request whose outcome is unknown, under the key of the first attempt: it has one effect."""

import random
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx

from .problems import raise_problem

KEY = "Idempotency-Key"
#: 429: too many requests; 503: `outcome.unknown` or `temporarily.unavailable`; the others come from what is in between.
PASSING = frozenset({429, 502, 503, 504})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_PAUSE = 20.0


class RetryingTransport(httpx.BaseTransport):
    """Gives every command an ``Idempotency-Key`` unless it has one, and repeats it for ``seconds``.

    Raises ``ProblemError`` when the API refuses, ``httpx.TransportError`` when no answer came in time.
    """

    def __init__(self, inner: httpx.BaseTransport, seconds: float = 60.0) -> None:
        self._inner = inner
        self._seconds = seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request, again if need be, and returns the first answer that decides."""
        if request.method not in _SAFE:
            request.headers.setdefault(KEY, str(uuid4()))
        request.read()  # so that it can be sent again
        for pause in self._pauses():
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError:
                if pause is None:
                    raise
                time.sleep(pause)
                continue
            if response.status_code not in PASSING or pause is None:
                break
            response.read()
            time.sleep(max(pause, _wished(response)))
        return _checked(response)

    def close(self) -> None:
        """Closes the connections."""
        self._inner.close()

    def _pauses(self) -> Iterator[float | None]:
        """Yields the pause after each attempt, twice as long as the one before; None after the last attempt."""
        until, pause = time.monotonic() + self._seconds, 0.2
        while time.monotonic() + pause < until:
            yield pause * random.uniform(0.5, 1.0)  # noqa: S311 spreads attempts, keeps no secret
            pause = min(pause * 2, _LONGEST_PAUSE)
        yield None


def _wished(response: httpx.Response) -> float:
    """Returns the seconds that the server asks for."""
    text = response.headers.get("retry-after", "")
    return min(float(text), _LONGEST_PAUSE) if text.isdigit() else 0.0


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        response.read()
        raise_problem(response)
    return response
