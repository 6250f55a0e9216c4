"""预约通关查询 in the browser, against the real stack."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Download, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import BROKER, IMPORTER, Booking, today
from tests.web.browser import desk as at_desk
from tests.web.entering import enter
from tests.web.queries import ask, choose, row, select

pytestmark = pytest.mark.e2e


def test_the_menu_leads_to_the_query_which_shows_our_latest_at_once(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="预约通关查询", exact=True).click()
    expect(page.get_by_role("textbox", name="申请单位", exact=True)).to_have_value(BROKER)
    expect(page.get_by_role("textbox", name="申请单位", exact=True)).to_be_disabled()
    expect(row(page, number)).to_contain_text("暂存")


def test_the_question_stays_in_the_address_over_reload_and_back(page: Page, stack: Up, desk: Booking) -> None:
    draft, sent = desk.new(), desk.submitted()
    enter(page, stack, "general", "/query")
    expect(row(page, draft)).to_be_visible()
    choose(page, "状态", "已申报")
    page.keyboard.press("Escape")
    ask(page)
    page.wait_for_url("**/query?*state=submitted*")
    expect(row(page, draft)).to_have_count(0)
    page.reload()
    expect(row(page, sent)).to_be_visible()
    expect(row(page, draft)).to_have_count(0)
    page.go_back()
    expect(row(page, draft)).to_be_visible()


def test_a_consignee_asks_as_b_and_must_give_the_code(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "importer", "/query")
    choose(page, "企业类别", "B-收发货人")
    ask(page)
    expect(page.get_by_role("alert").filter(has_text="请录入收发货人代码")).to_be_visible()
    consignee = page.get_by_role("textbox", name="收发货人", exact=True)
    expect(consignee).to_be_focused()
    consignee.fill(IMPORTER)
    ask(page)
    expect(row(page, number)).to_be_visible()


def test_enter_in_the_last_field_asks_and_a_number_alone_is_enough(page: Page, stack: Up, desk: Booking) -> None:
    number, other = desk.new(), desk.new()
    enter(page, stack, "general", "/query")
    expect(row(page, other)).to_be_visible()
    page.get_by_role("textbox", name="预录入编号", exact=True).fill(number)
    page.keyboard.press("Enter")
    expect(row(page, other)).to_have_count(0)
    expect(row(page, number)).to_be_visible()
    expect(page.get_by_label("申请时间 起始时间")).to_have_value("")


def test_a_span_over_15_days_is_refused_while_typing_and_never_sent(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/query")
    refusal = page.get_by_role("alert").filter(has_text="时间区间不得超过 15 天")
    page.get_by_label("预约时间 起始时间").fill(f"{today()}")
    page.get_by_label("预约时间 结束时间").fill(f"{today() + timedelta(days=16)}")
    expect(refusal).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "window_to" in request.url else None)
    ask(page)
    expect(page.get_by_label("预约时间 起始时间")).to_be_focused()
    assert asked == []
    page.get_by_label("预约时间 结束时间").fill("2026-02-30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="日期有误")).to_be_visible()
    # As people write dates; the field then has it as the page writes them.
    page.get_by_label("预约时间 结束时间").fill(f"{today() + timedelta(days=15):%Y%m%d}")
    expect(refusal).to_have_count(0)
    ask(page)
    expect(page.get_by_label("预约时间 结束时间")).to_have_value(f"{today() + timedelta(days=15)}")
    page.wait_for_url("**/query?*window_to=*")


def test_the_blue_state_opens_the_receipts_and_they_come_live(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    enter(page, stack, "general", "/query")
    row(page, number).get_by_role("button", name="已申报", exact=True).click()
    receipts = page.get_by_role("region", name="回执", exact=True)
    expect(receipts).to_contain_text("尚无回执")
    desk.decide(number, "ACCEPTED")
    expect(receipts).to_contain_text("海关已受理")
    desk.decide(number, "APPROVED")
    expect(row(page, number).get_by_role("button", name="预约成功", exact=True)).to_be_visible()
    expect(receipts.get_by_role("row").nth(1)).to_contain_text("审批通过")
    with page.expect_response(re.compile(rf"/{number}/receipts$")):
        receipts.get_by_role("button", name="刷新", exact=True).click()
    page.reload()
    expect(receipts).to_contain_text("审批通过")
    receipts.get_by_role("button", name="关闭", exact=True).click()
    expect(receipts).to_have_count(0)


def test_what_is_saved_elsewhere_appears_without_reloading(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", "/query")
    expect(page.get_by_text("实时更新", exact=True)).to_be_visible()
    number = desk.new()
    expect(row(page, number)).to_be_visible()
    body(desk.http.delete(f"/api/v1/appointments/{number}"), 200)
    expect(row(page, number)).to_have_count(0)


def test_without_the_stream_the_result_is_read_again_and_again(browser: Browser, stack: Up, desk: Booking) -> None:
    with at_desk(browser, stack.ready["api"], lost=True) as page:
        page.clock.install()
        page.route("**/appointments/events", lambda route: route.abort())
        enter(page, stack, "general", "/query")
        expect(page.get_by_text("正在连接实时更新")).to_be_visible()
        number = desk.new()
        page.clock.run_for(16_000)
        expect(row(page, number)).to_be_visible()
        expect(page.get_by_text("每 15 秒更新")).to_be_visible()


def test_the_blue_number_opens_the_application(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    row(page, number).get_by_role("link", name=number).click()
    page.wait_for_url(f"**/apply/{number}")
    expect(page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True)).to_contain_class("here")


def test_a_batch_is_deleted_whole_after_one_question(page: Page, stack: Up, desk: Booking) -> None:
    numbers = [desk.new(), desk.new()]
    enter(page, stack, "general", "/query")
    select(page, *numbers)
    page.get_by_role("button", name="批量删除", exact=True).click()
    question = page.get_by_role("dialog")
    for text in ("删除的数据不可恢复", *numbers):
        expect(question).to_contain_text(text)
    question.get_by_role("button", name="返回").click()
    expect(question).to_be_hidden()
    expect(row(page, numbers[0])).to_be_visible()
    page.get_by_role("button", name="批量删除", exact=True).click()
    question.get_by_role("button", name="批量删除", exact=True).click()
    for number in numbers:
        expect(row(page, number)).to_have_count(0)
        assert desk.listed(number) == []
    # Nothing is selected any more.
    expect(page.get_by_role("checkbox", name="全选")).to_have_js_property("indeterminate", value=False)


def test_a_batch_with_an_offender_deletes_nothing_and_names_it(page: Page, stack: Up, desk: Booking) -> None:
    draft, sent = desk.new(), desk.submitted()
    enter(page, stack, "general", "/query")
    select(page, draft, sent)
    page.get_by_role("button", name="批量删除", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="批量删除", exact=True).click()
    refusal = page.get_by_role("alert").filter(has_text="没有删除任何一条")
    expect(refusal.get_by_role("listitem")).to_have_count(1)
    expect(refusal).to_contain_text(sent)
    assert desk.view(draft)["state"] == "draft"
    assert barriers(page) == []
    refusal.get_by_role("button", name="取消选择以上各条").click()
    expect(page.get_by_text("已选 1 条")).to_be_visible()


def headings(page: Page) -> list[str]:
    return [text for text in page.get_by_role("columnheader").all_inner_texts() if text and text != "提醒"]


def saved(page: Page, name: str) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value


def test_the_result_is_exported_with_the_columns_that_are_shown(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    expect(row(page, number)).to_be_visible()
    page.get_by_role("button", name="选择列", exact=True).click()
    columns = page.get_by_role("dialog")
    columns.get_by_role("checkbox", name="收发货人", exact=True).uncheck()
    columns.get_by_role("checkbox", name="预约通关报关单号", exact=True).check()
    columns.get_by_role("button", name="确定", exact=True).click()
    page.reload()
    expect(row(page, number)).to_be_visible()
    text = saved(page, "导出 CSV").path().read_text("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    # A code and its name stand in one column of the page, and in two of the file.
    assert [each for each in head if each not in {"预约申报口岸名称", "预约进出口岸名称"}] == headings(page)
    assert head[head.index("预约申报口岸") + 1] == "预约申报口岸名称"
    assert "收发货人" not in head
    assert head[-1] == "预约通关报关单号"
    assert f"\t{number}" in [each[0] for each in rows]
    book = load_workbook(io.BytesIO(saved(page, "导出 XLSX").path().read_bytes()))
    assert [cell.value for cell in next(book.worksheets[0].iter_rows())] == head


def test_the_query_has_no_barrier(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    enter(page, stack, "general", f"/query?party=A&pre_entry_no={number}&receipts={number}")
    expect(page.get_by_role("region", name="回执", exact=True)).to_contain_text("审批通过")
    assert barriers(page) == []
