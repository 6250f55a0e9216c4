"""Receipts as customs may send them: twice, out of order, for nobody, for something deleted, or broken."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.client import APPOINTMENTS, Broker, body
from tests.e2e.receipts import receipt
from tests.e2e.stack import Up, until

pytestmark = pytest.mark.e2e


@pytest.fixture
def customs(stack: Up) -> Iterator[httpx.Client]:
    with stack.client("customs") as client:
        yield client


def sent(customs: httpx.Client, raw: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/xml"}
    return body(customs.post("/customs/v1/receipts", content=raw, headers=headers), 202)


def test_every_receipt_twice_is_applied_once(broker: Broker) -> None:
    number = broker.draft()
    broker.scenario("duplicate", number)
    body(broker.act(number, "submission"))
    broker.until_state(number, "succeeded")
    results = [row["result"] for row in broker.receipts(number)]
    assert sorted(results) == ["ACCEPTED", "APPROVED"]


def test_receipts_in_the_wrong_order_lose_nothing(broker: Broker) -> None:
    number = broker.draft()
    broker.scenario("reorder", number)
    body(broker.act(number, "submission"))
    broker.until_state(number, "succeeded")
    until(lambda: len(broker.receipts(number)) == 2, seconds=10, what="the late receipt is kept")
    assert broker.view(number)["state"] == "succeeded"


def test_a_receipt_sent_again_gets_the_same_answer(broker: Broker, customs: httpx.Client) -> None:
    number = broker.draft()
    broker.scenario("silent", number)
    body(broker.act(number, "submission"))
    raw = receipt(number)
    first = sent(customs, raw)
    assert first["outcome"] == "applied"
    assert sent(customs, raw) == first
    assert broker.until_state(number, "succeeded")["version"] == broker.view(number)["version"]


def test_unknown_and_broken_receipts_are_parked_for_an_operator(stack: Up, customs: httpx.Client) -> None:
    nobody, broken = sent(customs, receipt("202699999999999998")), sent(customs, b"<message>")
    assert (nobody["outcome"], broken["outcome"]) == ("parked", "parked")
    with stack.client("operator") as operator:
        parked = operator.get("/ops/v1/receipts/parked").text
    assert nobody["receipt_id"] in parked
    assert sent(customs, b"<message>")["outcome"] == "parked"


def test_a_receipt_for_a_deleted_draft_changes_nothing(broker: Broker, customs: httpx.Client) -> None:
    number = broker.draft()
    assert broker.http.delete(f"{APPOINTMENTS}/{number}").is_success
    assert sent(customs, receipt(number))["outcome"] in {"ignored", "parked"}
    assert broker.http.get(f"{APPOINTMENTS}/{number}").status_code == 404
