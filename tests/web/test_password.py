"""修改密码 in the browser: everybody's own, by keyboard; refused with a word at the field."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.colleagues import NEW, a_colleague, by_keyboard, enter_as

pytestmark = pytest.mark.e2e
OTHER = "雨巷 41 umbrellas-in-may"


def test_one_changes_the_own_password_by_keyboard(page: Page, stack: Up) -> None:
    name, password = a_colleague(stack, own_password=NEW)
    enter_as(page, stack, name, password)
    page.get_by_role("button", name="修改密码").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="修改密码")
    expect(dialog.get_by_label("当前密码")).to_be_focused()
    assert barriers(page) == []
    by_keyboard(page, "wrong guess 99 tides", "short", "other")
    expect(dialog.get_by_role("alert").filter(has_text="两次输入的新密码不同")).to_be_visible()
    retype(page, "wrong guess 99 tides", "short", "short")
    expect(dialog.get_by_role("alert").filter(has_text="至少 12 个字符")).to_be_visible()
    retype(page, "wrong guess 99 tides", OTHER, OTHER)
    expect(dialog.get_by_role("alert").filter(has_text="当前密码不正确")).to_be_visible()
    retype(page, NEW, OTHER, OTHER)
    expect(page.get_by_text("密码已修改")).to_be_visible()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="预约申请", exact=True).click()
    expect(page.get_by_role("button", name="暂存")).to_be_enabled()


def retype(page: Page, *texts: str) -> None:
    """Fills all three fields, from the first one on."""
    for label in ("当前密码", "新密码", "再次输入新密码"):
        page.get_by_role("dialog").get_by_label(label, exact=True).fill("")
    page.get_by_role("dialog").get_by_label("当前密码").focus()
    by_keyboard(page, *texts)


def test_an_initial_password_opens_nothing_but_its_change(page: Page, stack: Up) -> None:
    name, initial = a_colleague(stack)
    enter_as(page, stack, name, initial)
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    expect(page.get_by_text("请先设置自己的密码")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert barriers(page) == []
    page.get_by_label("当前密码").focus()
    by_keyboard(page, initial, NEW, NEW)
    expect(page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="今日事项", exact=True)).to_be_visible()
