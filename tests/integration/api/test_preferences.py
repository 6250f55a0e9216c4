"""个人设置: a user's own, by name, sealed at rest; no key has any."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from db.engine import reading
from db.tables import PreferenceRow
from identity.passwords import Passwords
from identity.users import Users
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import add_user, sitting

PREFERENCES = "/api/v1/preferences"
QUESTION = {"name": "王小明的退单", "params": {"state": ["returned", "draft"], "party": "A"}}
NOTHING = {"favourite_consignees": [], "favourite_ports": [], "saved_questions": [], "theme": "system"}


@pytest.fixture(scope="module")
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def put(client: httpx.AsyncClient, name: str, value: Any) -> httpx.Response:
    return await client.put(f"{PREFERENCES}/{name}", json={"value": value})


async def test_a_user_finds_what_he_has_set_and_nobody_else_does(api_stack: ApiStack) -> None:
    mine, other = add_user(api_stack, "prefers.one"), add_user(api_stack, "prefers.other")
    async with sitting(api_stack, mine) as client:
        assert body(await client.get(PREFERENCES)) == NOTHING
        body(await put(client, "favourite_ports", ["2233", "2248"]))
        body(await put(client, "favourite_ports", ["2248"]))
        body(await put(client, "theme", "dark"))
        told = body(await put(client, "saved_questions", [QUESTION]))
        assert told == NOTHING | {"favourite_ports": ["2248"], "theme": "dark", "saved_questions": [QUESTION]}
    async with sitting(api_stack, mine) as again:
        assert body(await again.get(PREFERENCES)) == told
    async with sitting(api_stack, other) as client:
        assert body(await client.get(PREFERENCES)) == NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("favourite_ports", ["22"]),
        ("favourite_ports", [2233]),
        ("favourite_ports", ["2233"] * 51),
        ("favourite_consignees", ["王小明"]),
        ("saved_questions", [QUESTION] * 51),
        ("saved_questions", [QUESTION | {"name": "长" * 51}]),
        ("saved_questions", [QUESTION | {"params": {"state": "x" * 201}}]),
        ("saved_questions", None),
    ],
)
async def test_a_setting_of_another_shape_is_refused(api_stack: ApiStack, name: str, value: Any) -> None:
    user = add_user(api_stack, f"prefers.{uuid4().hex}")
    async with sitting(api_stack, user) as client:
        assert set(refused(await put(client, name, value), 422)) == {"field.invalid"}
        assert body(await client.get(PREFERENCES)) == NOTHING


async def test_a_name_that_is_no_setting_is_not_found(api_stack: ApiStack) -> None:
    async with sitting(api_stack, add_user(api_stack, "prefers.unknown")) as client:
        assert refused(await put(client, "colour", "red"), 404) == ["not_found"]


@pytest.mark.parametrize("key", ["general", "operator", "customs"])
async def test_a_key_has_no_settings(api_stack: ApiStack, key: str) -> None:
    async with api_stack.client(key) as client:
        assert refused(await client.get(PREFERENCES), 403) == ["session.required"]
        assert refused(await put(client, "theme", "dark"), 403) == ["session.required"]


async def test_what_is_set_is_sealed_and_goes_with_the_user(api_stack: ApiStack, passwords: Passwords) -> None:
    user = add_user(api_stack, "prefers.leaving")
    async with sitting(api_stack, user) as client:
        body(await put(client, "saved_questions", [QUESTION]))
    assert "王小明" not in "".join(stored(api_stack, user))
    assert len(stored(api_stack, user)) == 1
    Users(api_stack.engine, passwords).disable(user, at=datetime.now(UTC))
    assert stored(api_stack, user) == []


def stored(api_stack: ApiStack, user: str) -> list[str]:
    rows = PreferenceRow.table()
    with reading(api_stack.engine) as session:
        return list(session.execute(sa.select(rows.c.sealed).where(rows.c.holder == f"user:{user}")).scalars())
