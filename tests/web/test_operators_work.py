"""Today and the worklists of operators: filters in the address, acts on many items, the file of a list."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.integration.api.receipts import receipt
from tests.web.accessible import barriers
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

LIST = "/operators/worklists?kind=receipts"


def park(stack: Up, count: int) -> list[str]:
    """The numbers of no appointments, of which as many receipts are parked."""
    numbers = [f"2031{uuid.uuid4().int % 10**14:014}" for _ in range(count)]
    with stack.client("customs") as customs:
        for number in numbers:
            answer = customs.post("/customs/v1/receipts", content=receipt(number, "ACCEPTED"))
            assert body(answer, 202)["outcome"] == "parked"
    return numbers


def test_receipts_of_today_are_dismissed_together(page: Page, stack: Up) -> None:
    numbers = park(stack, 3)
    enter(page, stack, "operator", "/operators/today")
    page.get_by_role("link", name="待人工处理的回执").click()
    page.wait_for_url(f"**{LIST}")
    for number in numbers:
        page.get_by_role("checkbox", name=f"选择 {number}").check()
    expect(page.get_by_role("status").filter(has_text="已选 3 件")).to_be_visible()
    page.get_by_role("button", name="搁置").click()
    dialog = page.get_by_role("dialog", name="搁置")
    dialog.get_by_role("button", name="搁置", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请填写理由")
    dialog.get_by_role("textbox").fill("测试回执")
    page.keyboard.press("Alt+y")
    expect(page.get_by_role("dialog", name="搁置")).to_contain_text("成功 3 项，未成功 0 项，共 3 项")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    for number in numbers:
        expect(page.get_by_role("row").filter(has_text=number)).to_have_count(0)


def test_a_receipt_is_read_as_it_came_and_a_retry_that_changes_nothing_says_so(page: Page, stack: Up) -> None:
    (number,) = park(stack, 1)
    enter(page, stack, "operator", LIST)
    page.get_by_role("checkbox", name=f"选择 {number}").check()
    page.get_by_role("button", name="查看原文").click()
    expect(page.get_by_role("dialog").get_by_role("region")).to_contain_text(f"<pre_entry_no>{number}</pre_entry_no>")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="重试").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("再试一次")
    page.keyboard.press("Alt+y")
    expect(page.get_by_role("dialog", name="重试")).to_contain_text("未变：待人工处理")


def test_filters_are_in_the_address_and_an_empty_list_says_what_that_means(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/worklists")
    page.get_by_role("link", name="报文").click()
    search = page.get_by_role("search", name="筛选")
    search.get_by_role("textbox", name="口岸").fill("9999")
    search.get_by_role("textbox", name="企业").press("Enter")
    page.wait_for_url("**/operators/worklists?kind=deliveries&port=9999")
    expect(page.get_by_role("status").filter(has_text="没有符合条件的待办")).to_be_visible()
    page.reload()
    expect(search.get_by_role("textbox", name="口岸")).to_have_value("9999")
    assert barriers(page) == []


def test_a_list_is_saved_as_a_file(page: Page, stack: Up) -> None:
    park(stack, 1)
    enter(page, stack, "operator", LIST)
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出 CSV").click()
    assert saved.value.suggested_filename.startswith("receipts-")
