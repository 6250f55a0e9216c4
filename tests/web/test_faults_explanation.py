"""A refused 情况说明 in the browser: its reason is shown beside it and in the timeline, and nobody else reads it."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import body
from tests.e2e.stack import Up, until
from tests.web.bookings import Booking
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

REASON = "说明不充分：请附船公司证明"


def refused(desk: Booking) -> str:
    """An approved appointment whose explanation customs did not accept."""
    number = desk.submitted()
    desk.decide(number, "APPROVED")
    desk.until_state(number, "succeeded")
    body(desk.act(number, "explanation", {"text": "船期延误"}))
    decision = {"pre_entry_no": number, "result": "EXPLANATION_REFUSED", "note": REASON}
    body(desk.office.post("/control/decide", json=decision))
    until(lambda: desk.view(number)["explanation"]["status"] == "refused", seconds=20, what="the refusal")
    return number


def test_the_reason_is_shown_at_the_explanation_and_in_the_timeline(page: Page, stack: Up, desk: Booking) -> None:
    number = refused(desk)
    enter(page, stack, "general", f"/apply/{number}")
    expect(page.get_by_text(f"海关不接受的原因： {REASON}")).to_be_visible()
    page.goto(f"/progress/{number}")
    row = page.get_by_role("row").filter(has_text="情况说明不接受")
    expect(row).to_contain_text(REASON)


def test_an_operator_does_not_read_it(stack: Up, desk: Booking) -> None:
    number = refused(desk)
    with stack.client("operator") as operator:
        view = body(operator.get(f"/ops/v1/appointments/{number}"))
    assert view["explanation"] == {**view["explanation"], "status": "refused", "text": None, "refusal_reason": None}
