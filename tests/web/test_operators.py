"""The operators' frame: their home, their menu, and pages that are not for the user who is logged in."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.colleagues import a_login
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


def test_an_administrator_adds_an_operator_by_keyboard_and_locks_him(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/access")
    expect(page.get_by_role("table", name="用户").get_by_role("row").filter(has_text="demo.general")).to_be_visible()
    assert barriers(page) == []
    name = a_login()
    page.get_by_role("button", name="新增用户").focus()
    page.keyboard.press("Enter")
    for text in (name, "秦校尉"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="日历维护").press("Space")
    page.get_by_label("维护日历的口岸").fill("2248")
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("status").filter(has_text=f"{name} 的首次密码")).to_be_focused()
    assert barriers(page) == []
    page.get_by_label("用户名开头").fill(name)
    page.get_by_role("button", name="查询").click()
    row = page.get_by_role("table", name="用户").get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("日历维护、口岸 2248")
    row.get_by_role("button", name=f"锁定 {name}").click()
    question = page.get_by_role("dialog", name="锁定")
    expect(question).to_contain_text("从下一次请求起不能使用系统")
    question.get_by_role("button", name="锁定").click()
    expect(row).to_contain_text("已锁定")


def test_a_key_is_made_with_a_reason_and_the_log_tells_of_it(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/access?tab=keys")
    name = a_login()
    page.get_by_role("button", name="新增密钥").click()
    page.get_by_label("名称").fill(name)
    page.get_by_role("radio", name="运维").check()
    page.get_by_role("button", name="新增密钥").last.click()
    reason = page.get_by_role("dialog", name="新增密钥")
    expect(reason.get_by_label("理由")).to_be_focused()
    page.keyboard.press("Alt+y")
    expect(reason.get_by_role("alert")).to_contain_text("请填写理由")
    page.keyboard.type("night shift 2248")
    assert barriers(page) == []
    page.keyboard.press("Alt+y")
    expect(page.get_by_role("status").filter(has_text=f"密钥 {name}")).to_contain_text("yuyue_")
    row = page.get_by_role("table", name="API 密钥").get_by_role("row").filter(has_text=name)
    row.get_by_role("button", name=f"撤销 {name}").click()
    page.keyboard.type("was a test")
    page.keyboard.press("Alt+y")
    expect(row).to_contain_text("已撤销")
    page.get_by_role("tab", name="访问记录").click()
    log = page.get_by_role("table", name="访问记录")
    revoked = log.get_by_role("row").filter(has_text="key.revoked").first
    expect(revoked).to_contain_text("撤销密钥")
    expect(revoked).to_contain_text("was a test")
    assert barriers(page) == []
    for tab in ("会话", "卡介质", "登录受限", "办理记录"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("table", name=tab)).to_be_visible()
        assert barriers(page) == []
