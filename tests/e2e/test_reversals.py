"""What customs takes back, against the whole stack: numbers that it refuses, and decisions that it changes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.client import APPOINTMENTS, SOON, Broker, body, codes
from tests.e2e.stack import Up, until

pytestmark = pytest.mark.e2e

PARKED = "/ops/v1/receipts/parked"
REASON = "已致电口岸海关核实"


@pytest.fixture
def operator(stack: Up) -> Iterator[httpx.Client]:
    with stack.client("operator") as operator:
        yield operator


def news(broker: Broker, number: str) -> list[dict[str, Any]]:
    """Notifications of the enterprise about the appointment, newest first."""
    items = body(broker.http.get("/api/v1/notifications", params={"limit": 100}))["items"]
    return [each for each in items if each["pre_entry_no"] == number]


def parked(operator: httpx.Client, number: str) -> dict[str, Any]:
    """The receipt of that appointment that waits for a person, once it does."""

    def waiting() -> list[dict[str, Any]]:
        rows = body(operator.get(PARKED, params={"limit": 500}))["items"]
        return [row for row in rows if row["pre_entry_no"] == number]

    until(lambda: waiting() != [], seconds=20, what="the receipt is parked")
    (row,) = waiting()
    return row


def record(operator: httpx.Client, row: dict[str, Any], **changes: Any) -> httpx.Response:
    return operator.post(f"{PARKED}/{row['id']}/record", json={"reason": REASON} | changes)


def timeline(broker: Broker, number: str) -> list[dict[str, Any]]:
    answer = body(broker.http.get(f"{APPOINTMENTS}/{number}/timeline"))
    return list(answer["items"] if isinstance(answer, dict) else answer)


def feed_back(broker: Broker, number: str, serial: str) -> dict[str, Any]:
    return body(broker.act(number, "feedback", {"declaration_numbers": [serial]}))


def test_a_number_that_customs_refuses_is_free_and_the_enterprise_is_told(broker: Broker) -> None:
    first, second = broker.approved(), broker.approved()
    serial = broker.declare(first)
    assert feed_back(broker, first, serial)["appointment"]["state"] == "completed"
    assert feed_back(broker, second, serial)["refused"][0]["errors"][0]["code"] == "declaration.used"
    until(lambda: "FEEDBACK_CONFIRMED" in str(broker.receipts(first)), seconds=20, what="customs confirms it")

    broker.decide(first, "FEEDBACK_REFUSED")
    refused = broker.until_state(first, "succeeded")
    assert (refused["declarations"], refused["attention"]) == ([], ["feedback_refused"])
    told = news(broker, first)[0]
    assert (told["code"], told["facts"]["number"]) == ("feedback_refused", [serial])
    assert serial in told["message"]
    assert [row["number"] for row in feed_back(broker, second, serial)["accepted"]] == [serial]
    assert broker.view(second)["state"] == "completed"


def test_a_receipt_that_names_numbers_takes_back_those_alone(broker: Broker) -> None:
    number = broker.approved()
    good, bad = broker.declare(number), broker.declare(number, declared_on="2099-01-01")
    body(broker.act(number, "feedback", {"declaration_numbers": [good, bad]}))
    said = {"pre_entry_no": number, "result": "FEEDBACK_REFUSED", "declaration_numbers": [bad]}
    body(broker.office.post("/control/decide", json=said))
    until(lambda: len(broker.view(number)["declarations"]) == 1, seconds=20, what="one number is left")
    seen = broker.view(number)
    assert (seen["declarations"][0]["number"], seen["state"]) == (good, "completed")


def test_refused_after_the_deadline_it_counts_as_never_fed_back(careless: Broker) -> None:
    number = careless.approved(SOON)
    feed_back(careless, number, careless.declare(number))
    closed = "feedback_closed"
    until(lambda: closed in str(timeline(careless, number)), seconds=60, what="the deadline passes")
    careless.decide(number, "FEEDBACK_REFUSED")
    careless.until_state(number, "completed_without_feedback")
    assert news(careless, number)[0]["code"] == "feedback_refused_late"
    body(careless.act(number, "explanation", {"text": "海关查无此单，已更正"}))
    careless.until_state(number, "released")


def test_an_approval_that_customs_withdraws_is_recorded_by_an_operator_and_told(
    broker: Broker, operator: httpx.Client
) -> None:
    number = broker.approved()
    broker.decide(number, "RETURNED")
    row = parked(operator, number)
    assert (row["result"], row["reason"]) == ("RETURNED", "contradiction")
    assert broker.view(number)["state"] == "succeeded", "nothing happens by itself"
    assert codes(record(operator, row, reason=" ")) == ["field.required"]
    assert codes(record(operator, row, declaration_numbers=["223320261000000001"])) == ["field.unknown"]

    assert body(record(operator, row))["state"] == "returned"
    seen = broker.view(number)
    assert (seen["state"], seen["attention"]) == ("returned", ["reversed"])
    assert seen["return_reason"] is not None
    told = news(broker, number)[0]
    assert (told["code"], REASON in told["message"]) == ("approval_withdrawn", True)
    last = max(timeline(broker, number), key=lambda event: event["version"])
    assert (last["action"], last["actor"]["kind"], last["reason"]) == ("reversed", "operator", REASON)
    assert [each["outcome"] for each in broker.receipts(number) if each["result"] == "RETURNED"] == ["applied"]
    assert codes(record(operator, row)) == ["state.not_permitted"]


def test_an_approval_of_what_was_returned_reopens_the_record_for_one_entry(
    broker: Broker, operator: httpx.Client
) -> None:
    number = broker.draft()
    broker.scenario("return", number)
    body(broker.act(number, "submission"))
    broker.until_state(number, "returned")
    until(lambda: _ended(operator, number), seconds=20, what="the process has ended")
    broker.decide(number, "APPROVED")
    row = parked(operator, number)
    key = {"Idempotency-Key": f"record-{row['id']}"}
    answers = [operator.post(f"{PARKED}/{row['id']}/record", json={"reason": REASON}, headers=key) for _ in range(2)]
    assert body(answers[0])["state"] == "returned"
    assert body(answers[1]) == body(answers[0]), "the same key gets the first answer"
    assert codes(record(operator, row)) == ["state.not_permitted"]
    assert broker.view(number)["attention"] == ["reversed"]
    told = news(broker, number)[0]
    assert (told["code"], told["facts"]["result"]) == ("customs_reversed", "APPROVED")
    actions = [event["action"] for event in sorted(timeline(broker, number), key=lambda event: event["version"])]
    assert actions == ["created", "submitted", "returned", "reversed"]
    assert body(broker.act(number, "copy"), 201)["copied_from"] == number


def _ended(operator: httpx.Client, number: str) -> bool:
    events = body(operator.get(f"/ops/v1/appointments/{number}/history"))["events"]
    return bool(events) and events[-1]["type"] == "workflow_execution_completed"


def test_a_receipt_that_contradicts_nothing_cannot_be_recorded(broker: Broker, operator: httpx.Client) -> None:
    number = broker.approved()
    broker.decide(number, "EXPLANATION_REFUSED")
    assert codes(record(operator, parked(operator, number))) == ["state.not_permitted"]
    assert broker.view(number)["state"] == "succeeded"
