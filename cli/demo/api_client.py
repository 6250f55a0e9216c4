"""A client of the HTTP API for one party."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

POLL_SECONDS = 0.2


class Unexpected(Exception):
    """The system did not do what the demo expects."""


class ApiClient:
    """Calls the API with one key. Raises ``Unexpected`` when the answer is not the expected one."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, key: str | None = None) -> None:
        self._client = client
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def get(self, path: str, **query: Any) -> Any:
        """Returns the JSON answer of a GET."""
        return (await self.call("GET", path, query=query)).json()

    async def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """Returns the JSON answer of a POST that must give the expected status."""
        return (await self.call("POST", path, body=body, expect=expect)).json()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        expect: int = 200,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Makes one call. Raises ``Unexpected``, with the whole answer, when the status differs."""
        # `params=` would replace a query that the path has already.
        url = httpx.URL(self._base_url + path).copy_merge_params(query or {})
        answer = await self._client.request(method, url, json=body, headers=self._headers | (headers or {}))
        if answer.status_code != expect:
            raise Unexpected(f"{method} {path}: {answer.status_code}, expected {expect}\n{answer.text}")
        return answer

    async def watch(self, path: str, wanted: Callable[[Any], bool], *, seconds: float, what: str) -> Any:
        """Repeats a GET until the answer is as wanted. Raises ``Unexpected`` when it is not in time."""
        give_up = time.monotonic() + seconds
        while not wanted(answer := await self.get(path)):
            if time.monotonic() > give_up:
                raise Unexpected(f"{what}: not within {seconds:g} s\n{answer}")
            await asyncio.sleep(POLL_SECONDS)
        return answer
