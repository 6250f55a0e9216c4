"""Customs away, a worker killed: nothing is lost, nothing happens twice."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from uuid import uuid4

import httpx
import pytest

from tests.e2e.client import Broker, body
from tests.e2e.stack import Up, until

pytestmark = pytest.mark.e2e


@contextmanager
def customs_away(broker: Broker) -> Iterator[None]:
    broker.scenario("outage")
    try:
        yield
    finally:
        broker.scenario("auto")


def test_while_customs_is_away_commands_answer_and_later_arrive_in_order(broker: Broker) -> None:
    number = broker.approved()
    first, second = broker.declare(number), broker.declare(number, declaration_port="2233", direction="I")
    with customs_away(broker):
        for each in (first, second):  # a command that waited for customs would not be answered
            body(broker.act(number, "feedback", {"declaration_numbers": [each]}))
    until(lambda: len(broker.received(number)) == 3, seconds=40, what="both messages arrive")
    feedback = [message["body_xml"] for message in broker.received(number)[1:]]
    assert [first in feedback[0], second in feedback[1]] == [True, True]
    broker.until_state(number, "completed", seconds=40)


def test_submissions_survive_a_worker_killed_at_work(stack: Up, broker: Broker) -> None:
    keys = {broker.draft(): str(uuid4()) for _ in range(10)}
    with ThreadPoolExecutor(10) as threads:
        answers = [threads.submit(insist, broker, number, key) for number, key in keys.items()]
        os.kill(stack.ready["pids"]["worker"], signal.SIGKILL)
        assert {answer.result().status_code for answer in answers} == {200}
    for number in keys:
        broker.until_state(number, "succeeded", seconds=40)
        assert [message["message_type"] for message in broker.received(number)] == ["APPOINTMENT_APPLY"]


def insist(broker: Broker, number: str, key: str) -> httpx.Response:
    """Asks again with the same key as long as the outcome is unknown."""
    give_up = monotonic() + 60
    while (answer := broker.act(number, "submission", key=key)).status_code == 503 and monotonic() < give_up:
        assert answer.json()["code"] in {"outcome.unknown", "temporarily.unavailable"}
    return answer
