"""首页 as a list of work: what is to be done, until when, and the step that does it."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.worklist import rows

pytestmark = pytest.mark.e2e


def untimed(desk: Booking) -> str:
    answer = desk.http.post("/api/v1/appointments", json={"contact_name": "王小明"})
    return str(body(answer, 201)["pre_entry_no"])


def test_a_draft_says_until_when_and_leads_to_where_it_is_continued(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/home")
    row = rows(page, "待申报的暂存").filter(has_text=number)
    for text in ("示例丙进出口有限公司", "2233 浦东机场海关", "暂存", "最迟申报", "还有"):
        expect(row).to_contain_text(text)
    step = row.get_by_role("link", name="继续填写")
    expect(step).to_have_accessible_description(number)
    step.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stack.ready['api']}/apply/{number}")


def test_a_draft_without_a_time_is_listed_and_says_what_it_lacks(page: Page, stack: Up, desk: Booking) -> None:
    number = untimed(desk)
    enter(page, stack, "general", "/home")
    row = rows(page, "待申报的暂存").filter(has_text=number)
    expect(row).to_contain_text("还没有填写预约通关时间")
    expect(row.get_by_role("link", name="填写时间")).to_be_visible()


def test_what_was_returned_is_to_be_done_now_and_copied_at_once(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "RETURNED")
    desk.until_state(number, "returned")
    enter(page, stack, "general", "/home")
    row = rows(page, "须立即处理").filter(has_text=number)
    expect(row).to_contain_text("退单")
    row.get_by_role("button", name="复制重报").click()
    expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("暂存")
    expect(page).not_to_have_url(f"{stack.ready['api']}/apply/{number}")
    expect(page.get_by_role("textbox", name="联系人", exact=True)).to_have_value("王小明")


def test_a_step_opens_the_application_with_the_cursor_in_its_field(page: Page, stack: Up, desk: Booking) -> None:
    number = untimed(desk)
    enter(page, stack, "general", "/home")
    rows(page, "待申报的暂存").filter(has_text=number).get_by_role("link", name="填写时间").click()
    expect(page.get_by_role("textbox", name="预约通关时间", exact=True)).to_be_focused()
    expect(page).to_have_url(f"{stack.ready['api']}/apply/{number}")


def test_the_step_of_feedback_opens_the_number_which_is_typed_at_once(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "ACCEPTED")
    desk.until_state(number, "accepted")
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    enter(page, stack, "general", f"/apply/{number}?at=feedback")
    field = page.get_by_role("textbox", name="预约通关报关单号", exact=True)
    expect(field).to_be_focused()
    expect(page).to_have_url(f"{stack.ready['api']}/apply/{number}")
    page.keyboard.type("2233")
    expect(field).to_have_value("2233")


def test_an_empty_list_says_what_it_means_and_what_to_do(page: Page, stack: Up) -> None:
    enter(page, stack, "importer_advanced", "/home")
    for name, words in (("待申报的暂存", "新建申请"), ("待反馈报关单号", "逾期未反馈，将不能新增预约")):
        expect(page.get_by_role("region", name=name)).to_contain_text(words)
    page.get_by_role("link", name="新建申请").click()
    expect(page).to_have_url(f"{stack.ready['api']}/apply")


def test_a_count_leads_to_its_list_by_keyboard(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/home")
    page.get_by_role("group", name="各项件数").get_by_role("button", name="即将到来的预约").press("Enter")
    expect(page.get_by_role("heading", name="即将到来的预约")).to_be_focused()


def test_the_list_of_work_has_no_barrier(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "RETURNED")
    desk.until_state(number, "returned")
    enter(page, stack, "general", "/home")
    expect(rows(page, "须立即处理").filter(has_text=number)).to_be_visible()
    assert barriers(page) == []
