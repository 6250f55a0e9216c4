"""今日事项, 进度 and 打印: what is open, how it came there, and the form on paper, read back from the PDF."""

import io
import unicodedata

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.worklist import rows


@pytest.fixture(scope="module")
def number(desk: Booking) -> str:
    """A draft of the general broker."""
    return desk.new()


def test_home_counts_down_to_the_latest_moment_to_submit(page: Page, stack: Up, number: str) -> None:
    enter(page, stack, "general", "/home")
    draft = rows(page, "待申报的暂存").filter(has_text=number)
    expect(draft).to_contain_text("还有")
    assert barriers(page) == []
    draft.get_by_role("link", name=number, exact=True).click()
    expect(page).to_have_url(f"{stack.ready['api']}/apply/{number}")


def test_progress_moves_while_one_looks(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new(hour=22)
    enter(page, stack, "general", f"/progress/{number}")
    expect(page.get_by_role("img", name="申请状态图，当前为暂存")).to_be_visible()
    body(desk.act(number, "submission"))
    expect(page.get_by_role("img", name="申请状态图，当前为预约成功")).to_be_visible(timeout=15_000)
    timeline = page.get_by_role("table", name="经过")
    expect(timeline).to_contain_text("企业 3122260002")
    expect(timeline).to_contain_text("已申报 → 海关已受理")
    expect(timeline).to_contain_text("申报截止时间 · 规则版本")
    expect(page.get_by_text("反馈报关单号期限")).to_be_visible()
    assert barriers(page) == []


def test_the_form_prints_on_a4_and_reads_back_in_chinese(page: Page, stack: Up, number: str) -> None:
    page.add_init_script("localStorage.setItem('yuyue.language', 'en')")
    enter(page, stack, "general", f"/print/{number}", out="Log out")
    expect(page.get_by_role("table", name="商品名称及HS编码")).to_contain_text("其他活鱼")
    assert barriers(page) == []
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = printed.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)
    # Chromium may write a character as its look-alike among the radicals.
    text = unicodedata.normalize("NFKC", "".join(each.extract_text() for each in printed.pages))
    names = ("2233 浦东机场海关", "5 航空运输", "鲜活易腐等不宜久存货物", "暂存")
    for wanted in (number, "海关预约通关申请单", "王小明", "13800138000", *names):
        assert wanted in text, wanted
    assert "Log out" not in text


def test_a_foreign_number_is_not_found(page: Page, stack: Up, number: str) -> None:
    enter(page, stack, "importer_advanced", f"/progress/{number}")
    expect(page.get_by_role("alert")).to_contain_text("没有该记录")


def test_a_calendar_address_is_told_once(page: Page, stack: Up) -> None:
    enter(page, stack, "importer", "/home")
    feed = page.get_by_role("region", name="日历订阅")
    feed.get_by_role("button", name="新建订阅地址").click()
    address = feed.get_by_role("textbox", name="订阅地址").input_value()
    assert page.request.get(address).text().startswith("BEGIN:VCALENDAR")
    page.reload()
    expect(feed).to_contain_text("订阅地址建立于")
    expect(feed.get_by_role("textbox")).to_have_count(0)
