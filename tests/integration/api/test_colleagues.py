"""An administrator of an enterprise adds, limits, disables and resets its users, and never those of another."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from db import access_log, users
from db.engine import reading, writing
from identity.users import Rights
from tests.integration.api.api_stack import ApiStack, body
from tests.integration.api.browsing import PASSWORD, add_user, attempt, browser, log_in

COLLEAGUES = "/api/v1/colleagues"
OWN = "夜航船 88 lanterns-of-wu"
ADMINISTRATOR = Rights(administrator=True)


def wanted(username: str, **changes: Any) -> dict[str, Any]:
    return {"username": username, "name": "王晓岚", "may_declare": False} | changes


@pytest.fixture(scope="module")
def chief(api_stack: ApiStack) -> str:
    return add_user(api_stack, "chief", enterprise="importer", display_name="陈主任", rights=ADMINISTRATOR)


@pytest.fixture
async def desk(api_stack: ApiStack, chief: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(api_stack) as client:
        await log_in(client, chief)
        yield client


async def added(desk: httpx.AsyncClient, username: str, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = body(await desk.post(COLLEAGUES, json=wanted(username, **changes)), 201)
    return made


async def test_a_colleague_is_added_listed_and_logs_in_to_choose_a_password(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    made = await added(desk, "Wang.XL")
    assert (made["username"], made["name"], made["may_declare"], made["administrator"]) == (
        "wang.xl",
        "王晓岚",
        False,
        False,
    )
    listed = body(await desk.get(COLLEAGUES))["items"]
    selves = {each["username"]: each["is_self"] for each in listed}
    assert (selves["chief"], selves["wang.xl"]) == (True, False)
    assert not any("password" in key for each in listed for key in each)
    async with browser(api_stack) as client:
        principal = await log_in(client, "wang.xl", made["initial_password"])
        assert (principal["change_password"], principal["display_name"]) == (True, "王晓岚")
        assert body(await client.get("/api/v1/ports"), 403)["code"] == "auth.change_password"
        change = {"current": made["initial_password"], "new": OWN}
        assert (await client.put("/api/v1/session/password", json=change)).status_code == 204
        assert (await client.get("/api/v1/ports")).status_code == 200
        principal = body(await client.get("/api/v1/session"))
        assert (principal["change_password"], principal["may_declare"]) == (False, False)
        assert principal["permitted_actions"] == ["save", "query"]


async def test_a_name_is_sealed_at_rest(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    await added(desk, "sealed.one", name="欧阳娜娜")
    with reading(api_stack.engine) as session:
        kept = users.find(session, "sealed.one")
    assert kept is not None
    assert kept.display_name is not None
    assert "欧阳" not in kept.model_dump_json()


async def test_the_same_key_adds_once_and_gives_the_same_password(desk: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "add-once"}
    first = body(await desk.post(COLLEAGUES, json=wanted("once"), headers=key), 201)
    again = body(await desk.post(COLLEAGUES, json=wanted("once"), headers=key), 201)
    assert again == first
    other = await desk.post(COLLEAGUES, json=wanted("twice"), headers=key)
    assert body(other, 422)["code"] == "idempotency.conflict"
    again = await desk.post(COLLEAGUES, json=wanted("once"), headers={"Idempotency-Key": "add-again"})
    assert body(again, 409)["code"] == "colleague.taken"


async def test_a_name_of_another_enterprise_is_taken_and_no_more_is_told(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    other = add_user(api_stack, "somebody.else")
    refused = body(await desk.post(COLLEAGUES, json=wanted(other)), 409)
    assert (refused["code"], refused["errors"][0]["facts"]) == ("colleague.taken", {})
    for answer in (
        await desk.patch(f"{COLLEAGUES}/{other}", json={"disabled": True}),
        await desk.post(f"{COLLEAGUES}/{other}/password"),
        await desk.patch(f"{COLLEAGUES}/nobody.at.all", json={"disabled": True}),
    ):
        assert body(answer, 404)["code"] == "not_found"
    assert other not in {each["username"] for each in body(await desk.get(COLLEAGUES))["items"]}
    async with browser(api_stack) as client:
        await log_in(client, other)


@pytest.mark.parametrize("name", ["", "wang xl", "王", "-x", "x" * 65, "demo.wang"])
async def test_a_login_name_that_cannot_be_is_refused(desk: httpx.AsyncClient, name: str) -> None:
    assert body(await desk.post(COLLEAGUES, json=wanted(name)), 422)["errors"][0]["field"] == "username"


async def test_a_blank_or_long_name_is_refused(desk: httpx.AsyncClient) -> None:
    for name in (" 　 ", "长" * 65):
        assert body(await desk.post(COLLEAGUES, json=wanted("blank", name=name)), 422)["errors"][0]["field"] == "name"


async def test_a_limit_counts_from_the_next_request_on(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    add_user(api_stack, "limited", enterprise="importer")
    async with browser(api_stack) as client:
        assert (await log_in(client, "limited"))["may_declare"] is True
        limited = body(await desk.patch(f"{COLLEAGUES}/limited", json={"may_declare": False, "name": "李限"}))
        assert (limited["may_declare"], limited["name"]) == (False, "李限")
        assert body(await client.get("/api/v1/session"))["may_declare"] is False
        assert body(await client.get(COLLEAGUES), 403)["code"] == "auth.only_administrators"
        body(await desk.patch(f"{COLLEAGUES}/limited", json={"administrator": True}))
        assert (await client.get(COLLEAGUES)).status_code == 200


async def test_a_disabled_colleague_is_out_at_once_and_comes_back(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    add_user(api_stack, "leaving", enterprise="importer")
    async with browser(api_stack) as client:
        await log_in(client, "leaving")
        assert body(await desk.patch(f"{COLLEAGUES}/leaving", json={"disabled": True}))["disabled_at"]
        assert (await client.get("/api/v1/session")).status_code == 401
        assert (await attempt(client, "leaving")).status_code == 401
        assert body(await desk.patch(f"{COLLEAGUES}/leaving", json={"disabled": False}))["disabled_at"] is None
        assert (await client.get("/api/v1/session")).status_code == 401
        await log_in(client, "leaving")


async def test_a_reset_ends_the_sessions_and_the_old_password(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    add_user(api_stack, "forgetful", enterprise="importer")
    async with browser(api_stack) as client:
        await log_in(client, "forgetful")
        made = body(await desk.post(f"{COLLEAGUES}/forgetful/password"))
        assert (await client.get("/api/v1/session")).status_code == 401
        assert (await attempt(client, "forgetful", PASSWORD)).status_code == 401
        assert (await log_in(client, "forgetful", made["initial_password"]))["change_password"] is True


async def test_an_initial_password_has_an_end(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    made = await added(desk, "late.comer")
    with writing(api_stack.engine) as session:
        user = users.find(session, "late.comer")
        assert user is not None
        users.replace(session, user.model_copy(update={"initial_until": user.created_at}))
    async with browser(api_stack) as client:
        assert (await attempt(client, "late.comer", made["initial_password"])).status_code == 401
    with reading(api_stack.engine) as session:
        assert access_log.accesses(session, subject="late.comer")[0].detail == "expired"


async def test_the_last_administrator_stays_one(api_stack: ApiStack) -> None:
    add_user(api_stack, "only", enterprise="advanced", rights=ADMINISTRATOR)
    async with browser(api_stack) as client:
        await log_in(client, "only")
        for change in ({"disabled": True}, {"administrator": False}):
            refused = await client.patch(f"{COLLEAGUES}/only", json=change)
            assert body(refused, 409)["code"] == "colleague.last_administrator"
        assert body(await client.post(f"{COLLEAGUES}/only/password"), 409)["code"] == "colleague.last_administrator"
        await added(client, "second", administrator=True)
        refused = await client.patch(f"{COLLEAGUES}/only", json={"administrator": False})
        assert body(refused, 409)["code"] == "colleague.last_administrator", "the second has never logged in"
        add_user(api_stack, "third", enterprise="advanced", rights=ADMINISTRATOR)
        assert body(await client.patch(f"{COLLEAGUES}/only", json={"administrator": False}))["administrator"] is False


async def test_a_key_manages_nobody(api_stack: ApiStack) -> None:
    async with browser(api_stack, Authorization=f"Bearer {api_stack.keys['importer']}") as client:
        assert body(await client.get(COLLEAGUES), 403)["code"] == "auth.only_administrators"


async def test_what_an_administrator_does_is_on_record_without_names(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    await added(desk, "on.record", name="司马相如")
    body(await desk.patch(f"{COLLEAGUES}/on.record", json={"may_declare": True, "name": "司马光"}))
    body(await desk.post(f"{COLLEAGUES}/on.record/password"))
    with reading(api_stack.engine) as session:
        noted = access_log.accesses(session, subject="on.record")
    assert [(each.what, each.detail) for each in noted] == [
        ("user.reset", "by=chief"),
        ("user.changed", "may_declare=true by=chief"),
        ("user.added", "by=chief"),
    ]
