"""Everybody changes the own password: the present one is asked for, other sessions end, tries are limited."""

import httpx
import pytest

from db import accesses
from db.engine import reading
from tests.integration.api.browsing import PASSWORD, add_user, attempt, browser, log_in
from tests.integration.api.office import Office, body

PASSWORD_PATH = "/api/v1/session/password"
NEW = "夜航船 88 lanterns-of-wu"


async def change(client: httpx.AsyncClient, current: str = PASSWORD, new: str = NEW) -> httpx.Response:
    return await client.put(PASSWORD_PATH, json={"current": current, "new": new})


async def test_other_sessions_end_and_the_own_one_goes_on(office: Office) -> None:
    name = add_user(office, "changing")
    async with browser(office) as here, browser(office) as there:
        await log_in(here, name)
        await log_in(there, name)
        assert (await change(here)).status_code == 204
        assert (await here.get("/api/v1/session")).status_code == 200
        assert (await there.get("/api/v1/session")).status_code == 401
        assert (await attempt(there, name, PASSWORD)).status_code == 401
        await log_in(there, name, NEW)
    with reading(office.engine) as session:
        whats = [each.what for each in accesses.listing(session, subject=name)]
    assert "user.password" in whats


@pytest.mark.parametrize(
    ("new", "told"),
    [("short", "12"), ("password1234567", "猜"), (PASSWORD, "相同"), ("x" * 129, "128")],
)
async def test_a_new_password_that_will_not_do_is_told_why(office: Office, new: str, told: str) -> None:
    name = add_user(office, f"weak.{told.encode().hex()}")
    async with browser(office) as client:
        await log_in(client, name)
        (error,) = body(await change(client, new=new), 422)["errors"]
        assert error["field"] == "new"
        assert told in error["message"]
        await log_in(client, name)


async def test_a_wrong_present_password_is_refused_and_counted(office: Office) -> None:
    name = add_user(office, "guessing")
    async with browser(office) as client:
        await log_in(client, name)
        for _ in range(5):
            refused = body(await change(client, current="not this one 1234"), 422)
            assert (refused["errors"][0]["code"], refused["errors"][0]["field"]) == ("password.wrong", "current")
        waiting = await change(client)
        assert body(waiting, 429)["code"] == "rate.limited"
        assert int(waiting.headers["Retry-After"]) > 0
    with reading(office.engine) as session:
        assert accesses.listing(session, subject=name)[0].what == "user.password.refused"


async def test_a_key_has_no_password(office: Office) -> None:
    async with browser(office, Authorization=f"Bearer {office.keys['general']}") as client:
        assert body(await change(client), 403)["code"] == "session.required"
