"""What a screen does for the eye: bars that stay, messages that cover no question, room that is used."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.browser import DESK
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def box(of: Locator) -> FloatRect:
    found = of.bounding_box()
    assert found is not None
    return found


def overlap(one: Locator, other: Locator) -> bool:
    a, b = box(one), box(other)
    apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return not (apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"])


def test_the_banner_the_menu_and_the_acts_stay_while_the_form_scrolls(page: Page, stack: Up) -> None:
    page.set_viewport_size({"width": 1366, "height": 360})
    enter(page, stack, "general", "/apply")
    bars = [page.get_by_role("banner"), page.get_by_role("navigation"), page.get_by_role("toolbar", name="操作")]
    expect(page.get_by_role("textbox", name="商品名称", exact=True)).to_be_visible()
    page.mouse.move(700, 300)
    page.mouse.wheel(0, 2000)
    page.wait_for_function("() => window.scrollY > 100")
    for bar in (bars[0], bars[2], bars[1].get_by_role("link", name="首页")):
        assert 0 <= box(bar)["y"] < 360
        expect(bar).to_be_in_viewport()


def test_the_cursor_never_lies_under_the_bars(page: Page, stack: Up) -> None:
    page.set_viewport_size({"width": 1366, "height": 360})
    enter(page, stack, "general", "/apply")
    page.get_by_role("textbox", name="商品名称", exact=True).focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("""() => {
            const { left, top, width, height } = document.activeElement.getBoundingClientRect()
            const hit = document.elementFromPoint(left + width / 2, top + height / 2)
            return document.activeElement.closest('.el-form-item, button, a').contains(hit)
        }""")


def test_a_message_covers_neither_the_acts_nor_a_question(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    page.get_by_role("button", name="暂存", exact=True).click()
    message = page.get_by_role("alert").filter(has_text="已暂存")
    expect(message).to_be_visible()
    assert not overlap(message, page.get_by_role("toolbar", name="操作"))
    page.get_by_role("button", name="删除", exact=True).click()
    question = page.get_by_role("dialog")
    expect(question).to_be_visible()
    layer = "(box) => Number(getComputedStyle(box.closest('.el-message, .el-overlay')).zIndex)"
    assert message.evaluate(layer) < question.evaluate(layer)
    page.get_by_role("button", name="返回", exact=True).click()


def test_a_wide_screen_is_used(page: Page, stack: Up) -> None:
    page.set_viewport_size({"width": 1920, "height": DESK["height"]})
    enter(page, stack, "general", "/apply")
    names = ("联系人", "联系人手机", "预约申报口岸", "预约进出口岸")
    places = [
        box(page.get_by_role("textbox", name=name, exact=True).or_(page.get_by_role("combobox", name=name)))
        for name in names
    ]
    assert len({place["y"] for place in places}) == 1
    assert places[-1]["x"] > 1400
