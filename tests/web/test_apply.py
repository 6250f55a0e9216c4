"""预约申请 in the browser, against the real stack: what is typed, what is refused, and what comes of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.stack import Up
from tests.web.bookings import IMPORTER, Booking, booking, today
from tests.web.entering import log_in

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(stack: Up) -> Iterator[Booking]:
    with booking(stack) as desk:
        yield desk


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def pick(page: Page, typed: str) -> None:
    """In the list that has the cursor; then on to the next field."""
    page.keyboard.type(typed)
    page.get_by_role("option", selected=True).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def open_and_take_first(page: Page) -> None:
    page.keyboard.press("Space")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def type_on(page: Page, *texts: str) -> None:
    """Each into the field that has the cursor, and on to the next with Enter."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def enter_basics(page: Page) -> None:
    """预约申请基本信息 by keyboard alone, from the first field on, where the cursor waits."""
    expect(textbox(page, "收发货人")).to_be_focused()
    type_on(page, IMPORTER, "王小明", "13800138000")
    pick(page, "2233")
    pick(page, "pdjc")
    open_and_take_first(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    type_on(page, f"{today() + timedelta(days=6)} 20:00")
    open_and_take_first(page)
    type_on(page, "鲜活货物夜间到港")


def test_a_whole_application_is_entered_saved_and_submitted_by_keyboard_alone(
    page: Page, stack: Up, desk: Booking
) -> None:
    log_in(page, stack, "general", "/apply")
    enter_basics(page)
    expect(combobox(page, "商品HS编码")).to_be_focused()
    pick(page, "0301")
    expect(textbox(page, "商品名称")).not_to_have_value("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("最晚申报时间")).to_contain_text("还有")
    page.keyboard.press("Alt+S")
    page.wait_for_url("**/apply/*")
    number = page.url.rsplit("/", 1)[1]
    expect(textbox(page, "预录入编号")).to_have_value(number)
    # From an empty line of goods on to the button; then the one question.
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="预约申报", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("申报后内容不可再修改")
    page.keyboard.press("Enter")
    expect(textbox(page, "申请状态")).to_have_value("预约成功")
    expect(textbox(page, "情况说明")).to_be_editable()
    sent = desk.view(number)["content"]
    assert sent["window_start"].startswith(f"{today() + timedelta(days=6)}T20:00")
    assert (sent["declaration_port"], sent["entry_exit_port"]) == ("2233", "2233")
    assert len(sent["goods"]) == 1


def test_all_faults_stand_at_their_fields_and_the_first_has_the_cursor(page: Page, stack: Up) -> None:
    log_in(page, stack, "general", "/apply")
    textbox(page, "收发货人").fill(IMPORTER)
    textbox(page, "联系人手机").fill("123")
    expect(page.get_by_role("alert").filter(has_text="请录入 11 位手机号码")).to_be_visible()
    press(page, "预约申报")
    expect(page.get_by_text("有 10 处需要更正")).to_be_visible()
    expect(textbox(page, "联系人")).to_be_focused()
    textbox(page, "联系人手机").fill("13800138000")
    press(page, "预约申报")
    page.wait_for_url("**/apply/*")
    expect(page.get_by_role("alert").filter(has_text="运输方式为必填项")).not_to_have_count(0)
    page.get_by_role("button", name="预约通关时间为必填项。").click()
    expect(textbox(page, "预约通关时间")).to_be_focused()
