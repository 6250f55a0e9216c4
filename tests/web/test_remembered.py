"""What the page remembers: contact, ports, mode and direction of the last application, favourites and what was used."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import IMPORTER, Booking
from tests.web.browser import desk as at_desk
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

PREFILLED = "已按您上次使用的内容预填"


@pytest.fixture(scope="module", autouse=True)
def no_drafts_left(desk: Booking) -> Iterator[None]:
    """Other tests look for their own drafts among the first of the home page."""
    before = drafts(desk)
    yield
    made = sorted(set(drafts(desk)) - set(before))
    body(desk.http.post("/api/v1/appointments/batch-delete", json={"pre_entry_nos": made}))


@pytest.fixture
def used(page: Page, stack: Up, desk: Booking) -> str:
    """The user has saved one application in the page, and begins the next one."""
    enter(page, stack, "general", f"/apply/{desk.new()}")
    textbox(page, "联系人").fill("赵敏")
    page.keyboard.press("Alt+S")
    expect(page.get_by_text("已暂存")).to_be_visible()
    page.goto("/apply")
    expect(page.get_by_text(PREFILLED)).to_be_visible()
    return "赵敏"


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def put_preference(page: Page, name: str, value: list[str]) -> None:
    """Stores the preference as the page does."""
    token = page.request.get("/api/v1/session").json()["csrf_token"]
    path = f"/api/v1/preferences/{name}"
    assert page.request.put(path, data={"value": value}, headers={"X-CSRF-Token": token}).ok


def drafts(desk: Booking) -> list[str]:
    return [each["pre_entry_no"] for each in body(desk.http.get("/api/v1/appointments/agenda"))["drafts"]]


def test_a_new_application_begins_with_what_was_used_last_and_says_so(page: Page, used: str) -> None:
    expect(textbox(page, "联系人")).to_have_value(used)
    expect(textbox(page, "联系人手机")).to_have_value("13800138000")
    expect(combobox(page, "预约申报口岸")).to_have_value("2233 浦东机场海关")
    expect(page.get_by_role("radio", name="进口")).to_be_checked()
    for decided in ("收发货人", "预约通关时间", "预约通关事由"):
        expect(textbox(page, decided)).to_have_value("")
    expect(textbox(page, "收发货人")).to_be_focused()
    assert barriers(page) == []


def test_what_was_filled_in_beforehand_is_untouched(page: Page, desk: Booking, used: str) -> None:
    before = drafts(desk)
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").find(used) == -1
    page.get_by_role("navigation").get_by_role("link", name="首页").click()
    page.wait_for_url("**/home")
    assert drafts(desk) == before


@pytest.mark.usefixtures("used")
def test_what_was_only_filled_in_beforehand_makes_no_draft(page: Page, stack: Up, desk: Booking) -> None:
    before = drafts(desk)
    page.keyboard.press("Alt+D")
    summary = page.get_by_role("alert").filter(has_text="有 5 处需要更正")
    for name in ("收发货人", "预约通关时间", "事由类别", "预约通关事由", "商品名称及HS编码"):
        expect(summary.get_by_role("button", name=f"{name}为必填项。", exact=True)).to_be_visible()
    expect(textbox(page, "收发货人")).to_be_focused()
    expect(page).to_have_url(f"{stack.ready['api']}/apply")
    assert drafts(desk) == before
    # A draft that is asked for is made.
    page.keyboard.press("Alt+S")
    page.wait_for_url("**/apply/*")
    assert len(drafts(desk)) == len(before) + 1


@pytest.mark.usefixtures("used")
def test_one_key_clears_what_was_filled_in_and_leaves_what_was_typed(page: Page) -> None:
    textbox(page, "联系人").fill("钱多")
    page.keyboard.press("Alt+X")
    expect(page.get_by_text(PREFILLED)).to_have_count(0)
    expect(textbox(page, "联系人")).to_have_value("钱多")
    expect(textbox(page, "联系人手机")).to_have_value("")
    expect(combobox(page, "预约申报口岸")).to_have_value("")
    expect(page.get_by_role("radio", name="进口")).not_to_be_checked()


@pytest.mark.usefixtures("used")
def test_a_consignee_is_found_by_initials_and_by_its_code_as_before(page: Page) -> None:
    consignee = textbox(page, "收发货人")
    expect(consignee).to_be_focused()
    page.keyboard.type("slbj")
    expect(page.get_by_role("option").filter(has_text=IMPORTER)).to_have_count(0)
    page.keyboard.press("Control+A")
    page.keyboard.type("slb")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("示例丙")
    expect(page.get_by_role("option")).to_contain_text([IMPORTER])
    page.keyboard.press("Enter")
    expect(consignee).to_have_value(IMPORTER)
    page.keyboard.press("Backspace")
    expect(consignee).to_have_value("")
    page.keyboard.type(IMPORTER)
    page.keyboard.press("Enter")
    expect(textbox(page, "联系人")).to_be_focused()
    expect(consignee).to_have_value(IMPORTER)
    expect(page.get_by_text("示例丙进出口有限公司").first).to_be_visible()


@pytest.mark.usefixtures("used")
def test_favourites_and_the_last_ones_stand_first_when_nothing_is_typed(
    page: Page, browser: Browser, stack: Up
) -> None:
    for name in ("favourite_consignees", "favourite_ports"):
        put_preference(page, name, [])
    page.reload()
    expect(textbox(page, "收发货人")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_contain_text(f"{IMPORTER} 示例丙进出口有限公司（虚构·常规）最近")
    # By its key; then by mouse, and back again.
    page.keyboard.press("*")
    expect(page.get_by_role("option").first).to_contain_text("已收藏")
    page.get_by_role("option").first.get_by_text("★").click()
    expect(page.get_by_role("option").first).not_to_contain_text("已收藏")
    page.keyboard.press("Escape")
    combobox(page, "预约申报口岸").fill("0101")
    page.get_by_role("option").first.get_by_text("☆").click()
    expect(page.get_by_role("option").first).to_contain_text("已收藏")
    # Wherever the same user logs in.
    with at_desk(browser, stack.ready["api"]) as other:
        enter(other, stack, "general", "/apply")
        combobox(other, "预约申报口岸").click()
        expect(other.get_by_role("option").first).to_contain_text("0101")
        expect(other.get_by_role("option").nth(1)).to_contain_text("2233 浦东机场海关最近")
        other.get_by_role("option").first.get_by_text("★").click()
        expect(other.get_by_role("option").first).not_to_contain_text("已收藏")
