"""日历订阅 as real programs take it: its name, its instants on any clock, and what moved or was called off."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused, saturday
from tests.integration.api.readers import Khal, Seen, by_icalendar, by_javascript
from tests.integration.api.receipts import receipt

NAME = "预约通关"
HOLDER = "importer_advanced"
MINUTES = timedelta(minutes=15)


async def address(api_stack: ApiStack, name: str = HOLDER) -> str:
    async with api_stack.client(name) as client:
        url = urlsplit(body(await client.post("/api/v1/calendar-feed"), 201)["url"])
    return f"{url.path}?{url.query}"


async def read(api_stack: ApiStack, where: str, **headers: str) -> httpx.Response:
    """Reads the feed as a calendar program does: with the address alone."""
    async with api_stack.client() as nobody:
        return await nobody.get(where, headers=headers)


def by_all(text: bytes) -> dict[str, tuple[str, dict[str, Seen]]]:
    return {"icalendar": by_icalendar(text), **by_javascript(text)}


def draft(start: datetime) -> dict[str, Any]:
    return content(window_start=start.isoformat(), consignee_code="3122260004")


class Story(NamedTuple):
    """An appointment that is made, moved, submitted and cancelled, and the feed after each of these."""

    number: str
    first: datetime
    moved: datetime
    feeds: list[bytes]


async def lived(stack: ApiStack) -> Story:
    first = saturday() + timedelta(days=35)
    moved = first + timedelta(days=7, hours=1)
    feed = await address(stack)
    async with stack.client(HOLDER) as client, stack.client("customs") as customs:
        number = body(await client.post(APPOINTMENTS, json=draft(first)), 201)["pre_entry_no"]
        feeds = [(await read(stack, feed)).content]
        body(await client.put(f"{APPOINTMENTS}/{number}", json=draft(moved), headers={"If-Match": '"1"'}))
        feeds.append((await read(stack, feed)).content)
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
        feeds.append((await read(stack, feed)).content)
        body(await customs.post("/customs/v1/receipts", content=receipt(number, "ACCEPTED")), 202)
        body(await client.post(f"{APPOINTMENTS}/{number}/cancellation", json={}))
        feeds.append((await read(stack, feed)).content)
    return Story(number, first, moved, feeds)


async def test_every_reader_follows_an_appointment_that_moves_and_is_called_off(
    stack: ApiStack, tmp_path: Path
) -> None:
    (number, first, moved, feeds), khal = await lived(stack), Khal(tmp_path)
    window, submit_by = f"{number}-window@yuyue", f"{number}-submit-by@yuyue"
    told = [by_all(each) for each in feeds]
    for reader in told[0]:
        assert {each[reader][0] for each in told} == {NAME}, "without a name the address is shown, which is secret"
        seen = [each[reader][1][window] for each in told]
        assert [each.start for each in seen] == [first, moved, moved, moved], reader
        assert [each.end - each.start for each in seen] == [timedelta(hours=2)] * 4
        assert [each.status for each in seen] == ["TENTATIVE", "TENTATIVE", "TENTATIVE", "CANCELLED"]
        due = [each[reader][1][submit_by] for each in told]
        assert [each.status for each in due] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED"]
        assert due[0].end != due[1].end, "the latest moment moved with the window"
        for events in (seen, due):
            assert [each.sequence for each in events] == sorted({each.sequence for each in events})
            assert all(one.modified <= after.modified for one, after in pairwise(events))
    for text, day in zip(feeds, (first, moved, moved, moved), strict=True):
        khal.take(text)
        assert khal.starts(day, window) == [f"{day:%Y-%m-%d %H:%M}"], "on the clock of its user"
    assert khal.starts(first, window) == [], "it moved, and was not doubled"
    assert khal.cancelled(moved, window)


async def test_a_deadline_that_moves_with_the_working_hours_is_a_newer_one(stack: ApiStack) -> None:
    """The draft stays as it is, so its version says nothing; readers that compare SEQUENCE must see the difference."""
    start = saturday() + timedelta(days=56)
    feed, friday = await address(stack), start - timedelta(days=1)
    async with stack.client(HOLDER) as client, stack.client("operator") as operator:
        number = body(await client.post(APPOINTMENTS, json=draft(start)), 201)["pre_entry_no"]
        uid = f"{number}-submit-by@yuyue"
        before = by_icalendar((await read(stack, feed)).content)[1][uid]
        port = draft(start)["declaration_port"]
        hours = {"sessions": [["08:30", "12:00"]]}
        body(await operator.put(f"/ops/v1/ports/{port}/calendar/{friday.date()}", json=hours))
    after = by_icalendar((await read(stack, feed)).content)[1][uid]
    assert after.end < before.end
    assert after.end - after.start == MINUTES
    assert after.sequence > before.sequence
    assert after.modified >= before.modified


async def test_the_feed_is_written_as_the_standards_want_it(stack: ApiStack) -> None:
    feed = await address(stack)
    async with stack.client(HOLDER) as client:
        number = body(await client.post(APPOINTMENTS, json=draft(saturday() + timedelta(days=63))), 201)["pre_entry_no"]
    answer = await read(stack, feed)
    lines = answer.content.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines), "CRLF alone ends a line"
    assert max(map(len, lines)) <= 75, "folded in octets (RFC 5545, 3.1)"
    for line in lines:
        line.decode("utf-8")  # readers that decode line by line find no character cut in two
    text = answer.content.replace(b"\r\n ", b"").decode("utf-8")
    for expected in (
        f"NAME:{NAME}",
        f"X-WR-CALNAME:{NAME}",
        "CALSCALE:GREGORIAN",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        f"UID:{number}-window@yuyue",
    ):
        assert f"{expected}\r\n" in text
    assert "METHOD" not in text, "it shows how things are, and asks nobody to answer"
    assert set(re.findall(r"^(DT\w+|LAST-MODIFIED)[:;](.*)\r$", text, re.MULTILINE)) == {
        (name, instant)
        for name, instant in re.findall(r"^(DTSTAMP|DTSTART|DTEND|LAST-MODIFIED):(\d{8}T\d{6}Z)\r$", text, re.MULTILINE)
    }, "instants in UTC need no table of zones"
    token = feed.partition("token=")[2]
    assert token not in text + str(answer.headers)


async def test_a_reader_that_has_the_feed_is_told_that_nothing_changed(stack: ApiStack) -> None:
    feed = await address(stack)
    first = await read(stack, feed)
    tag = first.headers["etag"]
    assert "private" in first.headers["cache-control"], "nobody between keeps it"
    again = await read(stack, feed, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    async with stack.client(HOLDER) as client:
        body(await client.post(APPOINTMENTS, json=draft(saturday() + timedelta(days=70))), 201)
    changed = await read(stack, feed, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_dead_address_is_not_repeated_in_the_refusal(stack: ApiStack) -> None:
    feed = await address(stack)
    token = feed.partition("token=")[2]
    await address(stack)
    dead = await read(stack, feed, **{"If-None-Match": "*"})
    assert refused(dead, 404) == ["not_found"]
    assert token not in dead.text + str(dead.headers)
    long = "x" * 129
    assert long not in (await read(stack, f"/calendar.ics?token={long}")).text
