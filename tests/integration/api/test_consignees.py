"""收发货人: found by name, pinyin and initials among those one has to do with; the register is no telephone book."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused
from tests.integration.api.browsing import add_user, sitting

CONSIGNEES = "/api/v1/consignees"
PREFERENCES = "/api/v1/preferences"
DEALT, NEVER = CODES["importer"], CODES["importer_advanced"]


@asynccontextmanager
async def applying(stack: ApiStack, *, name: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """A user of an enterprise that nobody knew before, which has applied for one consignee."""
    code = new_code()
    async with stack.client("operator") as operator:
        entry = {"name": name or code, "qualification": "registered", "grade": "常规"}
        body(await operator.put(f"/ops/v1/enterprises/{code}", json=entry))
    async with sitting(stack, add_user(stack, f"applies.{code.lower()}", code=code)) as client:
        client.headers["X-Own"] = code
        body(await client.post(APPOINTMENTS, json=content(consignee_code=DEALT)), 201)
        yield client


def new_code() -> str:
    return f"3122{uuid4().hex[:6].upper()}"


def own(client: httpx.AsyncClient) -> str:
    return client.headers["X-Own"]


async def codes(client: httpx.AsyncClient, **params: Any) -> list[str]:
    return [each["code"] for each in body(await client.get(CONSIGNEES, params=params))["items"]]


async def test_those_applied_for_and_oneself_come_before_anything_is_typed(stack: ApiStack) -> None:
    async with applying(stack) as client:
        items = {each["code"]: each for each in body(await client.get(CONSIGNEES))["items"]}
    assert list(items) == [DEALT, own(client)]
    assert items[DEALT]["last_used"] is not None
    assert items[own(client)]["last_used"] is None
    assert set(items[DEALT]) == {"code", "name", "uscc", "ciq_code", "favourite", "last_used"}


async def test_one_is_found_by_name_pinyin_initials_and_code(stack: ApiStack) -> None:
    async with applying(stack, name="重庆长安进出口有限公司") as client:
        for q in ("重庆长安", "长安", "chongqingchangan", "cqca", own(client), own(client)[:5]):
            assert own(client) in await codes(client, q=q), q
        assert await codes(client, q="cqca") == [own(client)]
        assert await codes(client, q=DEALT) == [DEALT]


async def test_an_enterprise_of_the_register_that_one_never_dealt_with_is_not_found(stack: ApiStack) -> None:
    async with stack.client("operator") as operator:
        name = body(await operator.get(f"/api/v1/enterprises/{NEVER}"))["name"]
    async with applying(stack) as client:
        for q in ("", name, NEVER):
            assert NEVER not in await codes(client, q=q)


async def test_what_one_enterprise_applied_for_is_no_others(stack: ApiStack) -> None:
    async with applying(stack), applying(stack) as other:
        assert await codes(other) == [DEALT, own(other)]


async def test_favourites_come_first_and_are_the_users_own(stack: ApiStack) -> None:
    async with applying(stack) as client:
        body(await client.put(f"{PREFERENCES}/favourite_consignees", json={"value": [NEVER]}))
        items = body(await client.get(CONSIGNEES))["items"]
        shown = [(each["code"], each["favourite"]) for each in items]
        assert shown == [(NEVER, True), (DEALT, False), (own(client), False)]
        async with sitting(stack, add_user(stack, f"other.{own(client).lower()}", code=own(client))) as other:
            assert await codes(other) == [DEALT, own(client)]


async def test_pages_together_have_each_once(stack: ApiStack) -> None:
    async with applying(stack) as client:
        first = body(await client.get(CONSIGNEES, params={"limit": 1}))
        second = body(await client.get(CONSIGNEES, params={"limit": 1, "cursor": first["next_cursor"]}))
        assert [each["code"] for each in first["items"] + second["items"]] == [DEALT, own(client)]
        assert second["next_cursor"] is None
        assert refused(await client.get(CONSIGNEES, params={"cursor": "none"}), 422) == ["field.invalid"]
