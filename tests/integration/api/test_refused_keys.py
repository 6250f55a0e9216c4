"""The Idempotency-Key of a command that was refused: it did nothing, so its key is free."""

import asyncio
from uuid import uuid4

from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused
from tests.integration.api.drafts import draft
from tests.integration.api.receipts import receipt


async def test_a_refused_command_is_judged_again_under_its_key(stack: ApiStack) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    async with stack.client("general") as client:
        path = f"{APPOINTMENTS}/{(await draft(client, reason=None))['pre_entry_no']}"
        for _ in range(2):
            assert refused(await client.post(f"{path}/submission", headers=key), 422) == ["field.required"]
        body(await client.put(path, json=content(), headers={"If-Match": '"1"'}))
        first = body(await client.post(f"{path}/submission", headers=key))
        assert first["state"] == "submitted"
        assert body(await client.post(f"{path}/submission", headers=key)) == first


async def test_of_many_at_once_under_a_key_that_was_refused_one_takes_effect(stack: ApiStack) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    async with stack.client("general") as client:
        path = f"{APPOINTMENTS}/{(await draft(client, reason=None))['pre_entry_no']}"
        refused(await client.post(f"{path}/submission", headers=key), 422)
        body(await client.put(path, json=content(), headers={"If-Match": '"1"'}))
        answers = await asyncio.gather(*(client.post(f"{path}/submission", headers=key) for _ in range(5)))
        first, *others = map(body, answers)
        assert others == [first] * 4
        events = body(await client.get(f"{path}/timeline"))["items"]
    assert [each["action"] for each in events].count("submitted") == 1


async def test_a_refused_key_may_carry_another_body(stack: ApiStack) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    async with stack.client("general") as client, stack.client("customs") as customs:
        path = f"{APPOINTMENTS}/{(await draft(client))['pre_entry_no']}"
        body(await client.post(f"{path}/submission"))
        number = path.rpartition("/")[2]
        approval = receipt(number, "APPROVED").replace(
            b"</notice_time>", b"</notice_time><application_no>%b</application_no>" % number.encode()
        )
        body(await customs.post("/customs/v1/receipts", content=approval), 202)
        many = {"declaration_numbers": [f"223320261{n:09}" for n in range(51)]}
        assert refused(await client.post(f"{path}/feedback", json=many, headers=key), 422) == ["feedback.too_many"]
        few = {"declaration_numbers": many["declaration_numbers"][:1]}
        answer = body(await client.post(f"{path}/feedback", json=few, headers=key))
    assert [each["number"] for each in answer["accepted"]] == few["declaration_numbers"]
