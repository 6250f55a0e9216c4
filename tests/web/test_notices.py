"""提醒设置 in the browser: a channel is added by keyboard, tried, changed and deleted, and the times are kept."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

TOKEN = "0123456789abcdef0123456789abcdef"
REMEDY = "请核对机器人的令牌与密钥。"
REFUSED = {"code": "refused", "message": "对方服务拒绝了消息。", "remedy": REMEDY, "at": None}


def test_a_channel_is_added_by_keyboard_tried_changed_and_deleted(page: Page, stack: Up) -> None:
    _answer_tests(page, "waiting", "failed")
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="提醒设置").click()
    expect(page.get_by_text("还没有通知渠道")).to_be_visible()
    page.get_by_role("button", name="新增渠道").press("Enter")
    expect(page.get_by_role("combobox", name="方式")).to_be_focused()
    address = page.get_by_label("机器人的 Webhook 地址", exact=True)
    address.fill("https://127.0.0.1/hook")
    page.get_by_label("申报截止前").press("Space")
    assert barriers(page) == []
    page.get_by_role("button", name="保存").first.press("Enter")
    expect(address).to_have_attribute("aria-invalid", "true")
    address.fill(f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}")
    page.get_by_role("button", name="保存").first.press("Enter")
    table = page.get_by_role("table", name="通知渠道")
    expect(table.get_by_role("row").nth(1)).to_contain_text("钉钉群机器人…cdef异常、预约时段、反馈期限正常")
    table.get_by_role("button", name="试发").press("Enter")
    expect(page.get_by_role("status").filter(has_text="没有发到 …cdef")).to_contain_text(REMEDY)
    table.get_by_role("button", name="修改").press("Enter")
    page.get_by_label("异常").press("Space")
    page.get_by_role("button", name="保存").first.press("Enter")
    expect(table).to_contain_text("钉钉群机器人…cdef预约时段、反馈期限正常")
    table.get_by_role("button", name="停用").press("Enter")
    expect(table).to_contain_text("已停用")
    assert barriers(page) == []
    table.get_by_role("button", name="删除").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有通知渠道")).to_be_visible()


def test_quiet_hours_are_kept(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/notices")
    times = page.get_by_role("form", name="语言和时间")
    times.get_by_label("免打扰").check()
    times.get_by_label("从").fill("21:30")
    times.get_by_role("button", name="保存").press("Enter")
    expect(page.get_by_text("已保存")).to_be_visible()
    page.reload()
    expect(times.get_by_label("免打扰")).to_be_checked()
    expect(times.get_by_label("从")).to_have_value("21:30")
    times.get_by_label("免打扰").uncheck()
    times.get_by_role("button", name="保存").press("Enter")
    expect(page.get_by_text("已保存")).to_be_visible()


def _answer_tests(page: Page, *states: str) -> None:
    """Answers for the service of robots, which is outside; tests/integration/api has real answers."""
    left = list(states)

    def answer(route: Route) -> None:
        state = left.pop(0)
        test = {"test_id": "t", "state": state, "trouble": REFUSED if state == "failed" else None}
        route.fulfill(status=200 if state == "failed" else 202, content_type="application/json", body=json.dumps(test))

    page.route("**/notification-settings/channels/*/tests**", answer)
    page.route("**/notification-settings/channels/*/tests/*", answer)
