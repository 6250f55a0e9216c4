"""Receipts that come as files have the effect of posted ones: once, in order, parked when they cannot be used."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from customs.channels import Unavailable
from customs.channels.directory.inbox import InBox
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box
from customs.channels.directory.zips import pack
from customs.wire import technical_reply
from customs.wire.envelope import unwrap
from runtime.dispatch import box_receipts
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content
from tests.integration.api.receipts import receipt
from tests.unit.customs.boxes import boxes, names


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return boxes(tmp_path / "boxes")


def put(storage: LocalStorage, raw: bytes) -> str:
    """Puts a message into InBox; returns its name."""
    name = str(uuid4())
    storage.write(Box.IN, f"{name}.zip", pack(f"{name}.xml", raw))
    return name


async def take(stack: ApiStack, storage: LocalStorage) -> None:
    """Takes all files, as a worker does that was started just now."""
    await box_receipts.take(stack.context.dispatcher, stack.context.sealer, InBox(storage))


async def submitted(stack: ApiStack) -> str:
    """An appointment that was submitted; its number."""
    async with stack.client("general") as client:
        number = str(body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"])
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
    return number


async def view(stack: ApiStack, number: str) -> tuple[str, list[str]]:
    """The state of the appointment and the results of its receipts."""
    async with stack.client("general") as client:
        state = body(await client.get(f"{APPOINTMENTS}/{number}"))["state"]
        listed = body(await client.get(f"{APPOINTMENTS}/{number}/receipts"))["items"]
    return state, [each["result"] for each in listed]


async def test_two_workers_and_a_push_have_one_effect(stack: ApiStack, storage: LocalStorage) -> None:
    number = await submitted(stack)
    raw = receipt(number, "ACCEPTED")
    put(storage, raw)
    put(storage, raw)
    await asyncio.gather(take(stack, storage), take(stack, storage))
    async with stack.client("customs") as customs:
        assert body(await customs.post("/customs/v1/receipts", content=raw), 202)["outcome"] == "applied"
    assert await view(stack, number) == ("accepted", ["ACCEPTED"])
    assert [names(storage, box) for box in Box] == [[], [], [], []]


class LostBeforeRemoval(LocalStorage):
    """A storage of a worker that is lost after it stored a receipt and before it removed the file."""

    def remove(self, box: Box, name: str) -> bool:
        raise Unavailable(f"{box} {name}")


async def test_a_worker_lost_between_storing_and_removing_changes_nothing(
    stack: ApiStack, storage: LocalStorage
) -> None:
    number = await submitted(stack)
    put(storage, receipt(number, "ACCEPTED"))
    await take(stack, LostBeforeRemoval(storage.root))
    assert len(names(storage, Box.IN)) == 1
    await take(stack, storage)
    assert await view(stack, number) == ("accepted", ["ACCEPTED"])
    assert names(storage, Box.IN) == []


async def test_what_is_no_receipt_is_parked_as_if_it_had_been_posted_and_is_in_failbox(
    stack: ApiStack, storage: LocalStorage
) -> None:
    raw = f"<message>{uuid4()}</message>".encode()
    name = put(storage, raw)
    await take(stack, storage)
    async with stack.client("customs") as customs:
        posted = body(await customs.post("/customs/v1/receipts", content=raw), 202)
    assert (posted["outcome"], posted["reason"]) == ("parked", "schema")
    note = storage.read(Box.FAILED, f"{name}.reply.xml", 10**6)
    assert technical_reply.read(unwrap(note or b"", technical_reply.TYPE).body) == technical_reply.Reply(name, "SCHEMA")
    assert names(storage, Box.IN) == []


async def test_one_file_that_cannot_be_taken_holds_up_no_other(stack: ApiStack, storage: LocalStorage) -> None:
    number = await submitted(stack)
    (storage.root / Box.FAILED).rmdir()
    storage.write(Box.IN, "a.zip", pack("b.xml", b""))
    put(storage, receipt(number, "ACCEPTED"))
    await take(stack, storage)
    assert await view(stack, number) == ("accepted", ["ACCEPTED"])
    assert names(storage, Box.IN) == ["a.zip"]
