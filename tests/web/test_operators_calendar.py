"""日历 of the operators in the browser: what closing a port would do, a year from its notice, and undoing."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.unit.domain.notices import NOTICE_2027, notice_of
from tests.web.accessible import barriers, violations
from tests.web.bookings import BROKER, IMPORTER, Booking, today
from tests.web.entering import enter
from tests.web.questions import Walk, draft_after_friday, draft_at, evening, preview_closing, publish_year

pytestmark = pytest.mark.e2e

PORT = "2248"
#: More clicks, texts and keys than this, and the answer takes a minute; a Friday of next year is one more.
FEW = 7


class Friday(NamedTuple):
    """A working day, its name in the picture, and a draft that it matters to."""

    date: date
    named: str
    draft: str


@pytest.fixture(scope="module")
def friday(stack: Up) -> Friday:
    day, draft = draft_after_friday(stack, PORT)
    return Friday(day, f"{day.year}年{day.month}月{day.day}日", draft)


def test_what_happens_if_a_port_is_closed_on_friday_is_read_before_it_is(page: Page, stack: Up, friday: Friday) -> None:
    enter(page, stack, "operator", "/operators/today")
    walk = Walk(page)
    preview = preview_closing(walk, PORT, friday.date)
    expect(preview).to_contain_text("份草稿的最晚申报时间提前")
    thursday = friday.date - timedelta(days=1)
    row = preview.get_by_role("row").filter(has_text=friday.draft)
    expect(row).to_contain_text(f"由 {friday.date} 09:00 提前到 {thursday} 09:00")
    assert walk.steps <= FEW
    expect(page.get_by_role("img", name="的工作时间")).to_be_visible()
    assert violations(page) == []
    with stack.client("operator") as operator:
        span = {"from": f"{friday.date}", "to": f"{friday.date}"}
        (kept,) = body(operator.get(f"/ops/v1/ports/{PORT}/calendar", params=span))["items"]
    assert kept["sessions"] == [["08:30", "17:00"]]


def test_a_port_is_closed_for_a_reason_and_opened_again(page: Page, stack: Up, friday: Friday) -> None:
    enter(page, stack, "operator", f"/operators/calendar?port={PORT}&year={friday.date.year}")
    day = page.get_by_role("gridcell", name=friday.named)
    day.click()
    edit = page.get_by_role("region", name="修改工作时间")
    expect(edit.get_by_role("textbox", name="起始日期")).to_have_value(f"{friday.date}")
    edit.get_by_role("button", name="预览后果").click()
    page.get_by_role("button", name="确认修改").click()
    expect(edit.get_by_text("请填写理由")).to_be_visible()
    edit.get_by_role("textbox", name="理由").fill(f"停电 {friday.draft}")
    page.get_by_role("button", name="确认修改").click()
    expect(page.get_by_text("已修改 1 处，涉及 1 个口岸")).to_be_visible()
    expect(day).to_have_attribute("aria-label", f"{friday.named}星期五，单日设定：关闭，停电 {friday.draft}")
    history = page.get_by_role("region", name="变更历史")
    history.get_by_role("row").filter(has_text=f"停电 {friday.draft}").get_by_role("checkbox").check()
    page.get_by_role("button", name="撤销所选 1 项").click()
    question = page.get_by_role("dialog", name="撤销变更")
    expect(question).to_contain_text(f"{PORT} 单日 {friday.date}：关闭 → 08:30–17:00（")
    expect(question).to_contain_text("份草稿的最晚申报时间推后")
    question.get_by_role("textbox", name="理由").fill(f"来电 {friday.draft}")
    question.get_by_role("button", name="撤销", exact=True).click()
    expect(history.get_by_role("row").filter(has_text=f"来电 {friday.draft}")).to_be_visible()
    expect(day).to_have_attribute("aria-label", f"{friday.named}星期五，单日设定：上班，08:30–17:00")


def test_the_year_is_walked_through_by_arrows_and_shown_as_a_table(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", f"/operators/calendar?port={PORT}&year=2026")
    page.get_by_role("gridcell", name="2026年1月30日").click()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_role("gridcell", name="2026年2月8日")).to_be_focused()
    edit = page.get_by_role("region", name="修改工作时间")
    expect(edit.get_by_role("textbox", name="起始日期")).to_have_value("2026-02-07")
    expect(edit.get_by_role("textbox", name="结束日期")).to_have_value("2026-02-08")
    page.get_by_role("radio", name="表").check(force=True)
    table = page.get_by_role("region", name="2026 年各段日期")
    expect(table.get_by_role("row").filter(has_text="2026-10-01")).to_contain_text("节假日")


def test_a_notice_that_contradicts_itself_is_not_published(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/calendar?publish=2027")
    notice = page.get_by_role("textbox", name="国务院通知全文")
    notice.fill(NOTICE_2027.replace("1月1日（周五）", "1月1日（周四）"))
    page.get_by_role("button", name="检查").click()
    wrong = page.get_by_role("alert").filter(has_text="有矛盾，不能公布")
    expect(wrong).to_contain_text("2027-01-01（周四），而该日是周五")
    expect(page.get_by_role("button", name="看后果")).to_have_count(0)
    assert barriers(page) == []  # here without the picture, whose cells take axe ten times as long
    notice.fill(NOTICE_2027)
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_text("识别出放假 32 天，调休上班 4 天")).to_be_visible()


def next_year(stack: Up) -> int:
    """Returns the first year that nobody has published: 2027, until the calendar library knows it."""
    with stack.client("operator") as operator:
        known = body(operator.get("/ops/v1/calendar/years"))["items"]
    return max(today().year, *(int(each["year"]) for each in known)) + 1


def test_a_year_is_published_from_its_notice_and_then_booked(page: Page, stack: Up) -> None:
    year = next_year(stack)
    saturday = date(year, 1, 12) + timedelta(days=(5 - date(year, 1, 12).weekday()) % 7)
    with Booking(stack, "general", BROKER, IMPORTER) as desk:
        number = draft_at(desk, PORT, evening(saturday))
        enter(page, stack, "operator", "/operators/today")
        walk = Walk(page)
        publish_year(walk, year, notice_of(year))
        assert walk.steps <= FEW
        expect(page.get_by_role("gridcell", name=f"{year}年1月1日")).to_have_accessible_name(re.compile("节假日"))
        page.context.clear_cookies()
        enter(page, stack, "general", f"/apply/{number}")
        page.get_by_role("button", name="预约申报", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="预约申报", exact=True).click()
        expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("预约成功")
        assert desk.view(number)["content"]["window_start"].startswith(f"{saturday}T20:00")
