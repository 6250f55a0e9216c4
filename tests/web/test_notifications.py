"""通知: the bell tells what happened while one looks elsewhere, until it is read; rows stay marked as long."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.worklist import rows

pytestmark = pytest.mark.e2e

#: The browser's own notifications, kept where the test can see them; a headless browser has no desktop.
KEEP_NOTIFICATIONS = """
const shown = [];
window.Notification = class extends EventTarget {
  static permission = 'granted';
  constructor(title, options) {
    super();
    shown.push({ title, ...options });
    document.documentElement.dataset.notifications = JSON.stringify(shown);
  }
};
"""


def bell(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("button", name="通知")


def entry(page: Page, number: str) -> Locator:
    return page.get_by_role("dialog", name="通知").get_by_role("listitem").filter(has_text=number)


def is_read(answer: Response) -> bool:
    return answer.url.endswith("/notifications/read") and answer.ok


def returned(desk: Booking, number: str) -> None:
    desk.decide(number, "RETURNED")
    desk.until_state(number, "returned")


def test_a_return_rings_and_is_read_where_it_leads(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    enter(page, stack, "general", f"/query?party=A&pre_entry_no={number}")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("已申报")
    returned(desk, number)
    expect(row).to_contain_text("未读")
    # The mark is beside the number, and no part of the link's name.
    expect(row.get_by_role("link", name=number, exact=True)).to_be_visible()
    expect(bell(page)).to_have_attribute("aria-label", re.compile("条未读"))
    page.keyboard.press("Alt+N")
    expect(entry(page, number)).to_contain_text("海关退单")
    expect(entry(page, number)).to_contain_text("复制为新申请")
    entry(page, number).get_by_role("button").press("Enter")
    page.wait_for_url(f"**/apply/{number}")
    page.go_back()
    expect(row).to_contain_text("退单")
    expect(row).not_to_contain_text("未读")
    page.keyboard.press("Alt+N")
    expect(entry(page, number)).not_to_contain_text("未读")


def test_what_is_on_the_screen_is_read(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    enter(page, stack, "general", f"/apply/{number}")
    with page.expect_response(is_read):
        returned(desk, number)
    page.keyboard.press("Alt+N")
    expect(entry(page, number)).to_contain_text("海关退单")
    expect(entry(page, number)).not_to_contain_text("未读")


def test_all_is_read_at_once_and_is_so_after_a_reload(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    returned(desk, number)
    enter(page, stack, "general", "/home")
    row = rows(page, "须立即处理").filter(has_text=number)
    expect(row).to_contain_text("未读")
    expect(row.get_by_role("link", name=number, exact=True)).to_be_visible()
    page.keyboard.press("Alt+N")
    expect(entry(page, number)).to_contain_text("未读")
    page.get_by_role("button", name="全部标为已读").click()
    expect(entry(page, number)).not_to_contain_text("未读")
    page.reload()
    expect(bell(page)).to_have_attribute("aria-label", "通知：没有未读")


def test_a_hidden_page_tells_on_the_desktop_once(page: Page, stack: Up, desk: Booking) -> None:
    page.add_init_script(KEEP_NOTIFICATIONS)
    page.clock.install()
    number = desk.submitted()
    enter(page, stack, "general", "/home")
    expect(bell(page)).to_be_visible()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    returned(desk, number)
    page.clock.fast_forward(60_000)
    document = page.locator("html")
    expect(document).to_have_attribute("data-notifications", re.compile(number))
    for _ in range(2):
        with page.expect_response("**/api/v1/notifications"):
            page.clock.fast_forward(60_000)
    shown = json.loads(document.get_attribute("data-notifications") or "[]")
    assert [each["body"] for each in shown if each["body"] == number] == [number]
    assert "海关退单" in shown[0]["title"]
