"""The same thing asked many times at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.e2e.client import APPOINTMENTS, Broker, body, codes
from tests.e2e.stack import until

pytestmark = pytest.mark.e2e


def at_once(times: int, ask: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """All answers of so many equal calls made together."""
    with ThreadPoolExecutor(times) as threads:
        return [future.result() for future in [threads.submit(ask) for _ in range(times)]]


def test_twenty_creates_with_one_key_make_one_draft(broker: Broker) -> None:
    headers, content = {"Idempotency-Key": str(uuid4())}, broker.content()
    answers = at_once(20, lambda: broker.http.post(APPOINTMENTS, json=content, headers=headers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["pre_entry_no"] for answer in answers}) == 1

    other = broker.http.post(APPOINTMENTS, json=content | {"reason": "其他"}, headers=headers)
    assert codes(other) == ["idempotency.conflict"]


def test_twenty_submissions_with_one_key_have_one_effect(broker: Broker) -> None:
    number, key = broker.draft(), str(uuid4())
    answers = at_once(20, lambda: broker.act(number, "submission", key=key))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    broker.until_state(number, "succeeded")
    assert [message["message_type"] for message in broker.received(number)] == ["APPOINTMENT_APPLY"]


def test_twenty_submissions_without_a_key_have_one_effect_and_clear_refusals(broker: Broker) -> None:
    number = broker.draft()
    answers = at_once(20, lambda: broker.act(number, "submission"))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    assert {refusal["code"] for refusal in refusals} == {"state.not_permitted"}
    assert [message["message_type"] for message in broker.received(number)] == ["APPOINTMENT_APPLY"]


def test_of_ten_explanations_at_once_exactly_one_goes_out(broker: Broker) -> None:
    number = broker.approved()
    broker.scenario("manual", number)
    answers = at_once(10, lambda: broker.act(number, "explanation", {"text": "船期延误"}))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert {code for answer in answers if answer.status_code == 409 for code in codes(answer)} == {
        "explanation.already_sent"
    }
    explanations = [row for row in broker.received(number) if row["message_type"] == "APPOINTMENT_EXPLANATION"]
    until(lambda: explanations or broker.received(number)[1:], seconds=10, what="the explanation arrives")
    assert len(broker.received(number)) == 2
    body(broker.act(number, "cancellation"))
