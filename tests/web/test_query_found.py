"""预约通关查询: sorted, searched, saved, and as one left it, in the browser against the real stack."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.stack import Up, until
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.queries import ask, choose

pytestmark = pytest.mark.e2e


def row(page: Page, number: str) -> Locator:
    return page.locator(f"tr[data-number='{number}']")


def find(page: Page, text: str) -> None:
    """Typed and asked as people do."""
    page.get_by_role("textbox", name="查找", exact=True).fill("")
    page.get_by_role("textbox", name="查找", exact=True).focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def head(page: Page, name: str) -> Locator:
    return page.get_by_role("columnheader", name=name, exact=True)


def approved(desk: Booking) -> str:
    number = desk.submitted()
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    return number


def starts(page: Page) -> list[str]:
    """The windows' starts, from the first row on, of those that have one."""
    texts = page.locator("tbody tr[data-number]").all_inner_texts()
    found = [re.findall(r"\d{4}-\d\d-\d\d \d\d:00", text) for text in texts]
    return [each[0] for each in found if each]


def is_sorted(found: list[str]) -> bool:
    return found == sorted(found)


def test_a_head_sorts_up_down_and_back_and_the_address_keeps_it(page: Page, stack: Up, desk: Booking) -> None:
    late, early = desk.new(hour=21), desk.new(hour=18)
    enter(page, stack, "general", "/query")
    expect(row(page, late)).to_be_visible()
    button = head(page, "预约通关时间起").get_by_role("button")
    button.press("Enter")
    expect(head(page, "预约通关时间起")).to_have_attribute("aria-sort", "ascending")
    page.wait_for_url("**sort=window_start*")
    until(lambda: is_sorted(starts(page)), seconds=60, what="the rows are sorted")
    button.press("Enter")
    expect(head(page, "预约通关时间起")).to_have_attribute("aria-sort", "descending")
    page.reload()
    expect(row(page, early)).to_be_visible()
    assert is_sorted(starts(page)[::-1])
    assert barriers(page) == []
    button.press("Enter")
    expect(head(page, "预约通关时间起")).not_to_have_attribute("aria-sort", "descending")
    expect(page).not_to_have_url(re.compile("sort="))


def test_goods_and_names_are_found_by_parts_and_numbers_at_any_time(page: Page, stack: Up, desk: Booking) -> None:
    number, other = approved(desk), desk.new()
    application = desk.view(number)["application_no"]
    enter(page, stack, "general", "/query")
    expect(row(page, other)).to_be_visible()
    find(page, "没有这样的商品")
    expect(page.get_by_text("没有符合条件的预约申请")).to_be_visible()
    find(page, number[-8:])
    expect(row(page, number)).to_be_visible()
    expect(row(page, other)).to_have_count(0)
    find(page, "活鱼")
    expect(row(page, other)).to_be_visible()
    find(page, application)
    expect(row(page, other)).to_have_count(0)
    expect(row(page, number)).to_be_visible()
    # A whole number needs no span; words bring it back.
    expect(page.get_by_label("申请时间 起始时间")).to_have_value("")
    find(page, "0301.99")
    expect(row(page, other)).to_be_visible()
    expect(page.get_by_label("申请时间 起始时间")).not_to_have_value("")


def test_a_declaration_number_finds_its_appointment_also_when_it_was_refused(
    page: Page, stack: Up, desk: Booking
) -> None:
    number = approved(desk)
    refused = desk.declare(number, consignee="3122260001")
    desk.act(number, "feedback", {"declaration_numbers": [refused]})
    enter(page, stack, "general", "/query")
    find(page, refused)
    page.wait_for_url(f"**number={refused}*")
    expect(row(page, number)).to_be_visible()
    expect(page.locator("tbody tr[data-number]")).to_have_count(1)


def test_all_is_a_state_of_its_own(page: Page, stack: Up, desk: Booking) -> None:
    draft, sent = desk.new(), desk.submitted()
    enter(page, stack, "general", "/query")
    choose(page, "状态", "已申报")
    page.keyboard.press("Escape")
    ask(page)
    expect(row(page, draft)).to_have_count(0)
    expect(row(page, sent)).to_be_visible()
    choose(page, "状态", "全部")
    page.keyboard.press("Escape")
    ask(page)
    expect(row(page, draft)).to_be_visible()
    expect(page).not_to_have_url(re.compile("state="))


def test_a_code_stands_beside_its_name(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    expect(row(page, number)).to_contain_text("2233 浦东机场")


def test_a_question_is_saved_asked_and_deleted(page: Page, stack: Up, desk: Booking) -> None:
    draft, sent = desk.new(), desk.submitted()
    enter(page, stack, "general", "/query")
    choose(page, "状态", "已申报")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="保存当前条件").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="时间区间随日期移动")).to_be_checked()
    dialog.get_by_role("button", name="确定", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请录入名称")
    dialog.get_by_role("textbox", name="名称").fill("待受理")
    with page.expect_response("**/api/v1/preferences/saved_questions") as saved:
        page.keyboard.press("Enter")
    # Dates that move with the day are kept as such.
    (question,) = saved.value.json()["saved_questions"]
    assert question["params"]["applied_from"] == "today-15"
    page.goto("/query")
    expect(row(page, draft)).to_be_visible()
    page.get_by_role("button", name="待受理", exact=True).click()
    expect(row(page, draft)).to_have_count(0)
    expect(row(page, sent)).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="删除 待受理").click()
    expect(page.get_by_role("button", name="待受理", exact=True)).to_have_count(0)


def test_back_leads_to_the_list_as_it_was_left(page: Page, stack: Up, desk: Booking) -> None:
    numbers = [desk.new() for _ in range(25)]
    enter(page, stack, "general", "/query")
    expect(row(page, numbers[-1])).to_be_visible()
    row(page, numbers[-1]).get_by_role("button", name="暂存", exact=True).click()
    expect(page.get_by_role("region", name="回执", exact=True)).to_be_visible()
    scroller = page.get_by_role("region", name="查询结果")
    for way in ("browser", "page"):
        link = row(page, numbers[2]).get_by_role("link")
        link.scroll_into_view_if_needed()
        top = scroller.evaluate("of => of.scrollTop")
        assert top > 0
        link.click()
        page.wait_for_url(f"**/apply/{numbers[2]}")
        if way == "browser":
            page.go_back()
        else:
            page.get_by_role("link", name="返回查询").click()
        page.wait_for_url("**/query?*")
        expect(row(page, numbers[2])).to_be_focused()
        assert abs(scroller.evaluate("of => of.scrollTop") - top) <= 1
        expect(page.get_by_role("region", name="回执", exact=True)).to_be_visible()


def test_what_changed_meanwhile_is_seen_on_coming_back(page: Page, stack: Up, desk: Booking) -> None:
    number, other = desk.submitted(), desk.new()
    enter(page, stack, "general", "/query")
    row(page, other).get_by_role("link").click()
    page.wait_for_url(f"**/apply/{other}")
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    page.go_back()
    expect(row(page, number).get_by_role("button", name="预约成功", exact=True)).to_be_visible()


def test_the_keyboard_walks_through_the_rows(page: Page, stack: Up, desk: Booking) -> None:
    number = [desk.new() for _ in range(3)][-1]
    enter(page, stack, "general", "/query")
    expect(row(page, number)).to_be_visible()
    newest = page.locator("tbody tr[data-number]").first
    newest.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_text("已选 1 条")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(newest).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/apply/\d{18}$"))
    page.go_back()
    expect(page.locator("tbody tr[data-number]").nth(1)).to_be_focused()
    # Of all rows one alone is a stop of Tab.
    assert page.locator("tbody tr[tabindex='0']").count() == 1
    assert page.locator("tbody tr:not([tabindex='0']) :is(a, button, input):not([tabindex='-1'])").count() == 0


def test_a_tab_says_its_number_and_state_and_keeps_up(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    enter(page, stack, "general", f"/progress/{number}")
    expect(page).to_have_title(re.compile(f"^已申报 {number} · "))
    desk.decide(number, "APPROVED")
    expect(page).to_have_title(re.compile(f"^预约成功 {number} · "))
    page.goto(f"/apply/{number}")
    expect(page).to_have_title(re.compile(f"^预约成功 {number} · 预约申请"))
    page.get_by_role("navigation").get_by_role("link", name="预约通关查询", exact=True).click()
    expect(page).to_have_title(re.compile("^预约通关查询"))
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title(re.compile("^Appointments"))
