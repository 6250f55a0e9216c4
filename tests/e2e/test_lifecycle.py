"""The lines a user would type with curl, against the whole stack, over every channel to customs."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from customs.channels import ChannelName
from tests.e2e.client import APPOINTMENTS, SOON, Broker, body, codes
from tests.e2e.conftest import PORTS
from tests.e2e.stack import Up, until

pytestmark = pytest.mark.e2e


@pytest.fixture(params=PORTS)
def port(request: pytest.FixtureRequest) -> str:
    """The port of each channel in turn."""
    return PORTS[request.param]


def test_from_draft_to_completed(broker: Broker, stack: Up) -> None:
    number = broker.draft()
    assert broker.view(number)["application_no"] is None
    assert body(broker.act(number, "submission"))["state"] in {"submitted", "accepted", "succeeded"}
    approved = broker.until_state(number, "succeeded")
    assert len(approved["application_no"]) == 18

    good, bad = broker.declare(number), broker.declare(number, applicant="3122260001")
    answer = body(broker.act(number, "feedback", {"declaration_numbers": [good, bad]}))
    assert [row["number"] for row in answer["accepted"]] == [good]
    assert [row["number"] for row in answer["refused"]] == [bad]
    assert "declaration.mismatch" in str(answer["refused"])
    assert answer["appointment"]["state"] == "completed"
    until(
        lambda: "FEEDBACK_CONFIRMED" in str(broker.receipts(number)), seconds=15, what="customs confirms the feedback"
    )
    assert sent_as_files(stack, broker, number) == (0 if broker.port == PORTS[ChannelName.HTTP] else 2)


def test_cancelled_before_its_start_and_not_from_its_start_on(careless: Broker) -> None:
    in_time, too_late = careless.approved(), careless.approved(SOON)
    start = datetime.fromisoformat(careless.view(too_late)["deadlines"]["cancel_before"])
    assert body(careless.act(in_time, "cancellation"))["state"] == "cancelled"

    time.sleep(max((start - datetime.now(UTC)).total_seconds(), 0))
    refused = careless.act(too_late, "cancellation")
    assert codes(refused) == ["cancellation.closed"]
    answer = body(careless.act(too_late, "feedback", {"declaration_numbers": [careless.declare(too_late)]}))
    assert answer["appointment"]["state"] == "completed"


def test_overdue_by_its_own_timer_explained_once_and_released(
    broker: Broker, careless: Broker, stranger: Broker
) -> None:
    number = careless.approved(SOON)
    careless.scenario("manual", number)
    until(lambda: careless.listed(number)[0]["state_code"] == "I", seconds=40, what="the deadline sets state I")
    assert careless.view(number)["state_code"] == "I"

    assert_blocked_naming(number, careless)
    assert_blocked_naming(number, stranger)
    outsider = broker.http.post(APPOINTMENTS, json=broker.content() | {"consignee_code": careless.consignee})
    assert "eligibility.overdue" in codes(outsider)
    assert number not in outsider.text

    body(careless.act(number, "explanation", {"text": "船期延误"}))
    assert "explanation.already_sent" in codes(again := careless.act(number, "explanation", {"text": "船期延误"}))
    assert again.status_code == 409
    careless.decide(number, "EXPLANATION_ACCEPTED")
    careless.until_state(number, "released")
    body(careless.new_draft(), 201)


def sent_as_files(stack: Up, broker: Broker, number: str) -> int:
    """Returns the number of the appointment's messages that customs took out of OutBox."""
    sent = {path.stem for path in (Path(stack.ready["data_dir"]) / "customs" / "SentBox").glob("*.zip")}
    return len(sent & {row["message_id"] for row in broker.received(number)})


def assert_blocked_naming(number: str, party: Broker) -> None:
    refused = party.new_draft()
    assert refused.status_code == 422
    assert "eligibility.overdue" in codes(refused)
    assert number in refused.text
