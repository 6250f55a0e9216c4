"""News of a later check: a number that was taken while customs could not be reached."""

from typing import Any

import pytest

from cli.demo.story import declaration, declaration_number
from tests.e2e.client import Broker, body
from tests.e2e.stack import until

pytestmark = pytest.mark.e2e

NOTIFICATIONS = "/api/v1/notifications"


def mismatches(broker: Broker, number: str) -> list[dict[str, Any]]:
    items = body(broker.http.get(NOTIFICATIONS, params={"limit": 100}))["items"]
    return [each for each in items if (each["pre_entry_no"], each["code"]) == (number, "number_mismatched")]


def test_a_number_that_mismatches_after_it_was_taken_is_told_field_by_field(broker: Broker) -> None:
    number = broker.approved()
    # Known to customs, but of other parties: nobody could tell while the look-up was down.
    serial = declaration_number(int(number[-8:]) * 10 + 7)
    broker.scenario("outage")
    try:
        taken = body(broker.act(number, "feedback", {"declaration_numbers": [serial]}))
        assert [each["outcome"] for each in taken["appointment"]["declarations"]] == ["unverified"]
        foreign = declaration(serial) | {"applicant": broker.code, "consignee": "3122260004"}
        body(broker.office.post("/control/declarations", json=[foreign]))
    finally:
        broker.scenario("auto")
    until(lambda: mismatches(broker, number), seconds=90, what="told of the late mismatch")
    (told,) = mismatches(broker, number)
    assert serial in told["message"]
    assert told["facts"]["mismatches"] == [{"field": "consignee", "expected": "3122260003", "found": "3122260004"}]
    assert broker.view(number)["declarations"] == [], "it no longer counts as feedback"
