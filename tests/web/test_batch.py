"""批量预约 in the browser: a file or a paste, all faults in their cells, one question, a result for each row."""

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, Route, expect

from api.appointments.importing.columns import NAMES
from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.batches import declare, numbers, reference, upload, values, workbook
from tests.web.bookings import Booking
from tests.web.colleagues import NEW, a_colleague, enter_as
from tests.web.entering import enter
from tests.web.queries import select

pytestmark = pytest.mark.e2e


def cell(page: Page, row: int, column: str) -> Locator:
    return page.get_by_role("textbox", name=f"第 {row} 行 {column}", exact=True)


def status(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def paste(page: Page, rows: list[list[str]]) -> None:
    """Pastes rows as a spreadsheet puts them on the clipboard, into the cell that has the cursor."""
    text = "\r\n".join("\t".join(row) for row in rows)
    page.evaluate(
        """text => {
            const data = new DataTransfer()
            data.setData('text/plain', text)
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        text,
    )


def test_a_file_is_checked_corrected_declared_and_its_result_saved(
    page: Page, stack: Up, desk: Booking, tmp_path: Path
) -> None:
    mark = reference()
    rows = [
        values(f"{mark}-1"),
        values(f"{mark}-2", contact_mobile="1380013", hs_code="301999390"),
        values(f"{mark}-3"),
    ]
    enter(page, stack, "general", "/home")
    page.get_by_role("navigation").get_by_role("link", name="批量预约", exact=True).click()
    upload(page, workbook(tmp_path, *rows))
    status(page, "共 3 份申请，2 处问题")
    expect(cell(page, 3, "联系人手机")).to_have_accessible_description(re.compile("应为11位手机号码"))
    expect(page.get_by_role("button", name="批量申报 (3)", exact=True)).to_be_disabled()
    page.get_by_role("button", name="补齐 1 个编码前面的 0").click()
    status(page, "共 3 份申请，1 处问题")
    expect(cell(page, 3, "商品HS编码")).to_have_value("0301999390")
    page.get_by_role("button", name="下一处问题").click()
    expect(cell(page, 3, "联系人手机")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("138 0013 8000")
    page.keyboard.press("Enter")
    expect(cell(page, 4, "联系人手机")).to_be_focused()
    status(page, "共 3 份申请，没有问题")
    declare(page, 3)
    expect(page.get_by_text("已申报 3 份")).to_be_visible()
    made = numbers(page)
    assert len(set(made)) == 3
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载结果 XLSX").click()
    sheet = load_workbook(io.BytesIO(saved.value.path().read_bytes())).active
    assert sheet is not None
    assert [line[len(NAMES) + 1].value for line in list(sheet.rows)[1:]] == made
    for number in made:
        desk.until_state(number, "succeeded")


def test_the_same_file_again_says_what_it_has_made_and_declares_nothing(
    page: Page, stack: Up, desk: Booking, tmp_path: Path
) -> None:
    path = workbook(tmp_path, values(reference()))
    enter(page, stack, "general", "/batch")
    upload(page, path)
    declare(page, 1)
    expect(page.get_by_text("已申报 1 份")).to_be_visible()
    [number] = numbers(page)
    upload(page, path)
    expect(page.get_by_text("这一行以前已提交")).to_be_visible()
    assert numbers(page) == [number]
    expect(page.get_by_role("button", name="批量申报", exact=True)).to_be_disabled()
    timeline = body(desk.http.get(f"/api/v1/appointments/{number}/timeline"))["items"]
    assert [event["action"] for event in timeline].count("submitted") == 1


def test_who_may_only_draft_saves_all_and_a_colleague_declares_them(
    page: Page, stack: Up, desk: Booking, tmp_path: Path
) -> None:
    mark = reference()
    username, password = a_colleague(stack, own_password=NEW, may_declare=False)
    enter_as(page, stack, username, password, "/batch")
    upload(page, workbook(tmp_path, *(values(f"{mark}-{n}") for n in range(2))))
    status(page, "共 2 份申请，没有问题")
    expect(page.get_by_role("button", name="批量申报")).to_have_count(0)
    page.keyboard.press("Alt+s")
    expect(page.get_by_text("已暂存 2 份")).to_be_visible()
    made = numbers(page)
    assert [desk.view(number)["state"] for number in made] == ["draft", "draft"]
    expect(page.get_by_role("button", name="暂存全部")).to_be_disabled()
    enter(page, stack, "general", "/query")
    select(page, *made)
    page.keyboard.press("Alt+d")
    expect(page.get_by_role("dialog", name="申报 2 条预约申请？")).to_be_visible()
    page.keyboard.press("Alt+y")
    for number in made:
        desk.until_state(number, "succeeded")


def test_a_block_is_pasted_and_rows_with_faults_are_left_out_by_choice(page: Page, stack: Up, desk: Booking) -> None:
    mark = reference()
    enter(page, stack, "general", "/batch")
    page.get_by_role("button", name="增加一行").click()
    cell(page, 1, "企业自编号").focus()
    more = [f"{mark}-2", *[""] * 10, "0302110000", "鲜鳟鱼"]
    paste(page, [values(f"{mark}-1", transport_mode="火箭"), values(f"{mark}-2"), more])
    status(page, "共 2 份申请，1 处问题")
    expect(cell(page, 1, "运输方式")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="取消选择有问题的 1 份").click()
    declare(page, 1)
    expect(page.get_by_text("已申报 1 份")).to_be_visible()
    [number] = numbers(page)
    assert [line["name"] for line in desk.view(number)["goods"]] == ["其他活鱼", "鲜鳟鱼"]


def test_a_block_with_its_headings_goes_by_them(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/batch")
    page.get_by_role("button", name="增加一行").click()
    cell(page, 1, "商品名称").focus()
    paste(page, [["联系人手机", "备注", "企业自编号"], ["138 0013 8000", "不用", "P-1"], ["", "", "P-2"]])
    expect(cell(page, 2, "企业自编号")).to_have_value("P-2")
    expect(cell(page, 1, "联系人手机")).to_have_value("138 0013 8000")
    expect(cell(page, 1, "商品名称")).to_have_value("")


def test_arrows_and_enter_move_in_a_column(page: Page, stack: Up) -> None:
    enter(page, stack, "general", "/batch")
    for _ in range(3):
        page.get_by_role("button", name="增加一行").click()
    cell(page, 1, "联系人").focus()
    for key, row in (("ArrowDown", 2), ("Enter", 3), ("Enter", 3), ("Shift+Enter", 2), ("ArrowUp", 1), ("ArrowUp", 1)):
        page.keyboard.press(key)
        expect(cell(page, row, "联系人")).to_be_focused()


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_declared_twice(
    page: Page, stack: Up, desk: Booking, tmp_path: Path
) -> None:
    mark = reference()
    enter(page, stack, "general", "/batch")
    upload(page, workbook(tmp_path, *(values(f"{mark}-{n}") for n in range(12))))
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.fulfill(status=502, body="")

    page.route("**/api/v1/appointments/batch", lose_the_first)
    declare(page, 12)
    expect(page.get_by_text("已申报 12 份")).to_be_visible()
    assert lost == [200]
    made = numbers(page)
    assert len(set(made)) == 12
    assert len(desk.received(made[0])) == 1


@pytest.mark.usefixtures("desk")
def test_leaving_with_rows_that_are_not_declared_asks(page: Page, stack: Up, tmp_path: Path) -> None:
    enter(page, stack, "general", "/batch")
    upload(page, workbook(tmp_path, values(reference())))
    status(page, "共 1 份申请，没有问题")
    page.get_by_role("navigation").get_by_role("link", name="预约通关查询", exact=True).click()
    expect(page.get_by_role("dialog", name="有内容尚未保存，仍要离开？")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/batch$"))
    expect(cell(page, 2, "联系人")).to_have_value("王小明")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04 nothing", "工作簿已损坏"), ("列一,列二\n1,2\n".encode(), "没有包含这些列名的表头")],
)
def test_a_file_that_cannot_be_read_says_why_and_leaves_the_grid(
    page: Page, stack: Up, tmp_path: Path, content: bytes, said: str
) -> None:
    enter(page, stack, "general", "/batch")
    page.get_by_role("button", name="增加一行").click()
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    upload(page, path)
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect(cell(page, 1, "企业自编号")).to_be_visible()


@pytest.mark.usefixtures("desk")
def test_the_template_is_saved_and_nobody_is_kept_out(page: Page, stack: Up, tmp_path: Path) -> None:
    enter(page, stack, "general", "/batch")
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载模板 XLSX").click()
    assert load_workbook(io.BytesIO(saved.value.path().read_bytes())).sheetnames[0] == "批量预约"
    upload(page, workbook(tmp_path, values("A-1"), values("A-2", name="", direction="左")))
    status(page, "共 2 份申请，2 处问题")
    assert barriers(page) == []
