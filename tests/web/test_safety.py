"""Nothing final by accident: neither held keys nor hasty ones, double clicks or an input method confirm an act."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.browser import hold
from tests.web.entering import enter
from tests.web.slow import Slow

pytestmark = pytest.mark.e2e

SENTENCE = "chuan qi yan wu 1 huo wu ci ri dao gang "


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def question(page: Page) -> Locator:
    return page.get_by_role("dialog")


def approved(desk: Booking) -> str:
    number = desk.submitted()
    desk.decide(number, "ACCEPTED")
    desk.until_state(number, "accepted")
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    return number


class Watched:
    """The final calls that a page makes; its dry runs and its saves are none."""

    FINAL = ("/submission", "/cancellation", "/feedback", "/explanation", "/batch-delete", "/batch")

    def __init__(self, page: Page) -> None:
        self.final: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "DELETE" or (request.method == "POST" and request.url.endswith(self.FINAL)):
            self.final.append(f"{request.method} {request.url}")


class Final(NamedTuple):
    """A final act: how a desk and a page come before its button, and the button."""

    name: str
    prepare: Callable[[Page, Up, Booking], None]


def a_draft(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")


def a_submitted_one(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "ACCEPTED")
    desk.until_state(number, "accepted")
    enter(page, stack, "general", f"/apply/{number}")


def an_explanation(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{approved(desk)}")
    textbox(page, "情况说明").fill("船期延误")


def a_number(page: Page, stack: Up, desk: Booking) -> None:
    number = approved(desk)
    enter(page, stack, "general", f"/apply/{number}")
    textbox(page, "预约通关报关单号").fill(desk.declare(number))
    page.keyboard.press("Enter")


def a_selection(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/query")
    page.get_by_role("checkbox", name=number).check()


ACTS = {
    "declare": Final("预约申报", a_draft),
    "cancel": Final("取消预约", a_submitted_one),
    "explain": Final("预约申报", an_explanation),
    "feed back": Final("预约申报", a_number),
    "delete": Final("删除", a_draft),
    "delete a batch": Final("批量删除", a_selection),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_neither_held_keys_nor_hasty_ones_confirm(page: Page, stack: Up, desk: Booking, act: Final) -> None:
    act.prepare(page, stack, desk)
    expect(button(page, act.name)).to_be_enabled()
    watched = Watched(page)
    for key in ("Enter", "Space"):
        button(page, act.name).focus()
        hold(page, key)
        expect(question(page).get_by_role("button", name="返回")).to_be_focused()
        page.keyboard.press("Escape")
        expect(question(page)).to_have_count(0)
    # The second of two goes back, and is the answer to what was asked.
    button(page, act.name).focus()
    page.keyboard.press("Enter")
    expect(question(page).get_by_role("button", name="返回")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question(page)).to_have_count(0)
    # Somebody types on, who has seen no question: the first letter closes it, and says that nothing was done.
    button(page, act.name).click()
    expect(question(page)).to_be_visible()
    page.keyboard.type("n")
    expect(question(page)).to_have_count(0)
    expect(page.get_by_text(f"未执行“{act.name}”")).to_be_visible()
    assert watched.final == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_second_click_of_a_double_click_confirms_nothing(page: Page, stack: Up, desk: Booking, act: Final) -> None:
    act.prepare(page, stack, desk)
    expect(button(page, act.name)).to_be_enabled()
    watched = Watched(page)
    opener = button(page, act.name)
    opener.click()
    box = question(page).get_by_role("button", name=act.name, exact=True).bounding_box()
    assert box
    page.keyboard.press("Escape")
    expect(question(page)).to_have_count(0)
    # Where the answer will appear.
    opener.evaluate(
        "(at, { x, y }) => Object.assign(at.style, { position: 'fixed', zIndex: 99, left: `${x}px`, top: `${y}px` })",
        box,
    )
    page.mouse.dblclick(box["x"] + 10, box["y"] + 10)
    expect(question(page).get_by_role("button", name="返回")).to_be_focused()
    assert watched.final == []


def test_a_question_is_confirmed_by_two_keys_that_are_meant(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    expect(button(page, "删除")).to_be_enabled()
    page.keyboard.press("Alt+R")
    expect(question(page)).to_contain_text("Alt+Y")
    page.keyboard.press("Tab")
    expect(question(page).get_by_role("button", name="删除", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply")
    assert desk.listed(number) == []


def test_an_explanation_is_typed_in_lines_and_with_spaces(page: Page, stack: Up, desk: Booking) -> None:
    number = approved(desk)
    enter(page, stack, "general", f"/apply/{number}")
    watched = Watched(page)
    explanation = textbox(page, "情况说明")
    # From the empty number on to the next field, which is no button.
    textbox(page, "预约通关报关单号").focus()
    page.keyboard.press("Enter")
    expect(explanation).to_be_focused()
    page.keyboard.type("船期延误。")
    page.keyboard.press("Enter")
    page.keyboard.type(SENTENCE)
    expect(explanation).to_have_value(f"船期延误。\n{SENTENCE}")
    expect(explanation).to_be_focused()
    expect(question(page)).to_have_count(0)
    assert watched.final == []


def test_enter_that_is_held_after_the_last_goods_adds_one_row(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    watched = Watched(page)
    page.get_by_role("combobox", name="商品HS编码", exact=True).fill("0302110000")
    textbox(page, "商品名称").fill("鲜鳟鱼")
    hold(page, "Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("combobox", name="商品HS编码", exact=True)).to_be_focused()
    # Once more, let go in between: the line is empty, and there is nothing after it.
    page.keyboard.press("Enter")
    hold(page, "Enter")
    page.keyboard.type(" ")
    expect(question(page)).to_have_count(0)
    assert (watched.final, desk.view(number)["state"]) == ([], "draft")


#: What is pressed, with the bits by which Chromium knows Alt, Ctrl and Shift.
PRESSED = (("Enter", 0), ("Enter", 8), ("KeyS", 1), ("KeyD", 1), ("KeyR", 1), ("End", 2))


def compose(page: Page, pinyin: str, chosen: str) -> None:
    """An input method shows what it has so far, gets the keys, and writes what was chosen."""
    method = page.context.new_cdp_session(page)
    end = len(pinyin)
    method.send("Input.imeSetComposition", {"text": pinyin, "selectionStart": end, "selectionEnd": end})
    for code, modifiers in PRESSED:
        stroke: dict[str, object] = {"code": code, "key": code.removeprefix("Key").lower() if modifiers == 1 else code}
        stroke |= {"modifiers": modifiers, "windowsVirtualKeyCode": 229}
        for kind in ("rawKeyDown", "keyUp"):
            method.send("Input.dispatchKeyEvent", {"type": kind, **stroke})
    method.send("Input.insertText", {"text": chosen})
    method.detach()


def test_no_key_acts_while_an_input_method_composes(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    watched = Watched(page)
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "PUT" else None)
    page.get_by_role("combobox", name="商品HS编码", exact=True).fill("0302110000")
    name = textbox(page, "商品名称")
    name.focus()
    compose(page, "xian zun yu", "鲜鳟鱼")
    expect(name).to_be_focused()
    # The tariff's own name may have come with the code.
    expect(name).to_have_value(re.compile("鲜鳟鱼$"))
    expect(question(page)).to_have_count(0)
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    assert (watched.final, saves) == ([], [])
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)


def test_typing_ahead_of_a_slow_server_meets_no_question(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    watched = Watched(page)
    slow = Slow(page, "**/assessment")
    reason = textbox(page, "预约通关事由")
    reason.focus()
    page.keyboard.press("End")
    page.keyboard.press("Alt+D")
    page.keyboard.type(SENTENCE)
    slow.answer()
    expect(page.get_by_text("未执行“预约申报”")).to_be_visible()
    expect(question(page)).to_have_count(0)
    expect(reason).to_be_focused()
    page.keyboard.type("!")
    expect(reason).to_have_value(f"鲜活货物夜间到港{SENTENCE}!")
    # Asked for again by hands that are at rest.
    page.keyboard.press("Alt+D")
    expect(question(page)).to_contain_text(number)
    assert watched.final == []
    page.keyboard.press("Alt+Y")
    expect(textbox(page, "申请状态")).to_have_value("预约成功")
    assert desk.view(number)["content"]["reason"] == f"鲜活货物夜间到港{SENTENCE}!"


def test_a_key_that_is_held_while_the_server_is_slow_confirms_nothing(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    watched = Watched(page)
    slow = Slow(page, "**/assessment")
    expect(button(page, "预约申报")).to_be_enabled()
    button(page, "预约申报").focus()
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    slow.answer()
    expect(question(page).get_by_role("button", name="返回")).to_be_focused()
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(question(page)).to_be_visible()
    assert watched.final == []


def test_a_word_of_the_page_never_lies_over_a_question(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    expect(button(page, "暂存")).to_be_enabled()
    page.keyboard.press("Alt+S")
    expect(page.get_by_text("已暂存")).to_be_visible()
    page.keyboard.press("Alt+R")
    expect(question(page)).to_be_visible()
    layer = "at => Number(getComputedStyle(at.closest('.el-overlay, .el-message')).zIndex)"
    toast = page.get_by_text("已暂存")
    assert toast.evaluate(layer) < question(page).evaluate(layer)
