"""事件推送 in the browser: a receiver is added with its secret shown once, and an inside address is refused."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def test_a_receiver_is_added_by_keyboard_and_an_inside_address_is_refused(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="事件推送").click()
    expect(page.get_by_text("还没有接收地址")).to_be_visible()
    page.get_by_role("button", name="新增接收地址").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("接收地址", exact=True)).to_be_focused()
    page.keyboard.type("https://127.0.0.1/")
    page.get_by_role("button", name="保存").press("Enter")
    expect(page.get_by_text("它指向内部网络")).to_be_visible()
    page.get_by_label("接收地址", exact=True).fill("https://erp.example.com/events")
    page.get_by_role("button", name="保存").press("Enter")
    secret = page.get_by_role("status").filter(has_text="只显示这一次")
    expect(secret).to_contain_text("whsec_")
    table = page.get_by_role("table", name="接收地址列表")
    expect(table).to_contain_text("https://erp.example.com/events")
    table.get_by_role("button", name="暂停").click()
    expect(table).to_contain_text("已暂停，事件在等待")
    table.get_by_role("button", name="应答").click()
    expect(page.get_by_text("还没有推送过。")).to_be_visible()
    assert barriers(page) == []
