"""The client of the demo: what it asks for."""

import httpx
import pytest

from cli.demo.api_client import ApiClient


@pytest.mark.parametrize(
    ("path", "query", "asked"),
    [
        ("/list?party=A", {}, {"party": "A"}),
        ("/list?party=A", {"limit": 2}, {"party": "A", "limit": "2"}),
        ("/list", {"q": "a&b +"}, {"q": "a&b +"}),
    ],
)
async def test_a_query_in_the_path_is_kept(path: str, query: dict[str, object], asked: dict[str, str]) -> None:
    echo = httpx.MockTransport(lambda request: httpx.Response(200, json=dict(request.url.params)))
    async with httpx.AsyncClient(transport=echo) as client:
        assert await ApiClient(client, "http://127.0.0.1").get(path, **query) == asked
