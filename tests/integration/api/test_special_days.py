"""What a calendar on the screen marks: days off, make-up days, and dates on which no window may begin."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.api.api_stack import PORT, ApiStack, body, refused, saturday

DAYS = "/api/v1/window-days"


def asked(first: date, last: date, **more: str) -> dict[str, str]:
    ports = {"declaration_port": PORT, "entry_exit_port": PORT}
    return ports | {"from": first.isoformat(), "to": last.isoformat()} | more


async def test_the_days_off_and_the_make_up_days_of_a_published_year(api_stack: ApiStack) -> None:
    published = {"holidays": {"2041-01-01": "元旦"}, "workdays": {"2041-01-05": "元旦"}}
    async with api_stack.client("operator") as operator, api_stack.client("general") as client:
        before = body(await client.get("/api/v1/special-days", params={"year": 2041}))
        body(await operator.post("/ops/v1/calendar/years/2041", json=published))
        after = body(await client.get("/api/v1/special-days", params={"year": 2041}))
    assert before == {"year": 2041, "published": False, "items": []}
    assert after["published"]
    assert after["items"] == [
        {"day": "2041-01-01", "working": False, "name": "元旦"},
        {"day": "2041-01-05", "working": True, "name": "元旦"},
    ]


async def test_a_year_that_is_none_is_refused(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.get("/api/v1/special-days", params={"year": 1}), 422) == ["field.invalid"]


async def test_a_date_is_bookable_when_any_of_its_starts_is(api_stack: ApiStack) -> None:
    monday = saturday().date() + timedelta(days=2)
    long_ago, far = monday - timedelta(days=365), monday + timedelta(days=1500)
    async with api_stack.client("general") as client:
        days = [body(await client.get(DAYS, params=asked(on, on)))["items"][0] for on in (monday, long_ago, far)]
        query = {"declaration_port": PORT, "entry_exit_port": PORT, "date": monday.isoformat()}
        starts = body(await client.get("/api/v1/window-starts", params=query))["items"]
    assert any(each["bookable"] for each in starts)
    assert not all(each["bookable"] for each in starts)
    assert [(each["bookable"], codes(each)) for each in days] == [
        (True, set()),
        (False, {"window.past", "cutoff.passed"}),
        (False, {"calendar.missing"}),
    ]


def codes(day: dict[str, Any]) -> set[str]:
    return {error["code"] for error in day["errors"]}


async def test_a_date_after_its_cut_off_says_so(api_stack: ApiStack) -> None:
    """Today's windows had to be asked for yesterday at the latest, or the ports are closed and it was earlier."""
    today = saturday().date() - timedelta(days=14)
    async with api_stack.client("general") as client:
        answer = body(await client.get(DAYS, params=asked(today, today + timedelta(days=14))))["items"]
    assert [each["date"] for each in answer] == [f"{today + timedelta(days=number)}" for number in range(15)]
    shut = [each for each in answer if not each["bookable"]]
    assert shut
    assert answer[-1]["bookable"]
    assert all(each["errors"] and each["errors"][0]["message"] for each in shut)


@pytest.mark.parametrize(
    ("days", "more", "code"),
    [
        (42, {}, "query.span_too_long"),
        (-1, {}, "field.invalid"),
        (1, {"declaration_port": "9999"}, "field.invalid"),
        (1, {"consignee": "x"}, "field.invalid"),
    ],
)
async def test_a_question_that_is_none_is_refused(
    api_stack: ApiStack, days: int, more: dict[str, str], code: str
) -> None:
    first = saturday().date()
    async with api_stack.client("general") as client:
        body(await client.get(DAYS, params=asked(first, first + timedelta(days=41))))
        assert refused(await client.get(DAYS, params=asked(first, first + timedelta(days=days), **more)), 422) == [code]
