"""人员管理 in the browser: an administrator adds, limits and disables colleagues; others do not see the page."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.colleagues import NEW, a_colleague, a_login, by_keyboard, enter_as
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def row(page: Page, username: str) -> Locator:
    return page.get_by_role("table", name="本企业用户").get_by_role("row").filter(has_text=username)


def test_an_administrator_adds_a_colleague_by_keyboard_who_may_only_draft(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="人员管理").click()
    expect(row(page, "demo.general")).to_contain_text("管理员")
    assert barriers(page) == []
    username = a_login()
    page.get_by_role("button", name="新增同事").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("用户名")).to_be_focused()
    by_keyboard(page, "demo.x", "沈清秋")
    expect(page.get_by_role("alert").filter(has_text="demo.")).to_be_visible()
    page.get_by_label("用户名").fill("")
    page.get_by_label("用户名").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    issued = page.get_by_role("status").filter(has_text=username)
    expect(issued).to_contain_text("沈清秋")
    expect(issued).to_be_focused()
    password = issued.locator("output").inner_text()
    expect(row(page, username)).to_contain_text("仅录入")
    expect(row(page, username)).to_contain_text("初始密码未修改")
    assert barriers(page) == []
    enter_as(page, stack, username, password)
    expect(page.get_by_text("请先设置自己的密码")).to_be_visible()


def test_who_may_only_draft_sees_greyed_buttons_with_a_word(page: Page, stack: Up) -> None:
    username, password = a_colleague(stack, own_password=NEW, may_declare=False)
    enter_as(page, stack, username, password, "/apply")
    expect(page.get_by_text("您只有录入权限，请由有申报权限的同事申报。")).to_be_visible()
    expect(page.get_by_role("button", name="预约申报")).to_be_disabled()
    expect(page.get_by_role("button", name="暂存")).to_be_enabled()
    expect(page.get_by_role("navigation").get_by_role("link", name="人员管理")).to_have_count(0)
    page.goto("/batch")
    expect(page.get_by_text("您只有录入权限，请由有申报权限的同事申报。")).to_be_visible()
    expect(page.get_by_role("button", name="暂存全部")).to_be_visible()
    expect(page.get_by_role("button", name="批量申报")).to_have_count(0)
    page.goto("/colleagues")
    expect(page.get_by_text("只有本企业的管理员可以管理人员。")).to_be_visible()
    assert barriers(page) == []


def test_a_limit_given_and_taken_shows_at_once(page: Page, stack: Up) -> None:
    username, password = a_colleague(stack, own_password=NEW, may_declare=False, name="温宁")
    enter(page, stack, "general", "/colleagues")
    row(page, username).get_by_role("button", name="修改 温宁").click()
    page.get_by_role("checkbox", name="可申报、取消、反馈和提交情况说明").check()
    page.get_by_label("姓名").fill("温宁宁")
    page.get_by_role("button", name="保存").click()
    expect(row(page, username)).to_contain_text("可申报")
    expect(row(page, username)).to_contain_text("温宁宁")
    row(page, username).get_by_role("button", name="停用 温宁宁").click()
    question = page.get_by_role("dialog", name="停用")
    expect(question).to_contain_text("将立即退出登录")
    question.get_by_role("button", name="停用").click()
    expect(row(page, username)).to_contain_text("已停用")
    row(page, username).get_by_role("button", name="启用 温宁宁").click()
    expect(row(page, username)).to_contain_text("正常")
    enter_as(page, stack, username, password, "/apply")
    expect(page.get_by_role("button", name="预约申报")).to_be_enabled()


def test_the_last_administrator_is_told_that_he_stays_one(page: Page, stack: Up) -> None:
    enter(page, stack, "advanced", "/colleagues")
    row(page, "demo.advanced").get_by_role("button", name="修改").click()
    page.get_by_role("checkbox", name="可管理本企业人员").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("最后一名可用的管理员")).to_be_visible()


def test_who_did_it_is_named_where_one_looks(page: Page, stack: Up) -> None:
    username, password = a_colleague(stack, own_password=NEW, name="蓝思追")
    enter_as(page, stack, username, password)
    number = page.evaluate(DRAFT)
    page.goto(f"/progress/{number}")
    timeline = page.get_by_role("table", name="经过")
    expect(timeline).to_contain_text("蓝思追")
    page.goto(f"/print/{number}")
    expect(page.get_by_role("row", name="经办人").first).to_contain_text("蓝思追")


#: A draft by the page's own session.
DRAFT = """async () => {
  const {csrf_token} = await (await fetch('/api/v1/session')).json()
  const headers = {'X-CSRF-Token': csrf_token, 'Content-Type': 'application/json'}
  const made = await fetch('/api/v1/appointments', {method: 'POST', headers, body: '{}'})
  return (await made.json()).pre_entry_no
}"""
