"""The events of an enterprise over HTTP: in order, after a cursor, awaited, and nobody else's."""

import asyncio
import json
from typing import Any

from cloudevents.core.formats.json import JSONFormat

from db.projections import project
from tests.integration.api.api_stack import CODES, ApiStack, body, refused
from tests.integration.db.stories import BROKER, IMPORTER, created, submitted

EVENTS = "/api/v1/events"
_SERIALS = iter(range(800_001, 900_000))


def new_number() -> str:
    return f"2026{next(_SERIALS):014}"


async def position(api_stack: ApiStack, name: str) -> str:
    async with api_stack.client(name) as client:
        found: str = body(await client.get(EVENTS, params={"start": "now"}))["next_cursor"]
        return found


async def read(api_stack: ApiStack, name: str, **params: Any) -> Any:
    async with api_stack.client(name) as client:
        return body(await client.get(EVENTS, params=params))


async def test_an_enterprise_reads_its_own_events_in_order_and_nobody_else_does(api_stack: ApiStack) -> None:
    assert (CODES["advanced"], CODES["importer"]) == (BROKER, IMPORTER)
    begin = {name: await position(api_stack, name) for name in ("advanced", "importer", "general")}
    number = new_number()
    project(api_stack.engine, [created(number), submitted(number)])
    pages = {name: await read(api_stack, name, after=after) for name, after in begin.items()}
    ours = pages["advanced"]["items"]
    assert [(each["subject"], each["type"], each["data"]["version"]) for each in ours] == [
        (number, "yuyue.appointment.created", 1),
        (number, "yuyue.appointment.submitted", 2),
    ]
    assert pages["importer"]["items"] == ours
    assert pages["general"]["items"] == []
    again = await read(api_stack, "advanced", after=pages["advanced"]["next_cursor"])
    assert again == {"items": [], "next_cursor": pages["advanced"]["next_cursor"], "more": False}


async def test_an_event_is_a_cloudevent_without_personal_data(api_stack: ApiStack) -> None:
    begin = await position(api_stack, "advanced")
    project(api_stack.engine, [created(new_number())])
    (item,) = (await read(api_stack, "advanced", after=begin))["items"]
    read_back = JSONFormat().read(None, json.dumps(item))
    assert (read_back.get_id(), read_back.get_subject()) == (item["id"], item["subject"])
    assert set(item["data"]) == {"pre_entry_no", "version", "action", "before", "state", "due_at"}


async def test_pages_say_whether_more_is_there(api_stack: ApiStack) -> None:
    begin = await position(api_stack, "advanced")
    number = new_number()
    project(api_stack.engine, [created(number), submitted(number)])
    first = await read(api_stack, "advanced", after=begin, limit=1)
    second = await read(api_stack, "advanced", after=first["next_cursor"], limit=1)
    assert [each["data"]["version"] for each in (*first["items"], *second["items"])] == [1, 2]
    assert first["more"]


async def test_a_call_waits_for_the_next_event(api_stack: ApiStack) -> None:
    begin = await position(api_stack, "advanced")
    number = new_number()
    waiting = asyncio.create_task(read(api_stack, "advanced", after=begin, wait=30))
    while not api_stack.context.feed._watchers:  # noqa: ASYNC110 the call runs in the same loop
        await asyncio.sleep(0)
    project(api_stack.engine, [created(number)])
    assert [each["subject"] for each in (await waiting)["items"]] == [number]


async def test_a_call_that_waited_in_vain_keeps_its_place(api_stack: ApiStack) -> None:
    begin = await position(api_stack, "general")
    assert await read(api_stack, "general", after=begin, wait=1) == {"items": [], "next_cursor": begin, "more": False}


async def test_a_cursor_that_is_none_is_refused_with_a_remedy(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.get(EVENTS, params={"after": "nonsense"}), 422) == ["field.invalid"]
        assert refused(await client.get(EVENTS, params={"after": "WzUsICJhYmMiXQ"}), 409) == ["events.cursor_unknown"]
        assert refused(await client.get(EVENTS, params={"wait": 31}), 422) == ["field.invalid"]
