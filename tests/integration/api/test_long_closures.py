"""A port that is closed for weeks: every question for a window reckons from its last working day."""

from datetime import date, datetime, time, timedelta
from typing import Any

import httpx

from domain.instants import SHANGHAI
from tests.integration.api.api_stack import ApiStack, body, saturday

PORT = "5304"
PORTS = {"declaration_port": PORT, "entry_exit_port": PORT}


def clock(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), SHANGHAI)


async def close_after(operator: httpx.AsyncClient, last_open: date) -> None:
    """The port works on that date, and on none of the 48 after it."""
    sessions: dict[int, Any] = {0: [["08:30", "17:00"]]}
    for number in range(49):
        day = (last_open + timedelta(days=number)).isoformat()
        entered = {"sessions": sessions.get(number, []), "note": "停航"}
        body(await operator.put(f"/ops/v1/ports/{PORT}/calendar/{day}", json=entered))


async def test_a_window_on_day_32_may_be_asked_for_until_hours_before_the_closure(api_stack: ApiStack) -> None:
    last_open = saturday().date() + timedelta(days=2)
    on, submit_by = last_open + timedelta(days=32), clock(last_open, 9).isoformat()
    start = clock(on, 20).isoformat()
    async with api_stack.client("operator") as operator, api_stack.client("general") as client:
        await close_after(operator, last_open)
        asked = body(await client.get("/api/v1/latest-submission", params=PORTS | {"window_start": start}))
        days = body(await client.get("/api/v1/window-days", params=PORTS | {"from": str(on), "to": str(on)}))
        starts = body(await client.get("/api/v1/window-starts", params=PORTS | {"date": str(on)}))
    assert (asked["bookable"], asked["submit_by"], asked["errors"]) == (True, submit_by, [])
    assert days["items"] == [{"date": str(on), "bookable": True, "errors": []}]
    assert {each["submit_by"] for each in starts["items"]} == {submit_by}
