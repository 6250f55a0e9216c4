"""预约申请 in the browser, against the real stack: what is typed, what is refused, and what comes of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.e2e.client import body
from tests.e2e.stack import Up, until
from tests.pdfs.raw import one_page
from tests.web.accessible import barriers
from tests.web.bookings import IMPORTER, Booking, today
from tests.web.browser import desk as at_desk
from tests.web.entering import answer_login, enter, forget

pytestmark = pytest.mark.e2e

HOSTILE = "<img src=x onerror=alert(1)>"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def contact(desk: Booking, number: str) -> tuple[str, str]:
    content = desk.view(number)["content"]
    return content["contact_name"], content["contact_mobile"]


def question(page: Page) -> Locator:
    """The question before something final."""
    return page.get_by_role("dialog")


def pick(page: Page, typed: str) -> None:
    """Picks from the list that has the cursor and goes on to the next field, as fast as one types."""
    type_on(page, typed, "")


def open_and_take_first(page: Page) -> None:
    page.keyboard.press("Space")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def type_on(page: Page, *texts: str) -> None:
    """Each into the field that has the cursor, and on to the next with Enter."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def enter_basics(page: Page) -> None:
    """预约申请基本信息 by keyboard alone, from the first field on, where the cursor waits."""
    expect(textbox(page, "收发货人")).to_be_focused()
    type_on(page, IMPORTER, "王小明", "13800138000")
    pick(page, "2233")
    pick(page, "pdjc")
    open_and_take_first(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    type_on(page, f"{today() + timedelta(days=6)} 20:00")
    open_and_take_first(page)
    # A text of many lines, in which Enter is a new line.
    page.keyboard.type("鲜活货物夜间到港")
    page.keyboard.press("Control+Enter")


def test_a_whole_application_is_entered_saved_and_submitted_by_keyboard_alone(
    page: Page, stack: Up, desk: Booking
) -> None:
    enter(page, stack, "general", "/apply")
    enter_basics(page)
    expect(combobox(page, "商品HS编码")).to_be_focused()
    pick(page, "0301")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("最晚申报时间")).to_contain_text("还有")
    page.keyboard.press("Alt+S")
    page.wait_for_url("**/apply/*")
    number = page.url.rsplit("/", 1)[1]
    expect(textbox(page, "预录入编号")).to_have_value(number)
    # The act has a key, and so has the answer to the one question.
    page.keyboard.press("Alt+D")
    for told in (f"向海关申报 {number}？", "申报后内容不可再修改"):
        expect(page.get_by_role("dialog")).to_contain_text(told)
    page.keyboard.press("Alt+Y")
    expect(textbox(page, "申请状态")).to_have_value("预约成功")
    expect(textbox(page, "情况说明")).to_be_editable()
    # On to the next one: the cursor waits there, too.
    page.get_by_role("navigation").get_by_role("link", name="预约申请", exact=True).press("Enter")
    expect(textbox(page, "收发货人")).to_be_focused()
    expect(textbox(page, "预录入编号")).to_have_value("")
    sent = desk.view(number)["content"]
    assert sent["window_start"].startswith(f"{today() + timedelta(days=6)}T20:00")
    assert (sent["declaration_port"], sent["entry_exit_port"]) == ("2233", "2233")
    assert len(sent["goods"]) == 1


def test_all_faults_stand_at_their_fields_and_the_first_has_the_cursor(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    forget(page)
    textbox(page, "收发货人").fill(IMPORTER)
    textbox(page, "联系人手机").fill("123")
    expect(page.get_by_role("alert").filter(has_text="请录入 11 位手机号码")).to_be_visible()
    press(page, "预约申报")
    expect(page.get_by_text("有 10 处需要更正")).to_be_visible()
    expect(textbox(page, "联系人")).to_be_focused()
    textbox(page, "联系人手机").fill("13800138000")
    press(page, "预约申报")
    page.wait_for_url("**/apply/*")
    expect(page.get_by_role("alert").filter(has_text="运输方式为必填项")).not_to_have_count(0)
    page.get_by_role("button", name="预约通关时间为必填项。").click()
    expect(textbox(page, "预约通关时间")).to_be_focused()


def test_goods_that_are_still_being_typed_are_neither_lost_nor_forgotten(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    # Taken out of the table to be changed, and saved before it was put back.
    press(page, "修改第 1 行")
    textbox(page, "商品名称").fill("其他活鱼（改）")
    page.keyboard.press("Alt+S")
    expect(page.get_by_text("已暂存")).to_be_visible()
    assert [each["name"] for each in desk.view(number)["content"]["goods"]] == ["其他活鱼（改）"]
    textbox(page, "商品名称").fill("只有名称")
    press(page, "预约申报")
    unfinished = page.get_by_role("alert").filter(has_text="正在录入的商品尚未填入列表")
    expect(unfinished).not_to_have_count(0)
    expect(combobox(page, "商品HS编码")).to_be_focused()
    expect(question(page)).to_have_count(0)
    page.keyboard.type("0301999990")
    expect(unfinished).to_have_count(0)
    press(page, "预约申报")
    question(page).get_by_role("button", name="预约申报", exact=True).click()
    expect(textbox(page, "申请状态")).to_have_value("预约成功")
    assert [each["name"] for each in desk.view(number)["content"]["goods"]] == ["其他活鱼（改）", "只有名称"]


def restored(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="已恢复上次录入但尚未暂存的内容")


def test_feedback_then_cancel_are_asked_once_and_have_their_effect(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    enter(page, stack, "general", f"/apply/{number}")
    entry = textbox(page, "预约通关报关单号")
    entry.fill("123456789")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="请录入 18 位报关单号")).to_be_visible()
    entry.fill(desk.declare(number, direction="E"))
    page.keyboard.press("Enter")
    press(page, "预约申报")
    question(page).get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("row").get_by_role("alert")).to_contain_text("进出口标识")
    press(page, "移除第 1 行")
    right = desk.declare(number)
    entry.fill(right)
    page.keyboard.press("Enter")
    press(page, "预约申报")
    question(page).get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=right)).to_contain_text("已反馈，比对一致")


def test_an_approved_one_is_cancelled_after_one_question(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "ACCEPTED")
    desk.until_state(number, "accepted")
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_role("button", name="暂存", exact=True)).to_be_disabled()
    press(page, "取消预约")
    expect(question(page)).to_contain_text("取消后不可恢复")
    question(page).get_by_role("button", name="返回").click()
    expect(question(page)).to_be_hidden()
    assert desk.view(number)["state"] == "accepted"
    press(page, "取消预约")
    question(page).get_by_role("button", name="取消预约", exact=True).click()
    expect(textbox(page, "申请状态")).to_have_value("已取消")


def test_the_second_of_two_tabs_is_told_and_chooses_field_by_field(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    other = page.context.new_page()
    other.goto(f"/apply/{number}")
    for tab, name, mobile in ((page, "李第一", "13800138001"), (other, "赵第二", "13800138002")):
        textbox(tab, "联系人").fill(name)
        textbox(tab, "联系人手机").fill(mobile)
    press(page, "暂存")
    expect(page.get_by_text("已暂存").first).to_be_visible()
    press(other, "暂存")
    dialog = other.get_by_role("dialog", name="该申请已在别处修改")
    rows = dialog.get_by_role("row")
    expect(rows).to_have_count(3)
    assert barriers(other) == []
    rows.filter(has_text="李第一").get_by_role("radio").nth(1).check()
    dialog.get_by_role("button", name="按所选内容暂存").click()
    until(lambda: contact(desk, number) == ("李第一", "13800138002"), seconds=10, what="the choice is saved")


def test_an_ended_session_and_a_reload_keep_what_was_typed(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    page.on("dialog", lambda dialog: dialog.accept())
    textbox(page, "预约通关事由").fill("改了一半")
    page.reload()
    expect(restored(page)).to_be_visible()
    expect(textbox(page, "预约通关事由")).to_have_value("改了一半")
    # The last that the page asks for by itself: else that meets the ended session first, and its login takes the key.
    expect(page.get_by_text("最晚申报时间")).to_be_visible()
    page.context.clear_cookies()
    with page.expect_response("**/api/v1/captcha") as drawn:
        page.keyboard.press("Alt+S")
    # The name is there already; it is typed again.
    textbox(page, "用户名").fill("")
    answer_login(page, stack, "general", drawn.value.json()["sandbox_answer"])
    expect(page.get_by_role("dialog")).to_have_count(0)
    until(lambda: desk.view(number)["content"]["reason"] == "改了一半", seconds=10, what="saved")
    assert page.evaluate("Object.keys(sessionStorage).filter(each => each.startsWith('yuyue.kept'))") == []


def test_an_unreachable_server_is_told_of_and_the_button_works_later_with_one_effect(
    browser: Browser, stack: Up, desk: Booking
) -> None:
    with at_desk(browser, stack.ready["api"], lost=True) as page:
        _lose_an_answer(page, stack, desk)


def _lose_an_answer(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", "/apply")
    name = f"断网{uuid4().hex[:8]}"
    textbox(page, "联系人").fill(name)

    def lost(route: Route) -> None:
        # It took effect, but nobody heard of it.
        route.fetch()
        route.abort()

    page.route("**/api/v1/appointments", lost, times=1)
    press(page, "暂存")
    expect(page.get_by_role("alert").filter(has_text="无法连接服务器")).to_be_visible()
    expect(textbox(page, "联系人")).to_have_value(name)
    page.wait_for_url("**/apply/*")
    expect(page.get_by_role("alert").filter(has_text="无法连接服务器")).to_have_count(0)
    assert times(desk, name) == 1
    # Lost again; and this time the page is reloaded before anybody knows.
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/apply")
    name = f"重载{uuid4().hex[:8]}"
    textbox(page, "联系人").fill(name)
    page.route("**/api/v1/appointments", lost)
    press(page, "暂存")
    expect(page.get_by_role("alert").filter(has_text="无法连接服务器")).to_be_visible()
    page.reload()
    expect(restored(page)).to_be_visible()
    expect(textbox(page, "联系人")).to_have_value(name)
    page.unroute("**/api/v1/appointments")
    press(page, "暂存")
    page.wait_for_url("**/apply/*")
    assert times(desk, name) == 1


def times(desk: Booking, name: str) -> int:
    """Returns the number of today's drafts with this contact."""
    lately = {"party": "A", "state": "draft", "applied_from": f"{today()}", "applied_to": f"{today()}"}
    drafts = body(desk.http.get("/api/v1/appointments", params=lately))["items"]
    return [each["content"]["contact_name"] for each in drafts].count(name)


def test_a_file_is_uploaded_refused_in_place_and_deleted(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    with page.expect_file_chooser() as chooser:
        press(page, "上传PDF")
    right = FilePayload(name=f"{HOSTILE}.pdf", mimeType="application/pdf", buffer=one_page())
    wrong = FilePayload(name="图.pdf", mimeType="application/pdf", buffer=b"GIF89a")
    chooser.value.set_files([right, wrong])
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="1 页")).to_contain_text("<img src=x")
    refusal = page.get_by_role("main").get_by_role("listitem").filter(has_text="图.pdf")
    expect(refusal.get_by_role("alert")).to_contain_text("PDF")
    refusal.get_by_role("button", name="不再上传 图.pdf").click()
    page.get_by_role("button", name="删除附件").click()
    question(page).get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(0)
    assert desk.view(number)["attachments"] == []


def test_a_dishonest_consignee_and_closed_hours_are_named_at_once(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    textbox(page, "收发货人").fill("3122260005")
    expect(page.get_by_role("alert").filter(has_text="失信企业不允许操作")).to_be_visible()
    textbox(page, "预约通关时间").fill(f"{today() + timedelta(days=5)} 09:00")
    expect(page.get_by_role("alert").filter(has_text="工作时间")).to_be_visible()
    hours = page.get_by_role("group", name="可选起始时间")
    shut = hours.get_by_role("button", name="10:00", exact=True)
    expect(shut).to_have_attribute("aria-disabled", "true")
    shut.press("Enter")
    expect(hours.get_by_role("status")).to_contain_text("10:00")
    hours.get_by_role("button", name="20:00", exact=True).click()
    expect(textbox(page, "预约通关时间")).to_have_value(f"{today() + timedelta(days=5)} 20:00")


def test_the_application_has_no_barrier(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_text("最晚申报时间")).to_contain_text("还有")
    assert barriers(page) == []
    page.goto("/apply")
    textbox(page, "联系人手机").fill("12")
    press(page, "预约申报")
    expect(page.get_by_text("处需要更正")).to_be_visible()
    assert barriers(page) == []
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/apply/{number}")
    expect(textbox(page, "情况说明")).to_be_editable()
    assert barriers(page) == []
