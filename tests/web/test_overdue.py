"""通关完成未反馈 in the browser: what it blocks, and how 情况说明 lifts it; on a stack whose deadlines are seconds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.client import SOON, Broker
from tests.e2e.conftest import close_port
from tests.e2e.stack import Up, up
from tests.web.accessible import barriers
from tests.web.browser import desk
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Instead of the one that the other files share: a window lasts two seconds, feedback is due five after it."""
    with up(tmp_path_factory.mktemp("overdue"), "--ephemeral", "--port-base", "0") as running:
        close_port(running.wait_until_ready())
        yield running


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    with desk(browser, stack.ready["api"]) as page:
        yield page


def test_what_was_not_fed_back_blocks_until_it_is_explained(page: Page, stack: Up) -> None:
    with Broker(stack, "general", "3122260002", "3122260003") as at_desk:
        number = at_desk.approved(SOON)
        at_desk.until_state(number, "completed_without_feedback", seconds=40)
    enter(page, stack, "general", "/home")
    must = page.get_by_role("region", name="须立即处理")
    must.get_by_role("row").filter(has_text=number).get_by_role("link", name="写情况说明").click()
    expect(page.get_by_role("textbox", name="情况说明", exact=True)).to_be_focused()
    expect(page).to_have_url(f"{stack.ready['api']}/apply/{number}")
    page.goto("/apply")
    page.get_by_role("button", name="暂存", exact=True).click()
    refusal = page.get_by_role("alert").filter(has_text="处需要更正")
    refusal.get_by_role("link", name=number).click()
    explanation = page.get_by_role("textbox", name="情况说明", exact=True)
    explanation.fill("船期延误，货物次日到港")
    page.get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("只能发送一次")
    page.get_by_role("dialog").get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("违约已解除")
    expect(explanation).to_be_disabled()
    expect(explanation).to_have_value("船期延误，货物次日到港")
    page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True).click()
    page.get_by_role("button", name="暂存", exact=True).click()
    page.wait_for_url("**/apply/*")


def test_an_operator_sees_it_come_and_releases_it_for_a_reason(page: Page, stack: Up) -> None:
    enter(page, stack, "operator", "/operators/today")
    tile = page.get_by_role("link", name="逾期未反馈")
    expect(tile).to_contain_text("没有待办")
    assert barriers(page) == []
    with Broker(stack, "general", "3122260002", "3122260003") as at_desk:
        number = at_desk.approved(SOON)
        expect(tile).to_contain_text("需处理", timeout=40_000)
        tile.click()
        expect(page.get_by_role("heading", name="待办清单")).to_be_visible()
        row = page.get_by_role("row").filter(has_text=number)
        row.focus()
        page.keyboard.press("Space")
        assert barriers(page) == []
        page.get_by_role("button", name="解除违约").press("Enter")
        dialog = page.get_by_role("dialog", name="解除违约")
        expect(dialog).to_contain_text(number)
        expect(dialog.get_by_role("textbox")).to_be_focused()
        page.keyboard.type("电话核实，船期延误")
        page.keyboard.press("Alt+y")
        expect(page.get_by_role("dialog", name="解除违约")).to_contain_text("成功 1 项，未成功 0 项")
        at_desk.until_state(number, "released")
    page.get_by_role("dialog").get_by_role("button", name="关闭", exact=True).last.click()
    expect(page.get_by_role("status").filter(has_text="没有待办：")).to_be_visible()
