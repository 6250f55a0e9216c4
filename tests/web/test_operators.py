"""The operators' frame: their home, their menu, and pages that are not for the user who is logged in."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.entering import enter, log_in

pytestmark = pytest.mark.e2e


def test_an_operator_comes_to_today_and_has_a_menu_of_his_own(page: Page, stack: Up) -> None:
    log_in(page, stack, "operator")
    page.wait_for_url("**/operators/today")
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    menu = page.get_by_role("navigation", name="菜单")
    expect(menu.get_by_role("link", name="今日")).to_be_visible()
    expect(menu.get_by_role("link", name="预约申请")).to_have_count(0)
    expect(page).to_have_title("今日 · 预约通关")
    assert barriers(page) == []
    page.goto("/")
    page.wait_for_url("**/operators/today")


def test_a_page_that_is_for_others_says_so_and_leads_home(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/query")
    expect(page.get_by_role("status").filter(has_text="此页面供企业使用，运维人员不能打开。")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="回到首页").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    page.context.clear_cookies()
    enter(page, stack, "general", "/operators/today")
    expect(page.get_by_role("status").filter(has_text="此页面供运维人员使用，企业用户不能打开。")).to_be_visible()
    page.get_by_role("link", name="回到首页").click()
    page.wait_for_url("**/home")
