"""No other page acts with a browser's session."""

from dataclasses import replace

import httpx
import pytest

from api.identity.cookies import PLAIN
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, refused
from tests.integration.api.browsing import PASSWORD, SESSION, add_user, attempt, browser, cookie, log_in

SELF = "http://127.0.0.1"


@pytest.fixture(scope="module")
def user(api_stack: ApiStack) -> str:
    return add_user(api_stack, "careful", enterprise="general")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [APPOINTMENTS, "/api/v1/none", SESSION])
async def test_an_unsafe_call_needs_the_token_of_its_session(
    api_stack: ApiStack, user: str, method: str, path: str
) -> None:
    if (method, path) == ("POST", SESSION):
        pytest.skip("logging in is for those who have no session")
    async with browser(api_stack) as client, browser(api_stack) as other:
        own = (await log_in(client, user))["csrf_token"]
        del client.headers["X-CSRF-Token"]
        others = (await log_in(other, user))["csrf_token"]
        for wrong in (None, "", "nonsense", "é", others, own.upper(), own + "0"):
            headers: dict[bytes, bytes] = {} if wrong is None else {b"X-CSRF-Token": wrong.encode()}
            answer = await client.request(method, path, headers=headers)
            assert refused(answer, 403) == ["csrf.missing"], wrong
        answer = await client.request(method, path, headers={"X-CSRF-Token": own})
        assert "csrf.missing" not in answer.text


async def test_reading_needs_no_token_and_neither_do_keys(api_stack: ApiStack, user: str) -> None:
    async with browser(api_stack) as client, api_stack.client("general") as program:
        await log_in(client, user)
        del client.headers["X-CSRF-Token"]
        body(await client.get("/api/v1/ports"))
        assert refused(await program.post(APPOINTMENTS, json={"x": 1}), 422) == ["field.unknown"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8082"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_page_gets_nothing_done_whatever_it_knows(
    api_stack: ApiStack, user: str, headers: dict[str, str]
) -> None:
    async with browser(api_stack) as client:
        await log_in(client, user)
        assert refused(await client.post(APPOINTMENTS, json={}, headers=headers), 403) == ["csrf.missing"]
        body(await client.get(SESSION))
        client.headers.update(headers)
        assert refused(await attempt(client, user), 403) == ["csrf.missing"]


@pytest.mark.parametrize("headers", [{"Origin": SELF}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
async def test_ones_own_page_may(api_stack: ApiStack, user: str, headers: dict[str, str]) -> None:
    async with browser(api_stack, **headers) as client:
        await log_in(client, user)
        assert (await client.delete(SESSION)).status_code == 204


async def test_a_key_that_is_none_is_not_mended_by_a_cookie(api_stack: ApiStack, user: str) -> None:
    async with browser(api_stack) as client:
        await log_in(client, user)
        answer = await client.get(SESSION, headers={"Authorization": "Bearer nonsense"})
        assert refused(answer, 401) == ["auth.required"]


async def test_outside_the_sandbox_the_cookie_is_secure_on_this_machine_too(api_stack: ApiStack, user: str) -> None:
    production = api_stack.context.settings.model_copy(update={"sandbox": False})
    transport = httpx.ASGITransport(api_stack.app)
    before = api_stack.app.state.context
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1") as client:
        captcha = body(await client.get("/api/v1/captcha"))
        api_stack.app.state.context = replace(before, settings=production)
        try:
            hidden = body(await client.get("/api/v1/captcha"))
            given = {"captcha_id": captcha["captcha_id"], "captcha_answer": captcha["sandbox_answer"]}
            answer = await client.post(SESSION, json={"username": user, "password": PASSWORD} | given)
        finally:
            api_stack.app.state.context = before
    assert hidden["sandbox_answer"] is None
    assert answer.headers["set-cookie"].startswith("__Host-yuyue=")
    assert cookie(client) is None
    assert PLAIN not in client.cookies
