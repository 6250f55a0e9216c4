"""Colleagues for the browser's tests: made by the demo administrator through HTTP, each with a name of its own."""

from itertools import count
from secrets import token_hex

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.client import body, login
from tests.e2e.stack import Up

NEW = "夜航船 88 lanterns-of-wu"
_RUN, _NUMBERS = token_hex(3), count(1)


def a_login() -> str:
    """A login name that nobody has."""
    return f"web.{_RUN}.{next(_NUMBERS)}"


def a_colleague(
    stack: Up, *, own_password: str | None = None, may_declare: bool = True, name: str = "何新人"
) -> tuple[str, str]:
    """Login name and password of a new user of the demo enterprise ``general``; the initial one unless told."""
    api, username = stack.ready["api"], a_login()
    with httpx.Client(base_url=api, headers={"Origin": api}, timeout=30, trust_env=False) as chief:
        _log_in(chief, *stack.ready["users"]["general"])
        wanted = {"username": username, "name": name, "may_declare": may_declare}
        initial = body(chief.post("/api/v1/colleagues", json=wanted), 201)["initial_password"]
    if own_password is None:
        return username, initial
    with httpx.Client(base_url=api, headers={"Origin": api}, timeout=30, trust_env=False) as colleague:
        _log_in(colleague, username, initial)
        change = {"current": initial, "new": own_password}
        assert colleague.put("/api/v1/session/password", json=change).status_code == 204
    return username, own_password


def enter_as(page: Page, stack: Up, username: str, password: str, path: str = "/home") -> None:
    """Opens the path in a session of that user."""
    api = stack.ready["api"]
    with httpx.Client(base_url=api, headers={"Origin": api}, timeout=30, trust_env=False) as browser:
        _log_in(browser, username, password)
        ((name, value),) = browser.cookies.items()
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": api}])
    page.goto(path)
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()


def by_keyboard(page: Page, *texts: str) -> None:
    """Types each text into its field, Tab from one to the next, Enter after the last."""
    for place, text in enumerate(texts):
        if place:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def _log_in(browser: httpx.Client, username: str, password: str) -> None:
    browser.headers["X-CSRF-Token"] = body(login(browser, username, password), 201)["csrf_token"]
