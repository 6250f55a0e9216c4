"""What is unsaved is not left behind unasked: by another page, by logging out, by closing the tab, by the language."""

import pytest
from playwright.sync_api import Dialog, FilePayload, Locator, Page, Route, expect

from tests.e2e.stack import Up
from tests.pdfs.raw import one_page
from tests.web.bookings import Booking
from tests.web.browser import requests_to
from tests.web.entering import enter, log_in
from tests.web.slow import Slow

pytestmark = pytest.mark.e2e


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def question(page: Page) -> Locator:
    return page.get_by_role("dialog", name="有内容尚未保存，仍要离开？")


def go_home(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="首页", exact=True).click()


def answer(page: Page, name: str) -> None:
    question(page).get_by_role("button", name=name, exact=True).click()


def test_another_page_asks_before_it_leaves_what_was_typed(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/home")
    # A page that is left before it is there has no place in the browser's history.
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True).click()
    textbox(page, "联系人").fill("王未存")
    # The browser's own way back asks, too.
    page.evaluate("history.back()")
    answer(page, "返回")
    page.wait_for_url("**/apply")
    expect(textbox(page, "联系人")).to_have_value("王未存")
    go_home(page)
    answer(page, "返回")
    expect(textbox(page, "联系人")).to_have_value("王未存")
    go_home(page)
    answer(page, "离开")
    page.wait_for_url("**/home")


def test_copying_asks_once_and_copies_nothing_for_a_user_who_stays(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    copies = requests_to(page, "/copy")
    enter(page, stack, "general", f"/apply/{number}")
    textbox(page, "联系人").fill("王未存")
    copy = page.get_by_role("button", name="复制", exact=True)
    copy.click()
    answer(page, "返回")
    expect(textbox(page, "联系人")).to_have_value("王未存")
    assert copies == []
    copy.click()
    answer(page, "离开")
    expect(page.get_by_role("status").filter(has_text=number)).to_be_visible()
    expect(textbox(page, "联系人")).not_to_have_value("王未存")
    assert len(copies) == 1


def test_what_is_saved_is_left_unasked(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    textbox(page, "联系人").fill("王已存")
    page.get_by_role("button", name="暂存", exact=True).click()
    page.wait_for_url("**/apply/*")
    go_home(page)
    page.wait_for_url("**/home")
    expect(question(page)).to_have_count(0)


def test_logging_out_asks_and_keeps_all_when_the_user_goes_back(page: Page, stack: Up) -> None:
    # A session of its own, for it is ended.
    log_in(page, stack, "general", "/login?next=/apply")
    textbox(page, "联系人").fill("王未存")
    page.get_by_role("button", name="退出登录").click()
    expect(question(page)).to_contain_text("退出登录后即丢失")
    answer(page, "返回")
    expect(textbox(page, "联系人")).to_have_value("王未存")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(textbox(page, "联系人")).to_have_value("王未存")
    page.get_by_role("button", name="退出登录").click()
    answer(page, "退出登录")
    expect(page.get_by_role("heading", name="用户登录")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter(each => each.startsWith('yuyue.kept'))") == []


def test_a_session_that_could_not_be_ended_keeps_what_was_typed(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    textbox(page, "联系人").fill("王未存")
    busy = {"status": 503, "json": {"status": 503, "code": "service.unavailable", "detail": "", "errors": []}}
    page.route("**/api/v1/session", lambda route: route.fulfill(**busy) if _ends(route) else route.continue_())
    page.get_by_role("button", name="退出登录").click()
    with page.expect_response(lambda response: _is_end(response.request.method, response.url)):
        answer(page, "退出登录")
    expect(textbox(page, "联系人")).to_have_value("王未存")
    assert page.evaluate("Object.keys(sessionStorage).some(each => each.startsWith('yuyue.kept'))")


def _ends(route: Route) -> bool:
    return _is_end(route.request.method, route.request.url)


def _is_end(method: str, url: str) -> bool:
    return method == "DELETE" and url.endswith("/api/v1/session")


def test_closing_the_tab_asks_for_a_number_that_is_still_in_its_field(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{approved(desk)}")
    textbox(page, "预约通关报关单号").fill("12345")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    expect(textbox(page, "预约通关报关单号")).to_have_value("12345")
    textbox(page, "预约通关报关单号").fill("")
    go_home(page)
    page.wait_for_url("**/home")


def test_a_file_on_its_way_is_unsaved(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    slow = Slow(page, "**/attachments")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="上传PDF").click()
    chooser.value.set_files(FilePayload(name="单.pdf", mimeType="application/pdf", buffer=one_page()))
    expect(page.get_by_role("progressbar", name="正在上传 单.pdf")).to_be_visible()
    go_home(page)
    answer(page, "返回")
    slow.answer()
    expect(page.get_by_role("main").get_by_role("listitem")).to_contain_text("1 页")
    go_home(page)
    page.wait_for_url("**/home")


def test_another_language_loses_nothing(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{approved(desk)}")
    textbox(page, "预约通关报关单号").fill("12345")
    textbox(page, "情况说明").fill("第一行\n第二行")
    page.get_by_role("button", name="English").click()
    expect(textbox(page, "Explanation")).to_have_value("第一行\n第二行")
    expect(textbox(page, "Declaration no.")).to_have_value("12345")
    page.get_by_role("button", name="中文").click()
    textbox(page, "情况说明").fill("")
    textbox(page, "预约通关报关单号").fill("")
    page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True).click()
    typed = {"联系人": "王未存", "预约通关事由": "一\n二", "商品名称": "半行"}
    for name, text in typed.items():
        textbox(page, name).fill(text)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="中文").click()
    for name, text in typed.items():
        expect(textbox(page, name)).to_have_value(text)


def approved(desk: Booking) -> str:
    number = desk.submitted()
    desk.decide(number, "ACCEPTED")
    desk.until_state(number, "accepted")
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    return number
