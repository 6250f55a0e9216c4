"""日历 of the operators in the browser: what closing a port would do, a year from its notice, and undoing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.instants import SHANGHAI
from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.unit.domain.notices import NOTICE_2027
from tests.web.accessible import barriers, violations
from tests.web.bookings import BROKER, IMPORTER, Booking, set_day, today
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

PORT = "2248"
#: A Friday with hours of its own, so that the test may run on any date, and a closed weekend after it.
FRIDAY = today() + timedelta(days=7 + (4 - today().weekday()) % 7)
NAMED = f"{FRIDAY.year}年{FRIDAY.month}月{FRIDAY.day}日"


@pytest.fixture(scope="module")
def draft(stack: Up) -> Iterator[str]:
    """A draft at the port for the Saturday evening after; its cut-off hangs on the Friday's closing."""
    for days, sessions in ((-1, [["08:30", "17:00"]]), (0, [["08:30", "17:00"]]), (1, []), (2, [])):
        set_day(stack, FRIDAY + timedelta(days=days), sessions, PORT)
    start = datetime.combine(FRIDAY + timedelta(days=1), datetime.min.time(), SHANGHAI) + timedelta(hours=20)
    with Booking(stack, "general", BROKER, IMPORTER) as desk:
        yield draft_at(desk, start)


def draft_at(desk: Booking, start: datetime) -> str:
    content = desk.content() | {"window_start": start.isoformat(), "declaration_port": PORT, "entry_exit_port": PORT}
    return str(body(desk.http.post("/api/v1/appointments", json=content), 201)["pre_entry_no"])


def test_what_happens_if_a_port_is_closed_on_friday_is_read_before_it_is(page: Page, stack: Up, draft: str) -> None:
    enter(page, stack, "operator", f"/operators/calendar?port={PORT}&year={FRIDAY.year}")
    day = page.get_by_role("gridcell", name=NAMED)
    day.click()
    edit = page.get_by_role("region", name="修改工作时间")
    expect(edit.get_by_role("textbox", name="起始日期")).to_have_value(f"{FRIDAY}")
    expect(page.get_by_role("img", name="的工作时间")).to_be_visible()
    edit.get_by_role("textbox", name="理由").fill(f"停电 {draft}")
    edit.get_by_role("button", name="预览后果").click()
    preview = page.get_by_role("region", name="如果这样做")
    expect(preview).to_contain_text("份草稿的最晚申报时间提前")
    thursday = FRIDAY - timedelta(days=1)
    row = preview.get_by_role("row").filter(has_text=draft)
    expect(row).to_contain_text(f"由 {FRIDAY} 09:00 提前到 {thursday} 09:00")
    assert violations(page) == []
    with stack.client("operator") as operator:
        span = {"from": f"{FRIDAY}", "to": f"{FRIDAY}"}
        (kept,) = body(operator.get(f"/ops/v1/ports/{PORT}/calendar", params=span))["items"]
    assert kept["sessions"] == [["08:30", "17:00"]]
    page.get_by_role("button", name="确认修改").click()
    expect(page.get_by_text("已修改 1 处，涉及 1 个口岸")).to_be_visible()
    expect(day).to_have_attribute("aria-label", f"{NAMED}星期五，单日设定：关闭，停电 {draft}")
    history = page.get_by_role("region", name="变更历史")
    history.get_by_role("row").filter(has_text=f"停电 {draft}").get_by_role("checkbox").check()
    page.get_by_role("button", name="撤销所选 1 项").click()
    question = page.get_by_role("dialog", name="撤销变更")
    expect(question).to_contain_text("份草稿的最晚申报时间推后")
    question.get_by_role("textbox", name="理由").fill(f"来电 {draft}")
    question.get_by_role("button", name="撤销", exact=True).click()
    expect(history.get_by_role("row").filter(has_text=f"来电 {draft}")).to_be_visible()
    expect(day).to_have_attribute("aria-label", f"{NAMED}星期五，单日设定：上班，08:30–17:00")


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


def test_a_year_is_published_from_its_notice_and_then_booked(page: Page, stack: Up) -> None:
    start = datetime(2027, 1, 9, 20, tzinfo=SHANGHAI)
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
    page.get_by_role("button", name="看后果").click()
    expect(page.get_by_role("region", name="如果这样做")).to_be_visible()
    page.get_by_role("button", name="公布 2027 年").click()
    expect(page.get_by_text("2027 年已公布：放假 32 天，调休上班 4 天，可以预约了。")).to_be_visible()
    expect(page.get_by_role("gridcell", name="2027年1月1日星期五，节假日")).to_be_visible()
    with Booking(stack, "general", BROKER, IMPORTER) as desk:
        asked = {"declaration_port": PORT, "entry_exit_port": PORT, "window_start": start.isoformat()}
        verdict = body(desk.http.get("/api/v1/latest-submission", params=asked))
        assert verdict["errors"] == []
        assert verdict["submit_by"] is not None
