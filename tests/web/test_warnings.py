"""Warnings about an act are shown in its question."""

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.pdfs.raw import one_page
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.slow import Slow

pytestmark = pytest.mark.e2e


def question(page: Page) -> Locator:
    return page.get_by_role("dialog")


def declare(page: Page) -> None:
    page.get_by_role("button", name="预约申报", exact=True).click()


def choose(page: Page, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="上传PDF").first.click()
    chooser.value.set_files(FilePayload(name=name, mimeType="application/pdf", buffer=content))


def test_files_that_do_not_go_along_are_named(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    choose(page, "图.pdf", b"GIF89a")
    expect(page.get_by_role("alert").filter(has_text="PDF")).to_be_visible()
    slow = Slow(page, "**/attachments")
    choose(page, "单.pdf", one_page())
    expect(page.get_by_role("progressbar", name="正在上传 单.pdf")).to_be_visible()
    declare(page)
    expect(question(page)).to_contain_text("将不带附件 图.pdf 申报：该附件未能上传。")
    expect(question(page)).to_contain_text("将不带附件 单.pdf 申报：该附件仍在上传。")
    question(page).get_by_role("button", name="返回").click()
    slow.answer()
    page.get_by_role("button", name="不再上传 图.pdf").click()
    expect(page.get_by_role("main").get_by_role("listitem")).to_contain_text("1 页")
    declare(page)
    expect(question(page)).to_contain_text(number)
    expect(question(page)).not_to_contain_text("附件")


def test_an_application_like_an_open_one_is_named_and_may_be_declared(page: Page, stack: Up, desk: Booking) -> None:
    first, second = desk.new(hour=22), desk.new(hour=22)
    desk.scenario("manual", first)
    body(desk.act(first, "submission"))
    enter(page, stack, "general", f"/apply/{second}")
    declare(page)
    expect(question(page).get_by_role("listitem").filter(has_text=first)).to_contain_text("可以继续")
    question(page).get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("预约成功")


def test_an_explanation_before_the_window_has_passed_is_asked_about(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    enter(page, stack, "general", f"/apply/{number}")
    page.get_by_role("textbox", name="情况说明", exact=True).fill("船期延误")
    declare(page)
    expect(question(page)).to_contain_text("22:00 才结束")
    question(page).get_by_role("button", name="返回").click()
    assert desk.view(number)["explanation"]["status"] == "available"
