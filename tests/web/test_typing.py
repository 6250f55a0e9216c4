"""What is typed stays, is read as it is meant, and says what is wrong: as people type it, key by key."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.bookings import IMPORTER, Booking, today
from tests.web.entering import enter, forget

pytestmark = pytest.mark.e2e


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def red(page: Page, field: str) -> Locator:
    """The red text at a field."""
    return page.locator(f"[data-field={field}]").get_by_role("alert")


def type_into(page: Page, field: Locator, text: str, then: str = "Tab") -> None:
    field.click()
    page.keyboard.type(text)
    page.keyboard.press(then)


def test_codes_and_numbers_are_read_whatever_stands_around_and_between_them(
    page: Page, stack: Up, desk: Booking
) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    for name, typed, read in (
        ("收发货人", f" {IMPORTER}", IMPORTER),
        ("联系人", "　王小明 ", "王小明"),
        ("联系人手机", "+86 138 0013-8000", "13800138000"),
    ):
        type_into(page, textbox(page, name), typed)
        expect(textbox(page, name)).to_have_value(read)
    type_into(page, combobox(page, "预约申报口岸"), "２２３３")
    expect(combobox(page, "预约申报口岸")).to_have_value("2233 浦东机场海关")
    day = today() + timedelta(days=6)
    start = textbox(page, "预约通关时间")
    for typed in (f"{day.year}年{day.month}月{day.day}日 20点", f"{day} ２０：００", f"{day.month}-{day.day} 20:00"):
        start.fill("")
        type_into(page, start, typed)
        expect(start).to_have_value(f"{day} 20:00")
    type_into(page, combobox(page, "商品HS编码"), "0301.99.99.90")
    expect(combobox(page, "商品HS编码")).to_have_value("0301999990")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Alt+S")
    page.wait_for_url("**/apply/*")
    content = desk.view(page.url.rsplit("/", 1)[1])["content"]
    assert (content["consignee_code"], content["contact_mobile"]) == (IMPORTER, "13800138000")
    assert [each["hs_code"] for each in content["goods"]] == ["0301999990"]


def test_tab_takes_the_entry_that_is_lit(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    port = combobox(page, "预约申报口岸")
    port.click()
    page.keyboard.type("浦东")
    lit = page.get_by_role("option", selected=True)
    expect(lit).to_contain_text("浦东")
    # Its star is beside it.
    shown = lit.inner_text().removesuffix("☆").strip()
    page.keyboard.press("Tab")
    expect(port).to_have_value(shown)
    expect(combobox(page, "预约进出口岸")).to_be_focused()
    for typed, mode in (("5", "5 航空运输"), ("ｇ", "G 固定设施运输"), ("铁路", "3 铁路运输")):
        type_into(page, combobox(page, "运输方式"), typed)
        expect(combobox(page, "运输方式")).to_have_value(mode)
    type_into(page, combobox(page, "事由类别"), "鲜活")
    expect(combobox(page, "事由类别")).to_have_value("鲜活易腐等不宜久存货物")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_tab_before_the_answer_takes_the_entry_when_it_comes(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    held: list[Route] = []
    answering = False

    def answer(route: Route) -> None:
        if answering:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/v1/ports?*", answer)
    port = combobox(page, "预约申报口岸")
    type_into(page, port, "pdjc")
    expect(combobox(page, "预约进出口岸")).to_be_focused()
    expect(port).to_have_value("pdjc")
    expect(red(page, "declaration_port")).to_have_count(0)
    answering = True
    for route in held:
        route.continue_()
    expect(port).to_have_value("2233 浦东机场海关")
    expect(red(page, "declaration_port")).to_have_count(0)


def test_what_leads_to_no_entry_stays_in_red_and_is_not_saved_as_something_else(
    page: Page, stack: Up, desk: Booking
) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    for name, field in (("预约申报口岸", "declaration_port"), ("运输方式", "transport_mode")):
        type_into(page, combobox(page, name), "没有的")
        expect(combobox(page, name)).to_have_value("没有的")
        expect(red(page, field)).to_contain_text("请从列表中选取")
    page.keyboard.press("Alt+S")
    expect(combobox(page, "预约申报口岸")).to_be_focused()
    assert desk.view(number)["content"]["declaration_port"] == "2233"
    for name, typed in (("预约申报口岸", "2202"), ("运输方式", "5")):
        combobox(page, name).focus()
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Alt+S")
    expect(page.get_by_text("已暂存")).to_be_visible()
    assert desk.view(number)["content"]["declaration_port"] == "2202"


def test_a_list_that_was_only_looked_at_takes_nothing(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    port = combobox(page, "预约申报口岸")
    port.click()
    expect(page.get_by_role("option")).not_to_have_count(0)
    page.keyboard.press("Tab")
    expect(combobox(page, "预约进出口岸")).to_be_focused()
    expect(port).to_have_value("")


def test_a_space_opens_the_list_of_a_chosen_entry_and_keeps_it(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    mode = combobox(page, "运输方式")
    mode.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("option", selected=True)).to_have_text("5 航空运输")
    page.keyboard.press("Tab")
    expect(mode).to_have_value("5 航空运输")


def test_nothing_is_cut_and_its_length_is_told(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    for name, typed, field, count in (
        ("收发货人", "31222600034", "consignee_code", 11),
        ("联系人", "名" * 53, "contact_name", 53),
        ("联系人手机", "138001380001", "contact_mobile", 12),
        ("预约通关事由", "急" * 503, "reason", 503),
    ):
        textbox(page, name).click()
        page.keyboard.insert_text(typed)
        page.keyboard.press("Tab")
        expect(textbox(page, name)).to_have_value(typed)
        expect(red(page, field)).to_contain_text(f"现有 {count} 个字符")
        expect(textbox(page, name)).to_have_accessible_description(red(page, field).inner_text())
    page.goto("/query")
    textbox(page, "预录入编号").click()
    page.keyboard.insert_text("2026 1234 5678 9012 345")
    expect(textbox(page, "预录入编号")).to_have_value("2026 1234 5678 9012 345")


def test_an_hs_code_is_not_red_while_it_is_typed(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    code = combobox(page, "商品HS编码")
    for _ in range(2):
        code.click()
        code.press_sequentially("0301")
        expect(page.get_by_role("option")).not_to_have_count(0)
        expect(red(page, "goods")).to_have_count(0)
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(red(page, "goods")).to_contain_text("请录入 10 位商品HS编码")
        code.fill("")


def test_an_empty_form_makes_no_draft_and_names_every_field(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    created: list[str] = []
    page.on("request", lambda request: created.append(request.url) if request.method == "POST" else None)
    textbox(page, "收发货人").wait_for()
    page.get_by_role("button", name="预约申报", exact=True).click()
    summary = page.get_by_role("alert").filter(has_text="有 11 处需要更正")
    for name in ("收发货人", "联系人", "联系人手机", "预约申报口岸", "预约进出口岸", "运输方式", "进出口标识",
                 "预约通关时间", "事由类别", "预约通关事由", "商品名称及HS编码"):  # fmt: skip
        expect(summary.get_by_role("button", name=f"{name}为必填项。", exact=True)).to_be_visible()
    expect(textbox(page, "收发货人")).to_be_focused()
    expect(page).to_have_url(f"{stack.ready['api']}/apply")
    assert [each for each in created if each.endswith("/appointments")] == []
    # One field is enough to make a draft that is worth keeping.
    name = f"有人{uuid4().hex[:6]}"
    textbox(page, "联系人").fill(name)
    page.get_by_role("button", name="预约申报", exact=True).click()
    page.wait_for_url("**/apply/*")
    assert desk.view(page.url.rsplit("/", 1)[1])["content"]["contact_name"] == name


def test_red_text_leaves_room_for_what_is_typed(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    enter(page, stack, "general", f"/apply/{number}")
    field = textbox(page, "预约通关报关单号")
    for width in (1366, 1024, 400):
        page.set_viewport_size({"width": width, "height": 768})
        field.fill("2233202610000000012")
        expect(red(page, "declaration_numbers")).to_contain_text("现有 19 个字符")
        assert field.evaluate("field => field.scrollWidth <= field.clientWidth"), width


def test_a_long_name_of_goods_leaves_the_other_columns_their_room(page: Page, stack: Up, desk: Booking) -> None:
    content = desk.content() | {"goods": [{"hs_code": "0301999990", "name": "鱼" * 1500}]}
    number = body(desk.http.post("/api/v1/appointments", json=content), 201)["pre_entry_no"]
    enter(page, stack, "general", f"/apply/{number}")
    for width in (1366, 400):
        page.set_viewport_size({"width": width, "height": 768})
        for cell in ("序号", "商品HS编码", "修改第 1 行"):
            shown = page.get_by_role("table").get_by_text(cell, exact=True).bounding_box()
            assert shown, (width, cell)
            assert shown["height"] < 50, (width, cell)
