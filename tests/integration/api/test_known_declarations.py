"""Declarations that customs knows are offered, and told as news before the deadline; nothing is fed back by itself."""

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from customs.channels.http import HttpChannel
from db.projections import project
from domain.appointment import (
    Cancellation,
    Content,
    Deadlines,
    Direction,
    ExplanationStatus,
    Feedback,
    Standing,
    State,
)
from domain.instants import local_date
from runtime.dispatch.declaration_search import search_again
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, make_settings, opened, refused
from tests.integration.api.conftest import NOWHERE
from tests.integration.db.stories import BROKER, IMPORTER, approved, created, submitted
from tests.integration.simulator.process import OfficeProcess

NOTIFICATIONS = "/api/v1/notifications"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
_SERIALS = iter(range(1, 1000))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeProcess]:
    office = OfficeProcess("http://127.0.0.1:1", tmp_path_factory.mktemp("office") / "office.sqlite3")
    yield office
    office.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def asking(
    office: OfficeProcess, environ: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ApiStack]:
    """The door while Temporal is away; customs is there."""
    environ.setenv("TEMPORAL_ADDRESS", NOWHERE.removeprefix("http://"))
    settings = make_settings(tmp_path_factory.mktemp("asking"), customs_url=office.url, command_limit_seconds=0.3)
    async with opened(settings) as stack:
        yield stack


@pytest.fixture(autouse=True)
def empty(office: OfficeProcess) -> None:
    office.control("reset")


def booked(stack: ApiStack, *, feedback_by: datetime = NOW + 2 * DAY) -> str:
    """An approved appointment of the advanced broker for the importer; its window was yesterday."""
    number = f"2026{next(_SERIALS):014}"
    content = Content(
        consignee_code=IMPORTER,
        declaration_port="2233",
        entry_exit_port="2233",
        direction=Direction.IMPORT,
        window_start=NOW - DAY,
    )
    ended: dict[str, Any] = {"content": content, "window_end": NOW - DAY + timedelta(hours=2)}
    deadlines = Deadlines(submit_by=NOW - 2 * DAY, cancel_before=NOW - DAY, feedback_by=feedback_by)
    after = approved(number, **ended, deadlines=deadlines)
    standing = Standing(
        state=State.SUCCEEDED,
        cancellation=Cancellation.CLOSED,
        feedback=Feedback.OPEN,
        explanation=ExplanationStatus.AVAILABLE,
    )
    times = {"submitted_at": NOW - 3 * DAY, "approved_at": NOW - 2 * DAY}
    sent = after.appointment.model_copy(update={"standing": standing, **times})
    story = [
        created(number, **ended),
        submitted(number, **ended),
        after.model_copy(update={"appointment": sent, "reason": None}),
    ]
    project(stack.engine, [each.model_copy(update={"appointment": _plain(each.appointment)}) for each in story])
    return number


def _plain(of: Any) -> Any:
    return of.model_copy(update={"content": of.content.model_copy(update={"contact_name": None})})


def declared(office: OfficeProcess, **changes: str) -> str:
    """A declaration that customs holds since yesterday."""
    number = f"2233{local_date(NOW).year}1{uuid.uuid4().int % 10**9:09}"
    parties = {"applicant": BROKER, "consignee": IMPORTER, "declaration_port": "2233", "entry_exit_port": "2233"}
    known = {"number": number, "direction": "I", "declared_on": local_date(NOW - DAY).isoformat()}
    office.control("declarations", [known | parties | changes])
    return number


async def known(stack: ApiStack, number: str, key: str = "advanced") -> httpx.Response:
    async with stack.client(key) as client:
        return await client.get(f"{APPOINTMENTS}/{number}/known-declarations")


async def news(client: httpx.AsyncClient, number: str) -> list[dict[str, Any]]:
    reminders = body(await client.get(NOTIFICATIONS))["reminders"]
    return [each for each in reminders if (each["pre_entry_no"], each["code"]) == (number, "declaration_known")]


async def search(stack: ApiStack, office: OfficeProcess) -> int:
    with httpx.Client(trust_env=False) as http:
        return await search_again(stack.context.dispatcher, HttpChannel(office.url, http))


async def test_what_customs_knows_is_offered_to_the_applicant_and_nothing_else(
    asking: ApiStack, office: OfficeProcess
) -> None:
    number, right = booked(asking), declared(office)
    declared(office, consignee="3122260004")
    declared(office, declared_on=local_date(NOW - 10 * DAY).isoformat())
    declared(office, entry_exit_port="2248")
    offered = body(await known(asking, number))
    assert offered == {
        "items": [{"number": right, "declared_on": local_date(NOW - DAY).isoformat()}],
        "asked": True,
    }
    refused(await known(asking, number, "importer"), 403)
    refused(await known(asking, number, "general"), 404)
    async with asking.client("advanced") as client:
        assert body(await client.get(f"{APPOINTMENTS}/{number}"))["declarations"] == [], "nothing is fed back by itself"


async def test_nothing_is_asked_once_feedback_is_closed(asking: ApiStack, office: OfficeProcess) -> None:
    number = booked(asking, feedback_by=NOW - timedelta(minutes=1))
    declared(office)
    assert body(await known(asking, number)) == {"items": [], "asked": False}


async def test_a_number_found_before_the_deadline_is_news_until_it_is_read_and_one_found_later_is_news_again(
    asking: ApiStack, office: OfficeProcess
) -> None:
    number, first = booked(asking), declared(office)
    async with asking.client("advanced") as client, asking.client("importer") as consignee:
        assert await news(client, number) == []
        assert await search(asking, office) >= 1
        (told,) = await news(client, number)
        assert first in told["message"]
        assert not told["read"]
        assert await news(consignee, number) == []
        read = {"items": [{"pre_entry_no": number, "due": told["due"]}]}
        assert (await client.post(f"{NOTIFICATIONS}/read", json=read)).status_code == 204
        assert [each["read"] for each in await news(client, number)] == [True]

        second = declared(office)
        assert await search(asking, office) == 0, "customs was asked just now"
        again = asking.context.settings.model_copy(update={"declarations_every": timedelta()})
        dispatcher = asking.context.dispatcher
        with httpx.Client(trust_env=False) as http:
            later = type(dispatcher).of(again, asking.engine, dispatcher.client, dispatcher.metrics)
            await search_again(later, HttpChannel(office.url, http))
        (told,) = await news(client, number)
        assert (second in told["message"], told["read"]) == (True, False)


async def test_while_customs_is_away_the_last_search_is_offered(asking: ApiStack, office: OfficeProcess) -> None:
    number, held = booked(asking), declared(office)
    await search(asking, office)
    office.scenario("outage")
    offered = body(await known(asking, number))
    assert (offered["asked"], [each["number"] for each in offered["items"]]) == (False, [held])
    unsearched = booked(asking)
    assert await search(asking, office) == 0
    office.scenario("auto")
    assert await search(asking, office) == 1, "what could not be asked is asked in the next round"
    assert body(await known(asking, unsearched))["items"][0]["number"] == held
