"""Registers and figures of the operators: a file is looked at, applied and undone; figures as pictures and as table."""

import re

import pytest
from playwright.sync_api import Page, expect

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
