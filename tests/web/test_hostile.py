"""Texts of others are texts: nothing in them runs, and nothing beside them is turned around."""

from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.client import APPOINTMENTS, body
from tests.e2e.stack import Up
from tests.pdfs.raw import one_page
from tests.web.bookings import Booking, booking
from tests.web.entering import enter
from tests.web.worklist import rows

pytestmark = pytest.mark.e2e

#: Markup, a mark that turns what follows around, a character of four bytes.
HOSTILE = "<img src=x onerror=alert(1)>\u202e𠮷"
CODE = "3122269998"
#: 商品名称: as many characters as all of them may have.
LONG = HOSTILE + "长" * (4000 - len(HOSTILE))


class Hostile(Booking):
    """Writes it wherever an applicant may write."""

    def content(self, *_: object) -> dict[str, Any]:
        texts = {"contact_name": HOSTILE, "reason": HOSTILE * 10}
        return super().content() | texts | {"goods": [{"hs_code": "0301999990", "name": LONG}]}

    def sent(self) -> str:
        """An appointment with a file of that name, received by customs."""
        number = self.new()
        self.scenario("manual", number)
        files = {"file": (f"{HOSTILE}.pdf", one_page(), "application/pdf")}
        path = f"{APPOINTMENTS}/{number}/attachments"
        body(self.http.post(path, files=files, data={"purpose": "application"}), 201)
        body(self.act(number, "submission"))
        return number


@pytest.fixture
def number(stack: Up) -> str:
    """An approved and explained appointment with such texts from applicant, register and customs."""
    with stack.client("operator") as operator:
        entry = {"name": HOSTILE * 4, "qualification": "registered", "grade": "常规"}
        body(operator.put(f"/ops/v1/enterprises/{CODE}", json=entry))
    with booking(stack) as desk, Hostile(stack, "general", desk.code, CODE) as hostile:
        number = hostile.sent()
        for result in ("ACCEPTED", "APPROVED"):
            said = {"pre_entry_no": number, "result": result, "note": HOSTILE}
            body(hostile.office.post("/control/decide", json=said))
        hostile.until_state(number, "succeeded")
        body(hostile.act(number, "explanation", {"text": HOSTILE * 10}))
    return number


def test_hostile_texts_are_shown_as_texts(page: Page, stack: Up, number: str) -> None:
    """The page's own watch also fails the test when the page's policy is broken."""
    opened: list[str] = []

    def refuse(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    main = page.get_by_role("main")
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_role("textbox", name="联系人", exact=True)).to_have_value(HOSTILE)
    expect(page.get_by_role("textbox", name="预约通关事由", exact=True)).to_have_value(HOSTILE * 10)
    expect(page.get_by_role("textbox", name="情况说明", exact=True)).to_have_value(HOSTILE * 10)
    expect(page.get_by_role("cell", name=LONG, exact=True)).to_be_visible()
    expect(main.get_by_text(HOSTILE * 4, exact=True)).to_be_visible()
    expect(main.get_by_role("listitem").filter(has_text="1 页")).to_contain_text("<img src=x")
    for path, times in {
        f"/query?party=A&pre_entry_no={number}&receipts={number}": 3,
        f"/progress/{number}": 1,
        f"/print/{number}": 3,
        "/home": 1,
    }.items():
        page.goto(path)
        if path == "/home":
            rows(page, "即将到来的预约")
        texts = main.get_by_text(HOSTILE)
        expect(texts.nth(times - 1)).to_be_visible()
        expect(main.locator("img")).to_have_count(0)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert (path, width) == (path, 1366)
    assert opened == []
