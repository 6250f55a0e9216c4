"""模板 and 复制 in the browser: made from any application, used by keyboard; open choices are asked for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking, today
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

TEMPLATES = "/api/v1/templates"
DAY = today() + timedelta(days=6)
#: What the issue allows for one application from a template.
MOST_KEYS = 25


class Typist:
    """Types as people do, and counts the keys; a chord is one."""

    def __init__(self, page: Page) -> None:
        self._keyboard = page.keyboard
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self._keyboard.type(text)
        self.keys += len(text)


@pytest.fixture(scope="module", autouse=True)
def no_drafts_left(desk: Booking) -> Iterator[None]:
    """Other tests look for their own drafts among the first of the home page."""
    before = drafts(desk)
    yield
    made = sorted(set(drafts(desk)) - set(before))
    body(desk.http.post("/api/v1/appointments/batch-delete", json={"pre_entry_nos": made}))


@pytest.fixture
def template(desk: Booking) -> Iterator[str]:
    """The one template of the enterprise."""
    for each in body(desk.http.get(TEMPLATES))["items"]:
        desk.http.delete(f"{TEMPLATES}/{each['template_id']}").raise_for_status()
    name = "夜间鲜活"
    start = f"{DAY}T20:00:00+08:00"
    content = desk.content() | {"window_start": start}
    made = body(desk.http.post(TEMPLATES, json={"name": name, "content": content}), 201)
    yield name
    desk.http.delete(f"{TEMPLATES}/{made['template_id']}")


def choose(page: Page, template: str) -> None:
    """Chooses by mouse from the list that the key opens."""
    expect(page.get_by_role("button", name="从模板新建")).to_be_visible()
    page.keyboard.press("Alt+M")
    page.get_by_role("option", name=template).click()


def window(page: Page) -> Locator:
    return page.get_by_role("textbox", name="预约通关时间", exact=True)


def test_one_application_from_a_template_takes_few_keys(page: Page, stack: Up, desk: Booking, template: str) -> None:
    enter(page, stack, "general", "/home")
    expect(page.get_by_role("button", name="从模板新建")).to_be_visible()
    typist = Typist(page)
    typist.press("Alt+M")
    expect(page.get_by_role("dialog")).to_contain_text("选择模板")
    typist.type("yjxh")
    typist.press("Enter")
    expect(page.get_by_text(f"已按模板“{template}”填写")).to_be_visible()
    expect(window(page)).to_be_focused()
    typist.type(f"{DAY:%Y%m%d}")
    typist.press("Alt+D")
    expect(page.get_by_role("dialog")).to_contain_text("向海关申报")
    typist.press("Alt+Y")
    expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("预约成功")
    assert typist.keys <= MOST_KEYS
    sent = desk.view(page.url.rsplit("/", 1)[1])["content"]
    assert sent["window_start"] == f"{DAY}T20:00:00+08:00"
    assert sent["goods"] == desk.content()["goods"]


def test_a_template_that_is_only_looked_at_makes_no_draft_and_leaves_nothing_unsaved(
    page: Page, stack: Up, desk: Booking, template: str
) -> None:
    before = drafts(desk)
    enter(page, stack, "general", "/apply")
    choose(page, template)
    expect(window(page)).to_be_focused()
    expect(window(page)).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage)") == []
    page.get_by_role("navigation").get_by_role("link", name="首页").click()
    page.wait_for_url("**/home")
    assert drafts(desk) == before


@pytest.mark.parametrize("act", ["Alt+S", "Alt+D"])
def test_a_chosen_template_is_worth_a_draft_though_nothing_was_typed(
    page: Page, stack: Up, desk: Booking, template: str, act: str
) -> None:
    enter(page, stack, "general", "/apply")
    choose(page, template)
    expect(window(page)).to_be_focused()
    page.keyboard.press(act)
    page.wait_for_url("**/apply/*")
    told = page.get_by_role("button", name="预约通关时间为必填项。") if act == "Alt+D" else page.get_by_text("已暂存")
    expect(told).to_be_visible()
    assert desk.view(page.url.rsplit("/", 1)[1])["content"]["goods"] == desk.content()["goods"]


def drafts(desk: Booking) -> set[str]:
    return {each["pre_entry_no"] for each in body(desk.http.get("/api/v1/appointments/agenda"))["drafts"]}


def test_what_was_typed_is_given_up_only_when_one_says_so(page: Page, stack: Up, template: str) -> None:
    enter(page, stack, "general", "/apply")
    reason = page.get_by_role("textbox", name="预约通关事由", exact=True)
    reason.fill("还没有暂存")
    choose(page, template)
    expect(page.get_by_role("dialog")).to_contain_text("放弃正在录入的内容？")
    page.keyboard.press("Escape")
    expect(reason).to_have_value("还没有暂存")
    choose(page, template)
    expect(page.get_by_role("dialog")).to_contain_text("放弃正在录入的内容？")
    page.keyboard.press("Alt+Y")
    expect(window(page)).to_be_focused()
    expect(reason).to_have_value("鲜活货物夜间到港")


def test_an_application_is_kept_as_template_renamed_and_deleted(
    page: Page, stack: Up, desk: Booking, template: str
) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    expect(page.get_by_role("button", name="暂存", exact=True)).to_be_enabled()
    page.keyboard.press("Alt+T")
    name = page.get_by_role("textbox", name="模板名称", exact=True)
    expect(name).to_be_focused()
    name.fill(template)
    page.keyboard.press("Enter")
    expect(page.get_by_text("本企业已有同名模板")).to_be_visible()
    name.fill("白天普货")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已存为模板“白天普货”")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="模板管理").click()
    row = page.get_by_role("row").filter(has_text="白天普货")
    expect(row).to_contain_text("20:00")
    row.get_by_role("button", name="重命名").click()
    page.keyboard.type("周末普货")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="周末普货")
    expect(row).to_be_visible()
    assert barriers(page) == []
    row.get_by_role("button", name="删除").click()
    page.keyboard.press("Alt+Y")
    expect(page.get_by_text("已删除模板“周末普货”")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="普货")).to_have_count(0)


def test_a_copy_says_what_it_is_and_waits_for_its_time(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_role("textbox", name="预录入编号")).to_have_value(number)
    page.keyboard.press("Alt+C")
    expect(page.get_by_text(f"本申请由 {number} 复制而来")).to_be_visible()
    expect(page.get_by_text("预约通关时间与原申请相同，请核对。")).to_be_visible()
    expect(window(page)).to_be_focused()
    assert page.url.rsplit("/", 1)[1] != number


def test_a_row_of_the_query_is_copied_by_keyboard(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    page.get_by_role("link", name=number, exact=True).focus()
    page.keyboard.press("Alt+C")
    expect(page.get_by_text(f"本申请由 {number} 复制而来")).to_be_visible()
    expect(window(page)).to_be_focused()


def test_a_returned_application_offers_a_copy(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "RETURNED")
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_text("被退单的申请不能再申报")).to_be_visible()
    page.get_by_role("button", name="复制为新申请").click()
    expect(page.get_by_text(f"本申请由 {number} 复制而来")).to_be_visible()
    expect(page.get_by_role("textbox", name="申请状态", exact=True)).to_have_value("暂存")
