"""Logging in as a person does: by keyboard, reading the captcha; and coming back with the session one has."""

from functools import cache

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.client import body, login
from tests.e2e.stack import Up


def log_in(page: Page, stack: Up, user: str, path: str = "/login") -> None:
    """Types name, password and captcha, each followed by Enter; the sandbox tells what the picture shows."""
    with page.expect_response("**/api/v1/captcha") as drawn:
        page.goto(path)
    answer_login(page, stack, user, drawn.value.json()["sandbox_answer"])
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()


def answer_login(page: Page, stack: Up, user: str, captcha: str) -> None:
    """The same, where the login is already open."""
    name, password = stack.ready["users"][user]
    username = page.get_by_role("textbox", name="用户名", exact=True)
    expect(username).to_be_focused()
    page.keyboard.type(name)
    for text in (password, captcha):
        page.keyboard.press("Enter")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def enter(page: Page, stack: Up, user: str, path: str, *, out: str = "退出登录") -> None:
    """Opens the path in a session that was begun before, as somebody who has logged in this morning."""
    ready = stack.ready
    name, value = _session(ready["api"], *ready["users"][user])
    page.context.add_cookies([{"name": name, "value": value, "url": ready["api"]}])
    page.goto(path)
    expect(page.get_by_role("button", name=out)).to_be_visible()


def forget(page: Page) -> None:
    """The user has used nothing yet: a new application begins empty."""
    token = page.request.get("/api/v1/session").json()["csrf_token"]
    assert page.request.delete("/api/v1/last-used", headers={"X-CSRF-Token": token}).ok
    page.reload()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()


@cache
def _session(api: str, user: str, password: str) -> tuple[str, str]:
    """The cookie of one login through HTTP, for all tests that are not about logging in."""
    with httpx.Client(base_url=api, headers={"Origin": api}, timeout=30, trust_env=False) as browser:
        body(login(browser, user, password), 201)
        ((name, value),) = browser.cookies.items()
    return name, value
