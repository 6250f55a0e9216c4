"""日历订阅: a secret address tells windows and deadlines, and dies when another is made."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
from icalendar import Calendar

from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused, saturday

FEED = "/api/v1/calendar-feed"


async def read(api_stack: ApiStack, url: str) -> httpx.Response:
    """Reads the feed as a calendar program does: with the address alone."""
    async with api_stack.client() as nobody:
        return await nobody.get(f"{urlsplit(url).path}?{urlsplit(url).query}")


async def test_windows_and_the_latest_moment_to_submit_are_in_the_calendar(stack: ApiStack) -> None:
    start = saturday() + timedelta(days=21)
    async with stack.client("importer") as client:
        draft = content(window_start=start.isoformat(), consignee_code="3122260003")
        made = body(await client.post(APPOINTMENTS, json=draft), 201)
        assert body(await client.get(FEED)) == {"active": False, "created_at": None, "url": None}
        url = body(await client.post(FEED), 201)["url"]
        assert body(await client.get(FEED))["url"] is None, "told once"
    answer = await read(stack, url)
    assert answer.headers["content-type"].startswith("text/calendar")
    (read_back,) = Calendar.from_ical(answer.text, multiple=True)
    assert isinstance(read_back, Calendar)
    events = {event.uid: event for event in read_back.events}
    window = events[f"{made['pre_entry_no']}-window@yuyue"]
    assert (window.start, window.end) == (start, start + timedelta(hours=2))
    submit_by = events[f"{made['pre_entry_no']}-submit-by@yuyue"].end
    assert submit_by == datetime.fromisoformat(made["deadlines"]["submit_by"])
    for secret in (draft["contact_name"], draft["contact_mobile"], draft["reason"]):
        assert secret not in answer.text


async def test_an_address_is_dead_once_another_is_made_or_it_is_removed(stack: ApiStack) -> None:
    async with stack.client("advanced") as client:
        first = body(await client.post(FEED), 201)["url"]
        second = body(await client.post(FEED), 201)["url"]
        assert refused(await read(stack, first), 404) == ["not_found"]
        assert (await read(stack, second)).status_code == 200
        assert body(await client.delete(FEED))["active"] is False
    assert refused(await read(stack, second), 404) == ["not_found"]
    assert refused(await read(stack, "/calendar.ics?token="), 404) == ["not_found"]


async def test_only_an_enterprise_has_a_calendar(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        assert refused(await operator.post(FEED), 403) == ["auth.forbidden"]
