"""Acts on many items: each is done once, by itself, for a reason that stays on record."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from db import audit
from db.engine import reading
from db.tables import OperatorActRow
from runtime.dispatch.system_counts import count_missing_workflows
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content
from tests.integration.api.receipts import receipt
from tests.waiting import until_told
from workflows.contracts import workflow_id

pytestmark = pytest.mark.slow

NOBODYS = "203000000000000000"


async def act(stack: ApiStack, kind: str, name: str, items: list[str], *, key: str = "", reason: str = "核实") -> Any:
    """The whole answer."""
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    sent = {"act": name, "items": items, "reason": reason}
    async with stack.client("operator") as operator:
        return body(await operator.post(f"/ops/v1/worklists/{kind}/acts", json=sent, headers=headers))


def outcomes(answer: Any) -> list[tuple[str, str | None]]:
    """Outcome and state, or the code of the refusal, of each item."""
    return [(each["outcome"], each["code"] or each["state"]) for each in answer["items"]]


async def draft(stack: ApiStack, *, submit: bool = False) -> str:
    async with stack.client("general") as client:
        number = str(body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"])
        if submit:
            body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
    return number


async def parked(stack: ApiStack, raw: bytes) -> str:
    """The key of a receipt that nobody could handle."""
    async with stack.client("customs") as customs, stack.client("operator") as operator:
        assert body(await customs.post("/customs/v1/receipts", content=raw), 202)["outcome"] == "parked"
        items = body(await operator.get("/ops/v1/worklists/receipts?sort=-since"))["items"]
    return str(items[0]["key"])


async def told(stack: ApiStack, number: str) -> list[str]:
    async with stack.client("general") as client:
        return [each["action"] for each in body(await client.get(f"{APPOINTMENTS}/{number}/timeline"))["items"]]


async def test_lost_workflows_are_listed_and_revived_once(stack: ApiStack) -> None:
    lost, running = [await draft(stack) for _ in range(2)], await draft(stack)
    for number in lost:
        await stack.context.client.get_workflow_handle(workflow_id(number)).terminate()

    async def listed() -> set[str]:
        async with stack.client("operator") as operator:
            found = body(await operator.get("/ops/v1/worklists/missing", params={"limit": 100}))
        return {each["pre_entry_no"] for each in found["items"]}

    async def are_found() -> bool:
        await count_missing_workflows(stack.context.dispatcher)
        return set(lost) <= await listed()

    await until_told(are_found)
    key, items = str(uuid.uuid4()), [*lost, running, NOBODYS, lost[0]]
    first = await act(stack, "missing", "revive", items, key=key)
    assert outcomes(first) == [
        ("done", "revived"),
        ("done", "revived"),
        ("unchanged", "running"),
        ("refused", "not_found"),
    ]
    assert (first["done"], first["unchanged"], first["refused"]) == (2, 1, 1)
    assert await listed() & set(lost) == set(), "what was revived is not listed until the next count"
    assert await act(stack, "missing", "revive", items, key=key) == first, "the same key, the same answer"

    async def are_recorded() -> bool:
        return all([await told(stack, number) == ["created", "revived"] for number in lost])

    await until_told(are_recorded)


async def test_receipts_are_retried_dismissed_and_recorded(stack: ApiStack) -> None:
    number = await draft(stack, submit=True)
    contradiction = await parked(stack, receipt(number, "CANCEL_CONFIRMED"))
    nobodys = await parked(stack, receipt(NOBODYS, "ACCEPTED"))
    assert outcomes(await act(stack, "receipts", "retry", [nobodys, "x", "987654321"])) == [
        ("unchanged", "parked"),
        ("refused", "not_found"),
        ("refused", "not_found"),
    ]
    recorded = await act(stack, "receipts", "record", [contradiction])
    assert outcomes(recorded) == [("done", "submitted")]
    assert recorded["items"][0]["pre_entry_no"] == number
    assert (await told(stack, number))[-1] == "reversed"
    key = str(uuid.uuid4())
    dismissed = await act(stack, "receipts", "dismiss", [nobodys], key=key)
    assert outcomes(dismissed) == [("done", "dismissed")]
    assert await act(stack, "receipts", "dismiss", [nobodys], key=key) == dismissed
    assert outcomes(await act(stack, "receipts", "dismiss", [nobodys])) == [("refused", "state.not_permitted")]


async def test_an_act_that_the_state_forbids_is_refused_for_its_item_alone(stack: ApiStack) -> None:
    number = await draft(stack, submit=True)
    answer = await act(stack, "overdue", "release", [number, NOBODYS])
    assert outcomes(answer) == [("refused", "state.not_permitted"), ("refused", "not_found")]
    assert answer["items"][0]["errors"][0]["remedy"]


async def test_a_key_belongs_to_one_reason(stack: ApiStack) -> None:
    nobodys, key = await parked(stack, receipt(NOBODYS, "RETURNED")), str(uuid.uuid4())
    assert outcomes(await act(stack, "receipts", "dismiss", [nobodys], key=key)) == [("done", "dismissed")]
    again = await act(stack, "receipts", "dismiss", [nobodys], key=key, reason="另一个原因")
    assert outcomes(again) == [("refused", "idempotency.conflict")]


async def test_who_did_it_and_why_stays_on_record_sealed(stack: ApiStack) -> None:
    number = await draft(stack, submit=True)
    await act(stack, "overdue", "release", [number], reason="电话核实无误")
    acts = OperatorActRow.table()
    with reading(stack.engine) as session:
        (row,) = session.execute(sa.select(acts).where(acts.c.pre_entry_no == number)).mappings()
    assert (row["act"], row["operator"], row["outcome"]) == ("overdue.release", "operator", "refused")
    assert row["detail"] == "state.not_permitted"
    assert "核实" not in row["reason"]
    assert stack.context.sealer.open(row["reason"], context=f"operator_acts/{row['key']}") == "电话核实无误"
    async with stack.client("operator") as operator:
        found = body(await operator.get("/ops/v1/access/acts", params={"pre_entry_no": number}))
        (told,) = found["items"]
        assert (told["key"], told["operator"], told["reason"]) == (row["key"], "operator", "电话核实无误")
        assert (told["outcome"], told["detail"], found["next_cursor"]) == ("refused", "state.not_permitted", None)
        assert told in body(await operator.get("/ops/v1/access/acts", params={"operator": "operator"}))["items"]
        assert body(await operator.get("/ops/v1/access/acts", params={"to": "2026-01-01"}))["items"] == []
        (shown,) = body(await operator.get(f"/ops/v1/appointments/{number}/story"))["lanes"]["acts"]
    assert (shown["act"], shown["item"], shown["outcome"]) == ("overdue.release", number, "refused")
    assert list(audit.faults(stack.engine)) == []
