"""Nobody passes without a key, and no key opens more than its scope."""

from datetime import UTC, datetime

import pytest

from db import keys
from identity.keys import Grant, Keys, issue
from identity.principal import Scope
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, refused

GUARDED = [APPOINTMENTS, f"{APPOINTMENTS}/202600000000000001", "/api/v1/ports", "/ops/v1/appointments", "/api/v1/none"]


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("authorization", [None, "Bearer nonsense", "Bearer ", "Basic YTpi", "nonsense"])
async def test_without_a_valid_key_nothing_opens(api_stack: ApiStack, path: str, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with api_stack.client(None, **headers) as client:
        answer = await client.get(path)
    assert refused(answer, 401) == ["auth.required"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("operator", APPOINTMENTS),
        ("customs", APPOINTMENTS),
        ("general", "/ops/v1/appointments"),
        ("customs", "/ops/v1/deliveries"),
        ("general", "/customs/v1/receipts"),
        ("operator", "/customs/v1/receipts"),
    ],
)
async def test_a_key_opens_nothing_beyond_its_scope(api_stack: ApiStack, name: str, path: str) -> None:
    async with api_stack.client(name) as client:
        assert refused(await client.get(path), 403) == ["auth.forbidden"]


async def test_a_body_that_cannot_be_read_tells_a_stranger_nothing(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        answer = await client.post(APPOINTMENTS, content=b"{", headers={"Content-Type": "application/json"})
    assert refused(answer, 401) == ["auth.required"]


async def test_a_revoked_key_is_shut_out_at_the_next_request(api_stack: ApiStack) -> None:
    known = Keys(api_stack.engine)
    key = issue(api_stack.engine, Grant("short-lived", frozenset({Scope.OPERATIONS}), None), at=datetime.now(UTC))
    assert known.principal(key, datetime.now(UTC)) is not None
    keys.revoke(api_stack.engine, "short-lived", at=datetime.now(UTC))
    assert known.principal(key, datetime.now(UTC)) is None
    async with api_stack.client(None, Authorization=f"Bearer {key}") as client:
        assert refused(await client.get("/ops/v1/deliveries"), 401) == ["auth.required"]


async def test_live_and_metrics_are_open_and_tell_nothing_of_anybody(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        assert body(await client.get("/health/live"))["status"] == "ok"
        await client.get(f"{APPOINTMENTS}/202600000000000001")
        page = await client.get("/metrics")
    assert 'yuyue_http_request_seconds_count{method="GET",route="/health/live",status="200"}' in page.text
    assert "202600000000000001" not in page.text
