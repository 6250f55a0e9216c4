"""Many acts in one request: each is answered for itself, and a request that is repeated has one effect per item."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.appointments import assessing, creation
from api.commands import Commands
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused, saturday
from tests.integration.api.drafts import draft, listed
from tests.integration.api.receipts import approval

BATCH = f"{APPOINTMENTS}/batch"


async def batch(client: httpx.AsyncClient, *items: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    headers = {"Idempotency-Key": key or str(uuid4())}
    answer = body(await client.post(BATCH, json={"items": list(items)}, headers=headers))
    assert isinstance(answer, dict)
    assert [item["index"] for item in answer["items"]] == list(range(len(items)))
    return answer


def created(**changes: Any) -> dict[str, Any]:
    return {"action": "create", "content": content(**changes)}


def declared(**changes: Any) -> dict[str, Any]:
    return created(**changes) | {"declare": True}


def states(answer: dict[str, Any]) -> list[tuple[int, str | None, str | None]]:
    return [
        (item["status"], item["code"], item["appointment"] and item["appointment"]["state"]) for item in answer["items"]
    ]


async def approved(stack: ApiStack, client: httpx.AsyncClient, **changes: Any) -> str:
    number = str((await draft(client, **changes))["pre_entry_no"])
    body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
    async with stack.client("customs") as customs:
        body(await customs.post("/customs/v1/receipts", content=approval(number)), 202)
    return number


async def test_each_item_is_done_or_refused_for_itself(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("advanced") as alien:
        foreign = (await draft(alien, consignee_code=CODES["importer_advanced"]))["pre_entry_no"]
        own, open_ = (await draft(client))["pre_entry_no"], await approved(stack, client)
        answer = await batch(
            client,
            created(),
            declared(),
            declared(contact_mobile="1", declaration_port="9999"),
            {"action": "submit", "pre_entry_no": own},
            {"action": "submit", "pre_entry_no": foreign},
            {"action": "cancel", "pre_entry_no": open_, "reason": "船期延误"},
            {"action": "cancel", "pre_entry_no": own},
            {"action": "feedback", "pre_entry_no": own, "declaration_numbers": ["1"]},
        )
    assert states(answer) == [
        (201, None, "draft"),
        (201, None, "submitted"),
        (422, "validation.failed", None),
        (200, None, "submitted"),
        (404, "not_found", None),
        (200, None, "cancelled"),
        (409, "state.not_permitted", None),
        (409, "state.not_permitted", None),
    ]
    assert (answer["done"], answer["failed"]) == (4, 4)
    faults = {(error["code"], error["field"]) for error in answer["items"][2]["errors"]}
    assert {("field.invalid", "contact_mobile"), ("field.invalid", "declaration_port")} <= faults
    assert all(error["message"] and error["remedy"] for item in answer["items"] for error in item["errors"])


async def test_what_may_not_be_declared_is_not_saved_either(stack: ApiStack) -> None:
    mark = str(uuid4())
    async with stack.client("general") as client:
        answer = await batch(client, declared(reason=mark, goods=[]), declared(reason=mark, transport_mode=None))
        assert [item["pre_entry_no"] for item in answer["items"]] == [None, None]
        assert await listed(client, mark) == []


async def test_a_batch_whose_answer_was_lost_is_asked_again_and_has_one_effect(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, key = str(uuid4()), str(uuid4())
    async with stack.client("general") as client:
        open_, own = await approved(stack, client), (await draft(client))["pre_entry_no"]
        items = [
            *(declared(reason=mark) for _ in range(3)),
            {"action": "cancel", "pre_entry_no": open_},
            {"action": "submit", "pre_entry_no": own},
        ]
        with monkeypatch.context() as lost:  # as if the process had died with half of the items done
            lost.setattr(Commands, "start", losing_every_other_answer(Commands.start))
            first = await batch(client, *items, key=key)
        assert {item["code"] for item in first["items"]} == {"internal.error", None}
        second = await batch(client, *items, key=key)
        third = await batch(client, *items, key=key)
        assert second == third
        assert [status for status, _, _ in states(second)] == [201, 201, 201, 200, 200]
        assert Counter(row["state"] for row in await listed(client, mark)) == {"submitted": 3}
        timeline = body(await client.get(f"{APPOINTMENTS}/{own}/timeline"))["items"]
        assert [event["action"] for event in timeline] == ["created", "submitted"]


def losing_every_other_answer(real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    times = count()

    async def start(*given: Any) -> Any:
        answer = await real(*given)
        if next(times) % 2:
            raise RuntimeError("broken down")
        return answer

    return start


async def test_of_two_bodies_under_one_key_at_once_one_is_declared(stack: ApiStack) -> None:
    mark = str(uuid4())
    async with stack.client("general") as client:
        items = [declared(reason=mark, contact_name=name) | {"client_key": mark} for name in ("王小明", "李小红") * 3]
        answers = await asyncio.gather(*(batch(client, item) for item in items))
        found = Counter(tuple(states(answer)) for answer in answers)
        assert found == {((201, None, "submitted"),): 3, ((422, "idempotency.conflict", None),): 3}
        assert len(await listed(client, mark)) == 1


async def test_a_draft_whose_submit_the_workflow_refuses_is_kept_and_said(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assessing.as_both
    monkeypatch.setattr(creation, "as_both", lambda *given: (real(*given)[0],) * 2)  # as if the rules changed meanwhile
    async with stack.client("general") as client:
        answer = await batch(client, declared(goods=[]))
        [item] = answer["items"]
        assert states(answer) == [(422, "validation.failed", "draft")]
        assert [error["code"] for error in item["errors"]] == ["goods.required"]
        assert body(await client.get(f"{APPOINTMENTS}/{item['pre_entry_no']}"))["state"] == "draft"


async def test_the_same_batch_many_times_at_once_has_one_effect(stack: ApiStack) -> None:
    mark, key = str(uuid4()), str(uuid4())
    async with stack.client("general") as client:
        answers = await asyncio.gather(*(batch(client, *[declared(reason=mark)] * 2, key=key) for _ in range(4)))
        assert len({tuple(item["pre_entry_no"] for item in answer["items"]) for answer in answers}) == 1
        assert Counter(row["state"] for row in await listed(client, mark)) == {"submitted": 2}


@pytest.mark.parametrize("other", [["改"], ["同", "同"], []])
async def test_another_body_under_the_same_key_does_nothing(stack: ApiStack, other: list[str]) -> None:
    mark, key = str(uuid4()), {"Idempotency-Key": str(uuid4())}
    async with stack.client("general") as client, stack.client("general", **{"accept-language": "en"}) as english:
        first = {"items": [created(reason=f"{mark}同")]}
        body(await client.post(BATCH, json=first, headers=key))
        changed = {"items": [created(reason=mark + each) for each in other] or [{"action": "create"}]}
        answer = await client.post(BATCH, json=changed, headers=key)
        assert refused(answer, 422) == ["idempotency.conflict"]
        assert answer.json()["code"] == "idempotency.conflict"
        assert body(await english.post(BATCH, json=first, headers=key))["done"] == 1
        assert len(await listed(client, f"{mark}同")) == 1
        assert await listed(client, f"{mark}改") == []


async def test_an_item_with_a_key_of_its_own_has_one_effect_in_any_batch(stack: ApiStack) -> None:
    mark = str(uuid4())
    async with stack.client("general") as client:
        own = {"client_key": mark}
        first = await batch(client, created(reason="先"), declared(reason=mark) | own)
        second = await batch(client, declared(reason=mark) | own)
        assert first["items"][1]["pre_entry_no"] == second["items"][0]["pre_entry_no"]
        assert second["items"][0]["client_key"] == mark
        other = await batch(client, declared(reason="另") | own)
        assert states(other) == [(422, "idempotency.conflict", None)]
        assert len(await listed(client, mark)) == 1


async def test_acts_on_one_appointment_are_done_in_their_order(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        numbers = [(await draft(client))["pre_entry_no"] for _ in range(3)]
        order = [{"action": act, "pre_entry_no": each} for act in ("submit", "cancel") for each in numbers]
        answer = await batch(client, *order)
    assert [status for status, _, _ in states(answer)] == [200] * 3 + [409] * 3
    assert all(item["errors"][0]["facts"]["state"] == "submitted" for item in answer["items"][3:])


async def test_numbers_of_a_feedback_are_judged_one_by_one(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        number = await approved(stack, client)
        item = {"action": "feedback", "pre_entry_no": number, "declaration_numbers": ["123", "999920991000000001"]}
        [fed] = (await batch(client, item))["items"]
        single = body(await client.post(f"{APPOINTMENTS}/{number}/feedback", json={"declaration_numbers": ["123"]}))
    assert (fed["status"], fed["code"], fed["accepted"]) == (200, None, [])
    assert [each["number"] for each in fed["refused"]] == ["123", "999920991000000001"]
    assert fed["refused"][0] == single["refused"][0]


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ([], ["items"]),
        ([{"action": "create"}] * 201, ["items"]),
        ([{"action": "explode"}], ["items[0].action"]),
        (
            [created(direction="X", colour="red"), {"action": "submit", "pre_entry_no": "1"}],
            ["items[0].content.direction", "items[0].content.colour", "items[1].pre_entry_no"],
        ),
    ],
)
async def test_a_batch_that_cannot_be_read_is_refused_as_a_whole(
    stack: ApiStack, items: list[Any], fields: list[str]
) -> None:
    async with stack.client("general") as client:
        answer = await client.post(BATCH, json={"items": items})
    assert len(refused(answer, 422)) == len(fields)
    assert [error["field"] for error in answer.json()["errors"]] == fields


async def test_numbers_are_matched_to_open_appointments_of_ones_own(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("advanced") as alien:
        number = await approved(stack, client, direction="E", declaration_port="0101")
        year = saturday().year
        asked = [f"0101{year}0{n:09}" for n in (1, 2)] + ["12", f"9999{year}0000000001"]
        items = {"items": [{"declaration_number": each} for each in asked]}
        own = body(await client.post(f"{APPOINTMENTS}/match-declarations", json=items))["items"]
        swapped = {"items": [{"declaration_number": number, "belongs_to": asked[0]}]}
        turned = body(await client.post(f"{APPOINTMENTS}/match-declarations", json=swapped))["items"]
        foreign = body(await alien.post(f"{APPOINTMENTS}/match-declarations", json=items))["items"]
    assert [[each["pre_entry_no"] for each in item["candidates"]] for item in own] == [[number], [number], [], []]
    assert [item["verified"] for item in own] == [False] * 4, "customs is away, and the numbers speak for themselves"
    assert [[error["code"] for error in item["errors"]] for item in own[2:]] == [
        ["declaration.invalid"],
        ["declaration.unmatched"],
    ]
    assert turned == own[:1], "the list may have its two columns in either order"
    assert all(item["candidates"] == [] for item in foreign)


async def test_an_item_meets_only_the_version_it_names(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        number = (await draft(client))["pre_entry_no"]
        stale = await batch(client, {"action": "submit", "pre_entry_no": number, "version": 7})
        taken = await batch(client, {"action": "submit", "pre_entry_no": number, "version": 1})
    assert states(stale) == [(412, "version.stale", None)]
    assert states(taken) == [(200, None, "submitted")]
