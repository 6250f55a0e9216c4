"""关于键盘操作, in the browser: the keys that lead out of a field, and Enter that is quicker than the server."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

#: What lists that are typed into ask.
ASKED = ("**/api/v1/ports?*", "**/api/v1/hs-codes?*")


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def test_areas_print_and_deletion_have_their_keys(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    textbox(page, "联系人").focus()
    page.keyboard.press("Control+End")
    expect(combobox(page, "商品HS编码")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(textbox(page, "收发货人")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(textbox(page, "收发货人")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    expect(textbox(page, "联系人")).to_be_focused()
    with page.expect_popup() as printed:
        page.keyboard.press("Alt+P")
    expect(printed.value.get_by_role("heading", name="海关预约通关申请单")).to_be_visible()
    printed.value.close()
    page.keyboard.press("Alt+R")
    expect(page.get_by_role("dialog")).to_contain_text("删除后不可恢复")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply")
    assert desk.listed(number) == []


def test_what_has_no_number_yet_is_not_printed_and_says_why(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    expect(textbox(page, "联系人")).to_be_visible()
    page.keyboard.press("Alt+P")
    expect(page.get_by_text("请先暂存再打印")).to_be_visible()


def test_backspace_clears_a_list_and_space_opens_it(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    mode = combobox(page, "运输方式")
    expect(mode).to_have_value("5 航空运输")
    # An entry that was taken is one thing: one press clears it.
    port = combobox(page, "预约申报口岸")
    port.focus()
    page.keyboard.type("2202")
    page.keyboard.press("Enter")
    expect(port).to_have_value("2202 吴淞海关")
    page.keyboard.press("Backspace")
    expect(port).to_have_value("")
    combobox(page, "运输方式").focus()
    page.keyboard.press("Backspace")
    expect(mode).to_have_value("")
    page.keyboard.press("Space")
    page.get_by_role("option", name="2 水路运输").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(combobox(page, "运输方式")).to_have_attribute("aria-expanded", "false")
    expect(mode).to_have_value("1 监管仓库")


def type_and_enter(page: Page, text: str, times: int) -> None:
    page.keyboard.type(text)
    for _ in range(times):
        page.keyboard.press("Enter")


def test_enter_before_the_answer_takes_the_entry_and_moves_on(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    held: list[Route] = []
    answering = False

    def answer(route: Route) -> None:
        if answering:
            route.continue_()
        else:
            held.append(route)

    for pattern in ASKED:
        page.route(pattern, answer)
    port, next_port = combobox(page, "预约申报口岸"), combobox(page, "预约进出口岸")
    port.focus()
    type_and_enter(page, "pdjc", 2)
    expect(next_port).to_be_focused()
    expect(port).to_have_value("pdjc")
    combobox(page, "商品HS编码").focus()
    # Taken, on to the name, and into the table: all before the first answer.
    type_and_enter(page, "0301", 3)
    assert held
    answering = True
    for route in held:
        route.continue_()
    expect(port).to_have_value("2233 浦东机场海关")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    expect(combobox(page, "商品HS编码")).to_be_focused()
