"""An operator learns from a phone number which appointments have it and who looked; the number is kept nowhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from db import access_log
from db.access_log import Access
from db.engine import reading, writing
from db.projections import project
from domain.appointment import Content
from identity.services import SEARCHES_PER_MINUTE
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import HOST
from tests.integration.db.stories import appointment, created, event

SEARCH = "/ops/v1/personal-search"
FIRST, SECOND = "13711112222", "13733334444"
WHY, LOOKED = "当事人来电询问", "电话核实"
NUMBERS = ("209800000000000001", "209800000000000002", "209800000000000003")
AT = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def lives(api_stack: ApiStack) -> tuple[str, ...]:
    """The first has the number, the second had it, the third has another one; all were opened."""
    sealer = api_stack.context.sealer

    def held(number: str, mobile: str) -> dict[str, Any]:
        return {"content": sealer.seal_content(Content(declaration_port="2233", contact_mobile=mobile), number)}

    first, second, third = NUMBERS
    project(api_stack.engine, [created(first, **held(first, FIRST))], digests=sealer.digests)
    moved = event(appointment(second, 2, **held(second, SECOND)))
    project(api_stack.engine, [created(second, **held(second, FIRST)), moved], digests=sealer.digests)
    project(api_stack.engine, [created(third, **held(third, SECOND))], digests=sealer.digests)
    with writing(api_stack.engine) as session:
        for hours, number in enumerate(NUMBERS):
            reason = sealer.seal(LOOKED, context=f"{number}/opened_reason")
            look = Access(at=AT + timedelta(hours=hours), what="personal.opened", subject="night", pre_entry_no=number)
            access_log.record(session, look.model_copy(update={"reason": reason, "address": "192.0.2.7"}))
    return NUMBERS


@pytest.fixture
async def desk(api_stack: ApiStack, lives: tuple[str, ...]) -> AsyncIterator[httpx.AsyncClient]:
    del lives
    async with api_stack.client("operator") as client:
        yield client


def asked(mobile: str = FIRST, **more: Any) -> dict[str, Any]:
    return {"contact_mobile": mobile, "reason": WHY, **more}


async def test_it_tells_who_has_the_number_who_had_it_and_who_looked(desk: httpx.AsyncClient) -> None:
    answer = await desk.post(SEARCH, json=asked("+86 137-1111-2222"))
    found = body(answer)
    holders = [(each["pre_entry_no"], each["holds"], each["state"]) for each in found["appointments"]["items"]]
    assert holders == [(NUMBERS[1], False, "draft"), (NUMBERS[0], True, "draft")]
    looks = [(each["pre_entry_no"], each["at"], each["reason"]) for each in found["openings"]["items"]]
    assert looks == [
        (NUMBERS[1], "2026-11-24T13:00:00+08:00", LOOKED),
        (NUMBERS[0], "2026-11-24T12:00:00+08:00", LOOKED),
    ]
    assert {(each["subject"], each["address"]) for each in found["openings"]["items"]} == {("night", "192.0.2.7")}
    assert answer.headers["cache-control"] == "no-store"
    assert not [text for text in (FIRST, SECOND) if text in answer.text]
    nobodys = body(await desk.post(SEARCH, json=asked("13799998888")))
    assert (nobodys["appointments"]["items"], nobodys["openings"]["items"]) == ([], [])


async def test_each_list_goes_on_where_it_ended(desk: httpx.AsyncClient) -> None:
    page = body(await desk.post(SEARCH, json=asked(limit=1)))
    cursors = {f"{name}_cursor": page[name]["next_cursor"] for name in ("appointments", "openings")}
    rest = body(await desk.post(SEARCH, json=asked(**cursors)))
    for name in ("appointments", "openings"):
        pages = [each["pre_entry_no"] for each in (*page[name]["items"], *rest[name]["items"])]
        assert (pages, rest[name]["next_cursor"]) == ([NUMBERS[1], NUMBERS[0]], None)


async def test_the_search_is_on_record_with_its_reason_and_without_the_number(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    body(await desk.post(SEARCH, json=asked()))
    logged = body(await desk.get("/ops/v1/access/log", params={"what": "personal.searched"}))["items"]
    assert (logged[0]["reason"], logged[0]["pre_entry_no"], logged[0]["detail"]) == (WHY, None, None)
    with reading(api_stack.engine) as session:
        kept = str(session.connection().exec_driver_sql("SELECT * FROM accesses").all())
        kept += str(session.connection().exec_driver_sql("SELECT * FROM personal_digests").all())
    assert not [text for text in (FIRST, WHY, LOOKED) if text in kept]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"contact_mobile": " "}, "field.required", "contact_mobile"),
        ({"contact_mobile": "1371111"}, "field.invalid", "contact_mobile"),
        ({"reason": " "}, "field.required", "reason"),
        ({"openings_cursor": "WyJ4Il0"}, "field.invalid", "openings_cursor"),
        ({"appointments_cursor": "WzFd"}, "field.invalid", "appointments_cursor"),
        ({"openings_cursor": "%"}, "field.invalid", "openings_cursor"),
    ],
)
async def test_what_cannot_be_searched_is_refused_and_repeats_no_number(
    desk: httpx.AsyncClient, wrong: dict[str, Any], code: str, field: str
) -> None:
    answer = await desk.post(SEARCH, json=asked() | wrong)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["field"]) == (422, code, field)
    assert "137" not in answer.text


async def test_an_address_that_tries_many_numbers_has_to_wait(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    elsewhere = httpx.ASGITransport(api_stack.app, client=("198.51.100.9", 50_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=HOST, headers=desk.headers) as client:
        for _ in range(SEARCHES_PER_MINUTE):
            body(await client.post(SEARCH, json=asked(limit=1)))
        answer = await client.post(SEARCH, json=asked())
    assert refused(answer, 429) == ["rate.limited"]
    assert int(answer.headers["retry-after"]) > 0
    body(await desk.post(SEARCH, json=asked()))
