"""Our own print page as an attachment: Chromium's PDF of it is taken, and where it cannot be, the remedy fits."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body, codes
from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

LIMIT = 200 * 1024
#: Each of them one of the first characters of GB 2312, so that no two glyphs are the same.
DISTINCT = "".join(bytes((0xB0 + row, 0xA1 + cell)).decode("gb2312") for row in range(5) for cell in range(94))


def printed(page: Page, number: str) -> bytes:
    page.goto(f"/print/{number}")
    expect(page.get_by_role("table", name="商品名称及HS编码")).to_be_visible()
    return page.pdf(prefer_css_page_size=True)


def attach(desk: Booking, number: str, file: bytes) -> httpx.Response:
    return desk.http.post(
        f"/api/v1/appointments/{number}/attachments",
        files={"file": ("申请单.pdf", file, "application/pdf")},
        data={"purpose": "application"},
    )


def test_the_printed_form_is_taken_as_an_attachment(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    enter(page, stack, "general", "/home")
    taken = body(attach(desk, number, printed(page, number)), 201)
    assert taken["pages"] == 1
    assert taken["size"] < LIMIT * 0.85, "with room for a longer reason"


def test_a_page_of_many_glyphs_is_refused_for_its_fonts(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    content = desk.content() | {"reason": DISTINCT}
    view = desk.http.get(f"/api/v1/appointments/{number}")
    body(desk.http.put(f"/api/v1/appointments/{number}", json=content, headers={"If-Match": view.headers["etag"]}))
    enter(page, stack, "general", "/home")
    answer = attach(desk, number, printed(page, number))
    assert codes(answer) == ["document.page_too_large"]
    (fault,) = answer.json()["errors"]
    facts = fault["facts"]
    assert (facts["page"], facts["limit"], facts["images"], facts["advice"]) == (1, LIMIT, 0, "page_of_fonts")
    assert facts["fonts"] > facts["size"] / 2
    assert "图像的分辨率" not in fault["remedy"]
    assert "TrueType" in fault["remedy"]
    assert "200 KB" in fault["message"]
