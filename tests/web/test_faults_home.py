"""首页 in the browser: every draft is there, and every coming window, in every state of its application."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up
from tests.web.bookings import Booking
from tests.web.entering import enter
from tests.web.worklist import rows

pytestmark = pytest.mark.e2e


def test_a_draft_without_a_time_is_on_the_home_page(page: Page, stack: Up, desk: Booking) -> None:
    content = desk.content()
    del content["window_start"]
    number = body(desk.http.post("/api/v1/appointments", json=content), 201)["pre_entry_no"]
    enter(page, stack, "general", "/home")
    expect(rows(page, "待申报的暂存").get_by_role("link", name=number, exact=True)).to_be_visible()


def test_what_was_fed_back_before_its_window_begins_is_still_to_come(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.submitted()
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    taken = body(desk.act(number, "feedback", {"declaration_numbers": [desk.declare(number)]}))
    assert taken["appointment"]["state"] == "completed"
    enter(page, stack, "general", "/home")
    expect(rows(page, "即将到来的预约").get_by_role("link", name=number, exact=True)).to_be_visible()
