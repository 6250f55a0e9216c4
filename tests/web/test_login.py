"""登录 in the browser: by keyboard, refused, and for each kind of people."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.entering import answer_login, enter, log_in

pytestmark = pytest.mark.e2e


def test_by_keyboard_alone_one_comes_to_what_is_to_be_done_today(page: Page, stack: Up) -> None:
    log_in(page, stack, "general")
    expect(page.get_by_role("heading", name="今日事项", exact=True)).to_be_visible()
    expect(page.get_by_role("banner").get_by_text("3122260002")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True)).to_be_visible()


def test_one_comes_to_the_page_that_was_asked_for(page: Page, stack: Up) -> None:
    with page.expect_response("**/api/v1/captcha") as drawn:
        page.goto("/apply?from=elsewhere")
    answer_login(page, stack, "general", drawn.value.json()["sandbox_answer"])
    page.wait_for_url("**/apply?from=elsewhere")


def test_a_foreign_address_is_not_followed(page: Page, stack: Up) -> None:
    log_in(page, stack, "general", "/login?next=//example.test/")
    page.wait_for_url("**/home")


def test_a_wrong_captcha_is_refused_and_another_one_is_drawn(page: Page, stack: Up) -> None:
    page.goto("/login")
    with page.expect_response("**/api/v1/captcha"):
        answer_login(page, stack, "general", "?????")
    expect(page.get_by_role("alert")).to_contain_text("用户名、密码或验证码不正确")
    expect(page.get_by_role("textbox", name="验证码", exact=True)).to_have_value("")


def test_who_logs_out_is_out(page: Page, stack: Up) -> None:
    log_in(page, stack, "general")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="用户登录")).to_be_visible()
    page.goto("/apply")
    page.wait_for_url("**/login?next=/apply")


def test_a_dishonest_enterprise_is_told_and_told_what_it_may_still_do(page: Page, stack: Up) -> None:
    log_in(page, stack, "dishonest")
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("失信企业不允许操作")
    box.get_by_role("button", name="确定").click()
    expect(box).to_be_hidden()
    expect(page.get_by_role("main").get_by_text("仍可查询、取消已有预约")).to_be_visible()


def test_the_login_and_the_list_of_keys_at_the_top_right_have_no_barrier(page: Page, stack: Up) -> None:
    page.goto("/login")
    expect(page.get_by_role("img", name="验证码图片")).to_be_visible()
    assert barriers(page) == []
    enter(page, stack, "general", "/home")
    page.get_by_role("button", name="键盘操作").click()
    keys = page.get_by_role("dialog", name="键盘操作")
    for key in ("Tab", "Enter", "Shift+Enter", "Backspace", "Alt+S", "Alt+D", "Alt+R", "Alt+P", "Alt+Y", "Ctrl+End"):
        expect(keys.get_by_text(key, exact=True).first).to_be_visible()
    assert barriers(page) == []
