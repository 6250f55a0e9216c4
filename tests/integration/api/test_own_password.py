"""Everybody changes the own password: the present one is asked for, other sessions end, tries are limited."""

import httpx
import pytest

from db import access_log
from db.engine import reading
from tests.integration.api.api_stack import ApiStack, body
from tests.integration.api.browsing import PASSWORD, add_user, attempt, browser, log_in

PASSWORD_PATH = "/api/v1/session/password"
NEW = "夜航船 88 lanterns-of-wu"


async def change(client: httpx.AsyncClient, current: str = PASSWORD, new: str = NEW) -> httpx.Response:
    return await client.put(PASSWORD_PATH, json={"current": current, "new": new})


async def test_other_sessions_end_and_the_own_one_goes_on(api_stack: ApiStack) -> None:
    name = add_user(api_stack, "changing")
    async with browser(api_stack) as here, browser(api_stack) as there:
        await log_in(here, name)
        await log_in(there, name)
        assert (await change(here)).status_code == 204
        assert (await here.get("/api/v1/session")).status_code == 200
        assert (await there.get("/api/v1/session")).status_code == 401
        assert (await attempt(there, name, PASSWORD)).status_code == 401
        await log_in(there, name, NEW)
    with reading(api_stack.engine) as session:
        whats = [each.what for each in access_log.accesses(session, subject=name)]
    assert "user.password" in whats


@pytest.mark.parametrize(
    ("new", "told"),
    [("short", "12"), ("password1234567", "猜"), (PASSWORD, "相同"), ("x" * 129, "128")],
)
async def test_a_new_password_that_will_not_do_is_told_why(api_stack: ApiStack, new: str, told: str) -> None:
    name = add_user(api_stack, f"weak.{told.encode().hex()}")
    async with browser(api_stack) as client:
        await log_in(client, name)
        (error,) = body(await change(client, new=new), 422)["errors"]
        assert error["field"] == "new"
        assert told in error["message"]
        await log_in(client, name)


async def test_a_wrong_present_password_is_refused_and_counted(api_stack: ApiStack) -> None:
    name = add_user(api_stack, "guessing")
    async with browser(api_stack) as client:
        await log_in(client, name)
        for _ in range(5):
            refused = body(await change(client, current="not this one 1234"), 422)
            assert (refused["errors"][0]["code"], refused["errors"][0]["field"]) == ("password.wrong", "current")
        waiting = await change(client)
        assert body(waiting, 429)["code"] == "rate.limited"
        assert int(waiting.headers["Retry-After"]) > 0
    with reading(api_stack.engine) as session:
        assert access_log.accesses(session, subject=name)[0].what == "user.password.refused"


async def test_a_key_has_no_password(api_stack: ApiStack) -> None:
    async with browser(api_stack, Authorization=f"Bearer {api_stack.keys['general']}") as client:
        assert body(await change(client), 403)["code"] == "session.required"
