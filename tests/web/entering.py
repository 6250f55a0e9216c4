"""Logging in as a person does: by keyboard, reading the captcha."""

from playwright.sync_api import Page, expect

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
