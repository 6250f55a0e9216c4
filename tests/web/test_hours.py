"""口岸工作时间查询 in the browser, against the real stack."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import set_day, today
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

#: Another port than the one that is booked, so that days published here change nobody's window.
PORT = "2202"


def ask(page: Page, days: int, port: str = "") -> None:
    page.get_by_label("工作日期 起始时间").fill(f"{today()}")
    page.get_by_label("工作日期 结束时间").fill(f"{today() + timedelta(days=days)}")
    if port:
        page.get_by_role("combobox", name="口岸编码").press_sequentially(port)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="查询", exact=True).click()


def test_working_time_only_as_a_table_and_as_a_picture(page: Page, stack: Up) -> None:
    set_day(stack, today(), [["08:30", "12:00"], ["13:30", "17:00"]], PORT)
    set_day(stack, today() + timedelta(days=1), [], PORT)
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="口岸工作时间查询", exact=True).click()
    ask(page, 1, PORT)
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("08:30–12:00，13:30–17:00")
    expect(page.get_by_role("img", name="工作时间周视图")).to_be_visible()
    page.reload()
    expect(rows.nth(1)).to_contain_text("08:30–12:00，13:30–17:00")


def test_a_port_is_found_by_its_initials(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/work-hours")
    page.get_by_role("combobox", name="口岸编码").press_sequentially("ys")
    expect(page.get_by_role("option").filter(has_text="洋山")).not_to_have_count(0)


def test_a_missing_calendar_says_whom_to_ask(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/work-hours?from=2031-03-03&to=2031-03-04&port=" + PORT)
    expect(page.get_by_role("alert")).to_contain_text("请联系口岸更新工作日历")
    expect(page.get_by_role("alert")).to_contain_text("2031-03-03")
    expect(page.get_by_role("table")).to_have_count(0)


def test_a_span_over_15_days_is_refused_in_place(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/work-hours")
    ask(page, 16)
    expect(page.get_by_role("alert").filter(has_text="时间区间不得超过 15 天")).to_be_visible()
    expect(page.get_by_role("region", name="查询结果")).to_have_count(0)


def test_all_ports_are_listed_and_drawn_when_opened(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/work-hours")
    ask(page, 7)
    result = page.get_by_role("region", name="查询结果")
    expect(result.get_by_role("img")).to_have_count(0)
    result.get_by_text("2233 ").first.click()
    expect(result.get_by_role("img")).to_have_count(1)


def test_the_hours_have_no_barrier(page: Page, stack: Up) -> None:
    enter(page, stack, "general", f"/work-hours?from={today()}&to={today() + timedelta(days=14)}&port=2233")
    expect(page.get_by_role("img", name="工作时间周视图")).to_be_visible()
    assert barriers(page) == []
