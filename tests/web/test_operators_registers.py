"""Registers and figures of the operators: a file is looked at, applied and undone; figures as pictures and as table."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

REGISTERS = "/operators/registers?register=ports"


def file(*lines: str) -> dict[str, str | bytes]:
    text = "\n".join(("代码,名称,英文名称", *lines))
    return {"name": "ports.csv", "mimeType": "text/csv", "buffer": text.encode()}


def compare(page: Page, *lines: str) -> None:
    page.get_by_label("XLSX 或 CSV 文件").set_input_files(file(*lines))  # type: ignore[arg-type]
    page.get_by_role("button", name="核对差异").click()


def apply(page: Page, reason: str) -> None:
    page.get_by_role("button", name="应用", exact=True).click()
    page.get_by_role("textbox", name="理由").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name="应用").click()
    expect(page.get_by_role("heading", name="已应用的变更")).to_be_visible()


def rename(stack: Up, port: str, english: str) -> None:
    """Saves the entry of a port over HTTP, as another operator does meanwhile."""
    entry = {"name": "广州海关甲", "name_en": english, "reason": "更名"}
    with stack.client("operator") as other:
        body(other.put(f"/ops/v1/register-entries/ports/{port}", json=entry))


def test_a_file_is_looked_at_applied_and_undone(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", REGISTERS)
    expect(page.get_by_role("table", name="口岸").get_by_role("row")).to_have_count(51)
    assert barriers(page) == []
    page.get_by_role("button", name="上传文件").click()

    compare(page, "2248,洋山海关,", "101,首都机场,")
    rows = page.get_by_role("table", name="内容").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("101")
    expect(rows.nth(1)).to_contain_text("请把该列设为文本格式")
    expect(page.get_by_role("button", name="应用", exact=True)).to_have_count(0)

    page.get_by_role("button", name="上传文件").click()
    compare(page, "9901,新设海关,New customs", "2248,洋山港海关,")
    expect(page.get_by_role("img", name=re.compile("新增 1，更改 1，删除 0"))).to_be_visible()
    expect(rows.nth(2)).to_contain_text("→ 洋山港海关")
    assert barriers(page) == []
    apply(page, "关区调整")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", name="待应用的变更")).to_be_visible()
    apply(page, "误传")

    page.get_by_role("button", name="变更记录").click()
    history = page.get_by_role("table", name="变更记录").get_by_role("row")
    expect(history.nth(1)).to_contain_text("误传")
    expect(history.nth(2)).to_contain_text("已由第")
    page.get_by_role("button", name="列表", exact=True).click()
    page.get_by_role("textbox", name="查找").fill("2248")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="2248 的详情和变更").click()
    expect(page.get_by_role("dialog")).to_contain_text("关区调整")
    assert barriers(page) == []


def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_typed_is_lost(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", REGISTERS)
    page.get_by_role("textbox", name="查找").fill("5101")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="5101 的详情和变更").click()
    entry = page.get_by_role("dialog", name="口岸 5101")
    english, reason = entry.get_by_role("textbox", name="英文名称"), entry.get_by_role("textbox", name="理由")
    english.fill("Typed here")
    reason.fill("补英文名")
    rename(stack, "5101", "Written there")
    entry.get_by_role("button", name="保存").click()
    meanwhile = entry.get_by_role("alert", name="该条目刚被修改")
    expect(meanwhile).to_be_focused()
    expect(meanwhile).to_contain_text(re.compile(r"operator 于 \d{4}-\d\d-\d\d \d\d:\d\d 修改"))
    expect(meanwhile).to_contain_text("→ Written there")
    assert barriers(page) == []
    meanwhile.get_by_role("button", name="保留我的输入").press("Enter")
    expect(entry.get_by_role("textbox", name="名称", exact=True)).to_be_focused()
    expect(english).to_have_value("Typed here")
    expect(reason).to_have_value("补英文名")
    entry.get_by_role("button", name="保存").click()
    expect(entry.get_by_role("listitem").filter(has_text="Written there → Typed here").last).to_be_visible()

    rename(stack, "5101", "Once more")
    reason.fill("再改")
    entry.get_by_role("button", name="保存").click()
    meanwhile.get_by_role("button", name="采用新内容").click()
    expect(english).to_have_value("Once more")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="5101 的详情和变更")).to_be_focused()


def test_figures_are_pictures_and_a_table(page: Page, stack: Up, desk: Booking) -> None:
    desk.submitted()
    enter(page, stack, "operator", "/operators/figures")
    expect(page.get_by_role("img", name=re.compile(r"申报与海关答复（件）。申报：\d 个点"))).to_be_visible()
    total = page.get_by_role("table", name="数据表").get_by_role("row").nth(1)
    expect(total).to_contain_text("合计")
    assert barriers(page) == []
    page.get_by_role("button", name="按口岸").click()
    expect(page.get_by_role("rowheader", name="2233 浦东机场海关")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出 CSV").click()
    assert "2233 浦东机场海关" in saved.value.path().read_text(encoding="utf-8-sig")
