"""选择日期 in the browser: a calendar of our own, by keys and by pointer, with what the nation and the rules say."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import violations
from tests.web.bookings import Booking, today
from tests.web.entering import enter
from tests.web.slow import Slow

pytestmark = pytest.mark.e2e


def opened(page: Page) -> Locator:
    page.keyboard.press("Alt+ArrowDown")
    calendar = page.get_by_role("dialog", name="选择日期")
    expect(calendar.locator("[role=gridcell]:focus")).to_be_visible()
    return calendar


def first_field(page: Page, stack: Up, path: str, name: str) -> Locator:
    enter(page, stack, "general", path)
    field = page.get_by_role("textbox", name=name, exact=True)
    field.focus()
    return field


def test_a_date_is_picked_by_keys_alone_and_the_cursor_is_back_in_the_field(page: Page, stack: Up) -> None:
    field = first_field(page, stack, "/work-hours", "工作日期 起始时间")
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-11-17")
    calendar = opened(page)
    for key, focused in (
        ("ArrowRight", "2026年11月18日星期三"),
        ("ArrowDown", "2026年11月25日星期三"),
        ("Home", "2026年11月23日星期一"),
        ("End", "2026年11月29日星期日"),
        ("PageDown", "2026年12月29日星期二"),
        ("Shift+PageDown", "2027年12月29日星期三"),
        ("PageUp", "2027年11月29日星期一"),
        ("ArrowLeft", "2027年11月28日星期日"),
        ("ArrowUp", "2027年11月21日星期日"),
    ):
        page.keyboard.press(key)
        expect(calendar.locator("[role=gridcell]:focus")).to_have_accessible_name(focused)
    page.keyboard.press("Enter")
    expect(calendar).to_have_count(0)
    expect(field).to_have_value("2027-11-21")
    expect(field).to_be_focused()
    opened(page)
    page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    expect(field).to_be_focused()


def test_the_week_begins_on_monday_in_both_languages(page: Page, stack: Up) -> None:
    first_field(page, stack, "/work-hours", "工作日期 起始时间")
    heads = opened(page).get_by_role("columnheader")
    assert [heads.nth(place).get_attribute("abbr") for place in (0, 6)] == ["星期一", "星期日"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="English").click()
    page.get_by_role("textbox", name="Dates from").focus()
    page.keyboard.press("Alt+ArrowDown")
    heads = page.get_by_role("dialog", name="Pick a date").get_by_role("columnheader")
    expect(heads.first).to_have_attribute("abbr", "Monday")


def test_days_off_and_make_up_days_are_marked_in_words(page: Page, stack: Up) -> None:
    """The announcement for 2026 has 元旦 on 1 January and work on Sunday the 4th."""
    field = first_field(page, stack, "/work-hours", "工作日期 起始时间")
    field.fill("2026-01-02")
    calendar = opened(page)
    expect(calendar.get_by_role("gridcell", name="2026年1月1日")).to_have_text("1休")
    expect(calendar.get_by_role("gridcell", name="2026年1月1日")).to_have_accessible_name(
        "2026年1月1日星期四，休息日 元旦"
    )
    expect(calendar.get_by_role("gridcell", name="2026年1月4日")).to_have_text("4班")
    page.keyboard.press("Shift+PageDown")
    for _ in range(4):
        page.keyboard.press("Shift+PageDown")
    expect(calendar.get_by_role("status")).to_contain_text("2031 年的节假日安排尚未公布")


def test_a_date_after_its_cut_off_is_grey_and_says_why(page: Page, stack: Up, desk: Booking) -> None:
    first_field(page, stack, f"/apply/{desk.new()}", "预约通关时间")
    start = today() + timedelta(days=6)
    calendar = opened(page)
    free = calendar.get_by_role("gridcell", name=f"{start.year}年{start.month}月{start.day}日")
    expect(free).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Shift+PageUp")
    lit = calendar.locator("[role=gridcell]:focus")
    expect(lit).to_have_attribute("aria-disabled", "true")
    expect(calendar.get_by_role("status")).to_contain_text("不可预约")
    page.keyboard.press("Enter")
    expect(calendar).to_be_visible()
    page.keyboard.press("Shift+PageDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="预约通关时间", exact=True)).to_have_value(
        f"{start + timedelta(days=1)} 20:00"
    )


def test_the_pointer_opens_picks_and_leaves(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    page.get_by_role("button", name="选择日期").click()
    calendar = page.get_by_role("dialog", name="选择日期")
    page.get_by_role("heading", name="预约申请基本信息").click()
    expect(calendar).to_have_count(0)
    page.get_by_role("button", name="选择日期").click()
    calendar.get_by_role("button", name="下个月").click()
    expect(calendar).to_be_visible()
    calendar.get_by_role("gridcell", name="15日").first.click()
    expect(calendar).to_have_count(0)
    assert body(desk.http.get(f"/api/v1/appointments/{number}"))["state"] == "draft"
    expect(page.get_by_role("textbox", name="预约通关时间", exact=True)).to_have_value(re.compile(r"-15 20:00$"))


def test_a_press_elsewhere_closes_a_calendar_that_is_still_loading(page: Page, stack: Up, desk: Booking) -> None:
    slow = Slow(page, "**/assets/MonthCalendar-*.js")
    enter(page, stack, "general", f"/apply/{desk.new()}")
    opener = page.get_by_role("button", name="选择日期")
    with page.expect_request("**/assets/MonthCalendar-*.js"):
        opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.get_by_role("heading", name="预约申请基本信息").click()
    expect(opener).to_have_attribute("aria-expanded", "false")
    with page.expect_response("**/assets/MonthCalendar-*.js"):
        slow.answer()
    opener.click()
    expect(page.get_by_role("dialog", name="选择日期")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_calendar_has_no_barrier(page: Page, stack: Up, desk: Booking, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    first_field(page, stack, f"/apply/{desk.new()}", "预约通关时间")
    for width in (1366, 400):
        page.set_viewport_size({"width": width, "height": 768})
        page.get_by_role("textbox", name="预约通关时间", exact=True).focus()
        calendar = opened(page)
        expect(calendar.get_by_role("gridcell", disabled=True)).not_to_have_count(0)
        assert violations(page) == []
        place = calendar.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
        page.keyboard.press("Escape")
