"""Receipts that customs does not push are fetched: a whole life, and an office that answers badly."""

import base64
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from customs.channels.http import HttpChannel
from db import inbox, receipt_pulls
from db.engine import read
from runtime.dispatch.receipt_pull import Pull, ReceiptPull
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content
from tests.integration.api.conftest import staffed
from tests.integration.simulator.process import OfficeProcess
from tests.waiting import until_told


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeProcess]:
    office = OfficeProcess("http://127.0.0.1:1", tmp_path_factory.mktemp("office") / "office.sqlite3")
    yield office
    office.close()


@pytest.fixture
def office(shared_office: OfficeProcess) -> OfficeProcess:
    """An office that pushes nothing."""
    shared_office.control("reset")
    shared_office.scenario("auto")
    shared_office.control("delivery", {"pushing": False})
    return shared_office


@pytest.fixture
def pull(stack: ApiStack, office: OfficeProcess) -> Iterator[ReceiptPull]:
    """A pull that begins with no cursor."""
    known = read(stack.engine, receipt_pulls.state).cursor
    receipt_pulls.move(stack.engine, before=known, after=None)
    with httpx.Client(trust_env=False) as client:
        yield ReceiptPull(stack.context.dispatcher, stack.context.sealer, HttpChannel(office.url, client))


async def submitted(stack: ApiStack) -> str:
    async with stack.client("general") as client:
        number = str(body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"])
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
    return number


async def view(stack: ApiStack, number: str) -> dict[str, Any]:
    async with stack.client("general") as client:
        return dict(body(await client.get(f"{APPOINTMENTS}/{number}")))


async def act(stack: ApiStack, number: str, name: str, given: Any = None) -> None:
    async with stack.client("general", **{"Idempotency-Key": str(uuid.uuid4())}) as client:
        body(await client.post(f"{APPOINTMENTS}/{number}/{name}", json=given))


async def results(stack: ApiStack, number: str, *, settled: bool = False) -> list[str]:
    async with stack.client("general") as client:
        items = body(await client.get(f"{APPOINTMENTS}/{number}/receipts"))["items"]
    return [each["result"] for each in items if each["outcome"] or not settled]


def nothing() -> None:
    """Takes a heartbeat."""


async def test_a_whole_life_with_receipts_that_are_only_fetched(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path, office: OfficeProcess
) -> None:
    pulled = {"customs_pull_after": "00:00:01", "customs_pull_every": "00:00:01"}
    async with staffed(server, environ, tmp_path, customs_url=office.url, **pulled) as stack:

        async def has(number: str, result: str) -> None:
            async def told() -> bool:
                return result in await results(stack, number, settled=True)

            await until_told(told, seconds=60)

        fed_back, cancelled, explained = [await submitted(stack) for _ in range(3)]
        for number in (fed_back, cancelled, explained):
            await has(number, "APPROVED")
        declared = declaration(office, await view(stack, fed_back))
        await act(stack, fed_back, "feedback", {"declaration_numbers": [declared]})
        await act(stack, cancelled, "cancellation")
        await act(stack, explained, "explanation", {"text": "船期延误"})
        await has(fed_back, "FEEDBACK_CONFIRMED")
        await has(cancelled, "CANCEL_CONFIRMED")
        await has(explained, "EXPLANATION_ACCEPTED")
        states = [(await view(stack, each))["state"] for each in (fed_back, cancelled, explained)]
        assert states == ["completed", "cancelled", "released"]
        assert {each["state"] for each in office.receipts()} == {"queued"}, "none was pushed"

        office.control("delivery", {"pushing": True})
        async with stack.client("customs") as customs:
            for raw in held(office):
                answer = body(await customs.post("/customs/v1/receipts", content=raw), 202)
                assert answer["outcome"] == "applied"
        assert len(await results(stack, fed_back)) == 3, "what was fetched and pushed came once"


def declaration(office: OfficeProcess, shown: dict[str, Any]) -> str:
    """Makes the office know a declaration of the appointment, and returns its number."""
    wanted = shown["content"]
    number = f"{wanted['declaration_port']}{wanted['window_start'][:4]}1{uuid.uuid4().int % 10**9:09}"
    known = {name: wanted[name] for name in ("direction", "declaration_port", "entry_exit_port")} | {
        "number": number,
        "applicant": shown["applicant"]["code"],
        "consignee": shown["consignee"]["code"],
        "declared_on": wanted["window_start"][:10],
    }
    office.control("declarations", [known])
    return number


def held(office: OfficeProcess) -> list[bytes]:
    """The receipts of the office as they would be pushed."""
    page = office.http.get("/receipts", params={"since": "2020-01-01T00:00:00Z"}).raise_for_status().json()
    return [base64.b64decode(each) for each in page["receipts"]]


async def test_pages_are_fetched_once_and_the_cursor_stays_where_they_end(
    stack: ApiStack, office: OfficeProcess, pull: ReceiptPull
) -> None:
    numbers = [await submitted(stack) for _ in range(2)]
    for _ in range(12):
        for number in numbers:
            office.decide("ACCEPTED", number)
    assert await pull.run(nothing) == Pull(24, 24, None), "a page has twenty"
    assert await pull.run(nothing) == Pull(0, 0, None)
    office.decide("APPROVED", numbers[0])
    assert await pull.run(nothing) == Pull(1, 1, None)
    assert [(await view(stack, each))["state"] for each in numbers] == ["succeeded", "accepted"]


@pytest.mark.parametrize(
    ("behaviour", "received", "fault"),
    [
        ("reversed", 2, None),
        ("repeated", 4, None),
        ("truncated", 0, "reply malformed"),
        ("down", 0, "http 503"),
    ],
)
async def test_an_office_that_answers_badly_loses_and_doubles_nothing(
    stack: ApiStack, office: OfficeProcess, pull: ReceiptPull, behaviour: str, received: int, fault: str | None
) -> None:
    number = await submitted(stack)
    for result in ("ACCEPTED", "APPROVED"):
        office.decide(result, number)
    office.control("delivery", {"pushing": False, "pull": behaviour})
    done = await pull.run(nothing)
    assert (done.received, done.fault) == (received, fault)
    assert read(stack.engine, receipt_pulls.state).fault == fault
    office.control("delivery", {"pushing": False})
    await pull.run(nothing)
    assert (await view(stack, number))["state"] == "succeeded"
    assert sorted(await results(stack, number)) == ["ACCEPTED", "APPROVED"]


async def test_a_cursor_that_stays_ends_the_round(stack: ApiStack, office: OfficeProcess, pull: ReceiptPull) -> None:
    number = await submitted(stack)
    office.decide("ACCEPTED", number)
    await pull.run(nothing)
    office.control("delivery", {"pushing": False, "pull": "stuck"})
    assert (await pull.run(nothing)).fault == "reply repeated"


async def test_a_cursor_that_customs_forgot_skips_nothing(
    stack: ApiStack, office: OfficeProcess, pull: ReceiptPull
) -> None:
    number = await submitted(stack)
    office.decide("ACCEPTED", number)
    await pull.run(nothing)
    office.decide("APPROVED", number)
    office.control("delivery", {"pushing": False, "pull": "forgotten"})
    assert await pull.run(nothing) == Pull(2, 1, None)
    assert (await view(stack, number))["state"] == "succeeded"


async def test_what_was_stored_before_the_process_ended_comes_again_and_has_one_effect(
    stack: ApiStack, office: OfficeProcess, pull: ReceiptPull, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await submitted(stack)
    receipt_id = office.decide("ACCEPTED", number)

    def killed(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(receipt_pulls, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            await pull.run(nothing)
    assert read(stack.engine, receipt_pulls.state).cursor is None
    assert await pull.run(nothing) == Pull(1, 0, None)
    assert read(stack.engine, lambda session: inbox.settled_ids(session, [receipt_id])) == {receipt_id}
