"""预约通关查询 with fields left empty, in the browser: nothing that is typed may break the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def empty(page: Page, *fields: str) -> None:
    """Empties the field as with the keyboard: select all, delete."""
    for field in fields:
        page.get_by_role("textbox", name=field, exact=True).focus()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")


def test_a_number_is_typed_while_the_dates_are_empty(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    empty(page, "申请时间 起始时间", "申请时间 结束时间")
    page.get_by_role("textbox", name="预录入编号", exact=True).focus()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="暂存")).to_have_count(1)
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()


def test_a_number_is_typed_while_one_date_is_half_typed(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    empty(page, "申请时间 起始时间", "申请时间 结束时间")
    page.get_by_role("textbox", name="申请时间 结束时间", exact=True).focus()
    page.keyboard.type("2026-1")
    page.get_by_role("textbox", name="预录入编号", exact=True).focus()
    page.keyboard.type(number)
    expect(page.get_by_role("textbox", name="预录入编号", exact=True)).to_have_value(number)


NO_DATES = ["/query?applied_from=2026-02-20&applied_to=2026-02-31", "/work-hours?from=2026-13-40&to=2026-13-45"]


@pytest.mark.parametrize("path", NO_DATES)
def test_an_address_with_a_date_that_is_none_opens(page: Page, stack: Up, path: str) -> None:
    enter(page, stack, "general", path)
    expect(page.get_by_role("button", name="查询", exact=True)).to_be_enabled()
