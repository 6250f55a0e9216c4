"""A port changes its hours under a booked window: the holder is notified once, by any process."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from fastapi.concurrency import run_in_threadpool

from db import hours_notices
from runtime.dispatch.hours_notices import send
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, saturday
from tests.integration.api.booking import book
from tests.integration.api.receipts import receipt
from tests.waiting import until_told

#: Not the port of the other tests, which book there.
PORT, ELSEWHERE = "2248", "5304"
EVENING = [["18:00", "24:00"]]


@pytest_asyncio.fixture(loop_scope="session")
async def booked(stack: ApiStack) -> AsyncIterator[str]:
    """The number of an approved appointment; the port's hours are put right again."""
    yield await book(stack, PORT)
    async with stack.client("operator") as operator:
        await operator.delete(day())


def day(port: str = PORT) -> str:
    return f"/ops/v1/ports/{port}/calendar/{saturday().date()}"


async def becomes(client: httpx.AsyncClient, number: str, attention: list[str]) -> dict[str, Any]:
    """The view once it shows just that."""

    async def shown() -> bool:
        return bool((await client.get(f"{APPOINTMENTS}/{number}")).json()["attention"] == attention)

    await until_told(shown)
    return dict(body(await client.get(f"{APPOINTMENTS}/{number}")))


async def test_the_holder_is_told_what_happened_and_what_to_do(stack: ApiStack, booked: str) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        before = body(await client.get(f"{APPOINTMENTS}/{booked}"))
        assert before["notices"] == []
        body(await operator.put(day(), json={"sessions": EVENING, "note": "加班"}))
        view = await becomes(client, booked, ["hours_changed"])  # told by the worker
        assert (view["state"], view["deadlines"]) == ("accepted", before["deadlines"])
        (notice,) = view["notices"]
        assert notice["code"] == "window.hours_changed"
        assert "取消" in notice["remedy"]
        event = body(await client.get(f"{APPOINTMENTS}/{booked}/timeline"))["items"][-1]
        calendar = {"kind": "system", "id": "calendar", "user_id": None, "name": None}
        assert (event["action"], event["actor"]) == ("hours_changed", calendar)
        assert event["decision"]["opening"] == saturday().replace(hour=18).isoformat()
        listed = body(await operator.get("/ops/v1/appointments", params={"attention": "hours_changed"}))["items"]
        assert booked in [each["pre_entry_no"] for each in listed]
        consignee = stack.client("importer")
        async with consignee:
            assert body(await consignee.get(f"{APPOINTMENTS}/{booked}"))["attention"] == ["hours_changed"]


async def test_changed_back_the_notice_goes(stack: ApiStack, booked: str) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        body(await operator.put(day(), json={"sessions": EVENING}))
        await send(stack.context.dispatcher, stack.context.policy)
        await becomes(client, booked, ["hours_changed"])
        body(await operator.delete(day()))
        await send(stack.context.dispatcher, stack.context.policy)
        assert (await becomes(client, booked, []))["notices"] == []
        actions = [each["action"] for each in body(await client.get(f"{APPOINTMENTS}/{booked}/timeline"))["items"]]
        assert actions[-2:] == ["hours_changed", "hours_restored"]
        listed = body(await operator.get("/ops/v1/appointments", params={"attention": "hours_changed"}))["items"]
        assert booked not in [each["pre_entry_no"] for each in listed]


async def test_nobody_else_is_told_and_nobody_twice(stack: ApiStack, booked: str) -> None:
    other = await book(stack, ELSEWHERE)
    async with stack.client("general") as client, stack.client("operator") as operator:
        for note in ("一", "二"):
            body(await operator.put(day(), json={"sessions": EVENING, "note": note}))
            assert await send(stack.context.dispatcher, stack.context.policy) == 0
        await becomes(client, booked, ["hours_changed"])
        for number, times in ((booked, 1), (other, 0)):
            actions = [each["action"] for each in body(await client.get(f"{APPOINTMENTS}/{number}/timeline"))["items"]]
            assert actions.count("hours_changed") == times


async def test_where_one_process_ended_another_goes_on(stack: ApiStack, booked: str) -> None:
    async with stack.client("operator") as operator, stack.client("general") as client:
        body(await operator.put(day(), json={"sessions": EVENING}))
        await run_in_threadpool(hours_notices.judge, stack.engine, stack.context.policy)  # and then it is killed
        await becomes(client, booked, ["hours_changed"])


async def test_an_appointment_that_ended_meanwhile_holds_up_nobody(stack: ApiStack, booked: str) -> None:
    async with stack.client("customs") as customs, stack.client("operator") as operator:
        body(await operator.put(day(), json={"sessions": EVENING}))
        await run_in_threadpool(hours_notices.judge, stack.engine, stack.context.policy)
        body(await customs.post("/customs/v1/receipts", content=receipt(booked, "RETURNED")), 202)
        handle = stack.context.client.get_workflow_handle(f"appointment/{booked}")
        await handle.terminate()
        assert await send(stack.context.dispatcher, stack.context.policy) == 0


async def test_a_window_books_again_only_outside_the_new_hours(stack: ApiStack, booked: str) -> None:
    del booked
    async with stack.client("general") as client, stack.client("operator") as operator:
        body(await operator.put(day(), json={"sessions": EVENING}))
        query = {"declaration_port": PORT, "entry_exit_port": PORT, "window_start": saturday().isoformat()}
        answer = body(await client.get("/api/v1/latest-submission", params=query))
        assert [error["code"] for error in answer["errors"]] == ["window.working_time"]
        sunday = query | {"window_start": (saturday() + timedelta(days=1)).isoformat()}
        assert body(await client.get("/api/v1/latest-submission", params=sunday))["bookable"]


async def test_a_draft_shows_the_deadline_of_the_hours_as_they_stand(stack: ApiStack, booked: str) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        wanted = content(declaration_port=PORT, entry_exit_port=PORT)
        draft = body(await client.post(APPOINTMENTS, json=wanted), 201)
        submitted = body(await client.get(f"{APPOINTMENTS}/{booked}"))
        friday = f"/ops/v1/ports/{PORT}/calendar/{saturday().date() - timedelta(days=1)}"
        body(await operator.put(friday, json={"sessions": [["08:30", "12:00"]]}))
        shown = body(await client.get(f"{APPOINTMENTS}/{draft['pre_entry_no']}"))
        assert shown["deadlines"]["submit_by"] == (saturday() - timedelta(days=1)).replace(hour=4).isoformat()
        assert (shown["version"], draft["deadlines"]["submit_by"]) == (1, submitted["deadlines"]["submit_by"])
        assert body(await client.get(f"{APPOINTMENTS}/{booked}"))["deadlines"] == submitted["deadlines"]
        body(await operator.delete(friday))
