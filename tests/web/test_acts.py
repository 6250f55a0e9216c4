"""批量申报, 批量取消 and 批量反馈 on the query page: one question, an answer for each."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.queries import row, select

pytestmark = pytest.mark.e2e


def approved(desk: Booking) -> str:
    number = desk.new()
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    return number


def confirm(page: Page, title: str, *lines: str) -> None:
    """Reads the question and answers it by its key."""
    question = page.get_by_role("dialog", name=title)
    for line in lines:
        expect(question).to_contain_text(line)
    page.keyboard.press("Alt+y")


def test_chosen_drafts_are_declared_under_one_question_and_each_is_answered(
    page: Page, stack: Up, desk: Booking
) -> None:
    first, second, past = desk.new(), desk.new(), desk.new(hour=21)
    body(desk.http.put(f"/api/v1/appointments/{past}", json={"reason": "缺少其他"}, headers={"If-Match": "*"}))
    sent = desk.submitted()
    enter(page, stack, "general", "/query")
    select(page, first, second, past, sent)
    page.keyboard.press("Alt+d")
    confirm(page, "申报 3 条预约申请？", first, second, "另有 1 条当前状态不允许", "⚠ 收发货人海关编码为必填项")
    results = page.get_by_role("region", name="批量操作结果")
    expect(results.get_by_role("listitem").filter(has_text=f"{first} ✓")).to_be_visible()
    expect(results.get_by_role("listitem").filter(has_text=f"{second} ✓")).to_be_visible()
    refused = results.get_by_role("listitem").filter(has_text=f"{past} ✗")
    expect(refused).to_contain_text("收发货人海关编码为必填项")
    expect(page.get_by_text("完成 2 条，1 条没有成功")).to_be_visible()
    expect(row(page, first)).not_to_contain_text("暂存")
    assert desk.view(past)["state"] == "draft"


def test_chosen_appointments_are_cancelled_under_one_question(page: Page, stack: Up, desk: Booking) -> None:
    numbers = [approved(desk) for _ in range(2)]
    enter(page, stack, "general", "/query")
    select(page, *numbers)
    page.get_by_role("button", name="批量取消", exact=True).click()
    question = page.get_by_role("dialog", name="取消 2 条预约？")
    expect(question.get_by_role("button", name="返回")).to_be_focused()
    page.keyboard.press("Enter")
    assert [desk.view(number)["state"] for number in numbers] == ["succeeded"] * 2, "Enter goes back"
    page.get_by_role("button", name="批量取消", exact=True).click()
    confirm(page, "取消 2 条预约？", *numbers)
    expect(page.get_by_text("2 条全部完成")).to_be_visible()
    for number in numbers:
        desk.until_state(number, "cancelled")


def test_a_list_of_numbers_is_matched_chosen_and_fed_back(page: Page, stack: Up, desk: Booking) -> None:
    first, second = approved(desk), approved(desk)
    known = [desk.declare(first), desk.declare(second)]
    unknown = known[0][:9] + "999999999"
    enter(page, stack, "general", "/query")
    page.get_by_role("button", name="批量反馈", exact=True).click()
    page.get_by_role("textbox", name="报关单号列表").fill(f"{known[0]}\t{first}\n{known[1]}\n{unknown}\n12")
    page.get_by_role("button", name="匹配预约").click()
    matched = page.get_by_role("region", name="匹配结果").get_by_role("row")
    expect(matched.filter(has_text=known[0])).to_contain_text("海关已核对")
    expect(matched.filter(has_text=unknown)).to_contain_text(re.compile("海关.*没有|查不到|未找到|不存在"))
    expect(matched.filter(has=page.get_by_role("rowheader", name="12", exact=True))).to_contain_text("长度")
    page.get_by_role("combobox", name=f"选择 {known[1]} 的预约").select_option(second)
    page.get_by_role("button", name="反馈 (2)").click()
    confirm(page, "反馈 2 个报关单号？", f"{known[0]} → {first}", f"{known[1]} → {second}")
    expect(matched.filter(has_text=known[1])).to_contain_text("已反馈")
    expect(page.get_by_text("已反馈 2 个报关单号")).to_be_visible()
    assert [each["number"] for each in desk.view(second)["declarations"]] == [known[1]]
    assert barriers(page) == []
