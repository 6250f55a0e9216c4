"""The page as such: it comes whole, from here alone, and under a policy that nothing of it breaks."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up

pytestmark = pytest.mark.e2e

GROUND = "(box) => getComputedStyle(box).backgroundColor"


def test_who_is_not_logged_in_sees_the_login_in_chinese(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="用户登录")).to_be_visible()
    for field in ("用户名", "密码", "验证码"):
        expect(page.get_by_role("textbox", name=field, exact=True)).to_be_editable()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_enabled()


def test_english_is_one_press_away_and_stays(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("textbox", name="User name")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_theme_is_the_systems_until_one_is_chosen_and_then_stays(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/login")
    dark = page.get_by_role("main").evaluate(GROUND)
    page.emulate_media(color_scheme="light")
    light = page.get_by_role("main").evaluate(GROUND)
    assert dark != light
    page.get_by_role("button", name="外观：跟随系统").click()
    page.get_by_role("button", name="外观：浅色").click()
    expect(page.get_by_role("button", name="外观：深色")).to_be_visible()
    assert page.get_by_role("main").evaluate(GROUND) == dark
    page.reload()
    assert page.get_by_role("main").evaluate(GROUND) == dark


def test_the_cursor_waits_in_the_first_field(page: Page) -> None:
    page.goto("/login")
    expect(page.get_by_role("textbox", name="用户名", exact=True)).to_be_focused()


def test_the_api_page_works_without_the_internet(page: Page) -> None:
    page.goto("/docs")
    expect(page.get_by_text("/api/v1/transport-modes")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/login", "/apply", "/apply/202600000000000001"])
def test_every_path_of_the_page_gives_the_page(stack: Up, path: str) -> None:
    with stack.client() as client:
        answer = client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/apply/1/2", "/assets/nothing.js", "/assets/..%2findex.html", "/login/"])
def test_any_other_path_is_not_found(stack: Up, path: str) -> None:
    with stack.client() as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_assets_are_kept_for_ever_and_travel_compressed(stack: Up, page: Page) -> None:
    with page.expect_response(
        lambda response: "/assets/index-" in response.url and response.url.endswith(".js")
    ) as loaded:
        page.goto("/login")
    path = httpx.URL(loaded.value.url).path
    with stack.client() as client:
        small = client.get(path, headers={"Accept-Encoding": "gzip"})
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        again = client.get(path, headers={"If-None-Match": plain.headers["etag"], "Accept-Encoding": "identity"})
    assert small.content == plain.content
    assert (small.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
    assert "immutable" in small.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")
