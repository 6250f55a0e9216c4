"""What is pasted from a spreadsheet becomes rows, and what cannot be taken stays to be put right."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import violations
from tests.web.bookings import Booking, today
from tests.web.entering import enter

pytestmark = pytest.mark.e2e


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def combobox(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def paste(page: Page, field: Locator, text: str) -> None:
    """Replaces the field by the clipboard's text, with the keyboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def report(page: Page) -> Locator:
    return page.get_by_role("region", name="粘贴结果")


def rows(page: Page, heading: str) -> Locator:
    """The rows of the table with this heading, without the headings themselves."""
    return page.get_by_role("table").filter(has_text=heading).locator("tbody tr")


def approved(desk: Booking) -> str:
    number = desk.new()
    body(desk.act(number, "submission"))
    desk.until_state(number, "succeeded")
    return number


def serial(number: int) -> str:
    return f"2233{today().year}1{number:09d}"


def test_fifty_declaration_numbers_become_fifty_rows(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{approved(desk)}")
    numbers = [serial(each) for each in range(52)]
    paste(page, textbox(page, "预约通关报关单号"), "报关单号\r\n" + "\r\n".join([*numbers, numbers[0]]) + "\r\n")
    expect(rows(page, "反馈情况")).to_have_count(50)
    expect(report(page).get_by_role("status")).to_have_text("已填入 50 项，重复 1 项，未填入 2 项。")
    expect(report(page)).to_contain_text("已略过： 报关单号")
    expect(report(page).get_by_role("listitem")).to_have_count(2)
    expect(report(page)).to_contain_text("报关单票数不得超过 50 票")
    expect(textbox(page, "未填入的第 1 项")).to_have_value(numbers[50])


def test_wrong_numbers_stay_with_their_reason_and_are_put_right(page: Page, stack: Up, desk: Booking) -> None:
    enter(page, stack, "general", f"/apply/{approved(desk)}")
    one, two, three = (serial(each) for each in (1, 2, 3))
    paste(page, textbox(page, "预约通关报关单号"), f"{one[:4]} {one[4:8]} {one[8:]}，{two[:-1]}\t2.23320261E+17\n{one}")
    expect(rows(page, "反馈情况")).to_have_count(1)
    wrong = report(page).get_by_role("listitem")
    expect(wrong.nth(0)).to_contain_text("请录入 18 位报关单号（现有 17 个字符）")
    expect(wrong.nth(1)).to_contain_text("科学计数")
    assert violations(page) == []
    # It is not lost by a reload, either.
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(wrong).to_have_count(2)
    textbox(page, "未填入的第 1 项").fill(two)
    expect(wrong.nth(0)).not_to_contain_text("请录入")
    page.keyboard.press("Enter")
    expect(wrong).to_have_count(1)
    expect(rows(page, "反馈情况")).to_have_count(2)
    page.get_by_role("button", name="移除全部未填入的 1 项").click()
    expect(report(page)).to_have_count(0)
    # Two that are typed into one line are two rows.
    textbox(page, "预约通关报关单号").click()
    page.keyboard.type(f"{three} {serial(4)}")
    page.keyboard.press("Enter")
    expect(rows(page, "反馈情况")).to_have_count(4)


def test_four_rows_of_goods_become_four_lines(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", f"/apply/{number}")
    text = (
        "商品编码\t商品名称\r\n0301.9210.00\t鳗鱼苗\r\n"
        '0301999990\t"其他活鱼\r\n（鲜）"\r\n0302110000\t鳟鱼\r\n0303110000\t红大麻哈鱼\r\n'
    )
    paste(page, combobox(page, "商品HS编码"), text)
    expect(rows(page, "商品HS编码")).to_have_count(5)
    expect(report(page).get_by_role("status")).to_have_text("已填入 4 项，重复 0 项，未填入 0 项。")
    page.get_by_role("button", name="知道了").click()
    expect(report(page)).to_have_count(0)
    page.keyboard.press("Alt+S")
    expect(page.get_by_text("已暂存")).to_be_visible()
    goods = [(each["hs_code"], each["name"]) for each in desk.view(number)["content"]["goods"]]
    assert goods[1:3] == [("0301921000", "鳗鱼苗"), ("0301999990", "其他活鱼 （鲜）")]
    assert goods[3:] == [("0302110000", "鳟鱼"), ("0303110000", "红大麻哈鱼")]


def test_goods_that_could_not_be_taken_stop_the_declaration_until_they_are_put_right(
    page: Page, stack: Up, desk: Booking
) -> None:
    enter(page, stack, "general", f"/apply/{desk.new()}")
    paste(page, textbox(page, "商品名称"), "鳗鱼苗\t0301921000\n活鱼\t301999990\n只有名称")
    expect(rows(page, "商品HS编码")).to_have_count(2)
    wrong = report(page).get_by_role("listitem")
    expect(wrong.nth(0)).to_contain_text("表格可能去掉了开头的 0")
    expect(wrong.nth(1)).to_contain_text("缺少商品HS编码")
    page.get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="粘贴的商品还有 2 项未填入")).not_to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    textbox(page, "未填入的第 1 项").fill("0301999990 活鱼")
    page.get_by_role("button", name="填入", exact=True).first.click()
    page.get_by_role("button", name="移除未填入的第 1 项").click()
    expect(rows(page, "商品HS编码")).to_have_count(3)
    page.get_by_role("button", name="预约申报", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_single_value_is_pasted_as_a_value(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/apply")
    paste(page, textbox(page, "收发货人"), " 3122260003\r\n")
    paste(page, combobox(page, "商品HS编码"), "0301.99.99.90\r\n")
    page.keyboard.press("Tab")
    expect(textbox(page, "商品名称")).to_have_value("其他活鱼")
    paste(page, textbox(page, "商品名称"), '"轴承\r\n6204123456"\r\n')
    expect(textbox(page, "商品名称")).to_have_value("轴承 6204123456")
    expect(report(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(rows(page, "商品HS编码")).to_have_count(1)
    expect(textbox(page, "收发货人")).to_have_value("3122260003")
