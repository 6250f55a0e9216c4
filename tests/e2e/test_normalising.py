"""What is typed with blanks, dots or full-width digits is read as it is meant, at every door of the API."""

from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.client import APPOINTMENTS, LATER, Broker, body

pytestmark = pytest.mark.e2e

TYPED = {
    "consignee_code": " ３１２２ 26000３\r\n",
    "contact_name": "　王小明\u200b",
    "contact_mobile": "+86 138-0013-8000",
    "declaration_port": "２２３３",
    "entry_exit_port": "22 33",
    "transport_mode": "５ ",
    "direction": "ｉ",
    "reason": "\ufeff鲜活货物\n夜间到港 ",
    "goods": [{"hs_code": "0301.9999-90", "name": " 其他 活鱼\t"}],
}
READ = {
    "consignee_code": "3122260003",
    "contact_name": "王小明",
    "contact_mobile": "13800138000",
    "declaration_port": "2233",
    "entry_exit_port": "2233",
    "transport_mode": "5",
    "direction": "I",
    "reason": "鲜活货物\n夜间到港",
    "goods": [{"hs_code": "0301999990", "name": "其他 活鱼"}],
}


def read(view: dict[str, Any]) -> dict[str, Any]:
    goods = [{"hs_code": each["hs_code"], "name": each["name"]} for each in view["content"]["goods"]]
    return {name: view["content"][name] for name in READ} | {"goods": goods}


def test_a_draft_and_its_change_are_normalised_and_repeat_the_same_answer(broker: Broker) -> None:
    typed, key = broker.content(LATER) | TYPED, {"Idempotency-Key": str(uuid4())}
    made = body(broker.http.post(APPOINTMENTS, json=typed, headers=key), 201)
    assert read(made) == READ
    # Both the same bytes and what they mean are the same request.
    for again in (typed, typed | READ):
        assert (
            body(broker.http.post(APPOINTMENTS, json=again, headers=key), 201)["pre_entry_no"] == made["pre_entry_no"]
        )
    number, version = made["pre_entry_no"], made["version"]
    change = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}
    changed = [
        body(broker.http.put(f"{APPOINTMENTS}/{number}", json=typed | {"goods": goods}, headers=change))["version"]
        for goods in ([{"hs_code": "０３０１ 9999"}], [{"hs_code": "03019999"}])
    ]
    assert changed == [version + 1] * 2
    assert [each["hs_code"] for each in broker.view(number)["content"]["goods"]] == ["03019999"]


def test_what_is_no_blank_around_a_text_is_refused_as_before(broker: Broker) -> None:
    answer = broker.http.post(APPOINTMENTS, json=broker.content() | {"reason": "a\x0b"})
    assert [each["field"] for each in answer.json()["errors"]] == ["reason"]


def test_declaration_numbers_are_judged_as_they_are_meant(broker: Broker) -> None:
    number = broker.approved()
    right = broker.declare(number)
    typed = f" {right[:4]} {right[4:8]}　{right[8:]}\t"
    answer = body(broker.act(number, "feedback", {"declaration_numbers": [typed, right]}))
    assert [each["number"] for each in answer["accepted"]] == [right]
    assert answer["refused"] == []


def test_what_is_asked_for_is_normalised(broker: Broker) -> None:
    number = broker.draft()
    shown = f"{number[:4]} {number[4:]}"
    listed = body(broker.http.get(APPOINTMENTS, params={"pre_entry_no": shown, "consignee": " ３122260003"}))
    assert [each["pre_entry_no"] for each in listed["items"]] == [number]
    assert body(broker.http.get("/api/v1/enterprises/３122 260003"))["code"] == "3122260003"
    ports = {"declaration_port": "２２３３", "entry_exit_port": " 2233 ", "consignee": "3122 260003"}
    asked = ports | {"window_start": broker.content()["window_start"]}
    assert body(broker.http.get("/api/v1/latest-submission", params=asked))["errors"] == []
