"""The simulated office in the hands of a customs officer: by keyboard, without scripts, and without a barrier."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.browser import desk as at_desk

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    """A browser at the office; it may call nothing else."""
    with at_desk(browser, stack.ready["simulator"]) as page:
        yield page


def test_an_officer_returns_an_application_with_a_note_by_keyboard(page: Page, desk: Booking) -> None:
    number = desk.submitted()
    page.goto("/")
    expect(page.get_by_role("note")).to_contain_text("这是替身")
    page.get_by_role("link", name=number).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    assert barriers(page) == []
    page.get_by_role("textbox", name="附言").first.focus()
    page.keyboard.type("请补充原产地证书")
    page.get_by_role("button", name=f"退单 Returned {number}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已发出：退单")
    expect(page.get_by_role("table", name="回执 Receipts")).to_contain_text("退单")
    for path in ("/", "/sent-receipts", "/settings"):
        page.goto(path)
        assert barriers(page) == []
