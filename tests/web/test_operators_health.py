"""运行: the lights of the parts, and the jobs that an administrator starts from the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def test_an_administrator_checks_the_parts_and_makes_a_backup_by_keyboard(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/health")
    expect(page.get_by_role("heading", name="运行", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="检查各部分")).to_contain_text("每小时自动检查一次")
    page.get_by_role("button", name="开始检查各部分").focus()
    page.keyboard.press("Enter")
    lights = page.get_by_role("list", name="各组成部分")
    expect(lights.get_by_role("listitem").filter(has_text="数据库")).to_contain_text("正常", timeout=30_000)
    expect(lights.get_by_role("listitem").filter(has_text="工作进程")).to_contain_text("正常")
    # A new system has the starter lists only: the finding says what to do, with a command to copy.
    found = page.get_by_role("region", name="检查各部分").get_by_role("listitem").filter(has_text="lists.starter")
    expect(found.first).to_contain_text("yuyue import")
    page.get_by_role("button", name="开始备份").focus()
    page.keyboard.press("Enter")
    backup = page.get_by_role("region", name="备份")
    expect(backup).to_contain_text("个文件", timeout=60_000)
    expect(backup).to_contain_text("另行保管 secrets.json")
    assert barriers(page) == []
