"""An enterprise sees its own appointments and nothing of anybody else's."""

import pytest

from tests.e2e.client import APPOINTMENTS, Broker
from tests.e2e.stack import Up

pytestmark = pytest.mark.e2e

ACTIONS = {
    "submission": {},
    "cancellation": {},
    "feedback": {"declaration_numbers": ["223320261000000001"]},
    "explanation": {"text": "船期延误"},
    "copy": {},
    "assessment": {},
}


def test_another_enterprises_appointment_is_not_found_by_any_route(broker: Broker, stranger: Broker) -> None:
    number = broker.draft()
    for path in ("", "/receipts", "/timeline"):
        answer = stranger.http.get(f"{APPOINTMENTS}/{number}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    for action, json in ACTIONS.items():
        answer = stranger.act(number, action, json)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), action
    assert stranger.listed(number) == []
    assert broker.view(number)["version"] == 1


def test_an_appointment_that_does_not_exist_answers_alike(broker: Broker, stranger: Broker) -> None:
    number = broker.draft()
    foreign = stranger.http.get(f"{APPOINTMENTS}/{number}").json()
    missing = stranger.http.get(f"{APPOINTMENTS}/202699999999999999").json()
    assert foreign.keys() == missing.keys()
    assert str(foreign).replace(number, "N") == str(missing).replace("202699999999999999", "N")


def test_the_consignee_sees_the_appointment_and_nobody_sees_it_without_a_key(stack: Up, broker: Broker) -> None:
    number = broker.draft()
    with stack.client("importer") as consignee:
        assert consignee.get(f"{APPOINTMENTS}/{number}").status_code == 200
    with stack.client() as nobody:
        answer = nobody.get(f"{APPOINTMENTS}/{number}")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")
