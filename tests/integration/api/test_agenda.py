"""首页 and its neighbours: every draft, every window to come, and deadlines by the hours as they stand."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from icalendar import Calendar, Event

from db.projections import project
from domain.appointment import Content, Deadlines, Party, Standing, State
from domain.event import Action
from states.appointment import advance
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, saturday
from tests.integration.db.stories import appointment, created, event

AGENDA = f"{APPOINTMENTS}/agenda"
#: Nobody else books here, and nobody else acts for this enterprise in the office without a worker.
PORT, HOLDER, CODE = "5301", "unqualified", "3122260006"
HOURS = timedelta(hours=1)


#: How each state is come to.
WAYS = {
    State.SUBMITTED: ("submit",),
    State.ACCEPTED: ("submit", "accept"),
    State.RETURNED: ("submit", "return_"),
    State.SUCCEEDED: ("submit", "approve"),
    State.CANCELLED: ("submit", "approve", "cancel"),
    State.COMPLETED: ("submit", "approve", "feed_back"),
}


def put(api_stack: ApiStack, serial: int, start: datetime | None, state: State = State.DRAFT, **more: Any) -> str:
    """An appointment in that state, as the workflow would have written it down; gives its number."""
    number = f"2031{serial:014}"
    content = Content(declaration_port=PORT, entry_exit_port=PORT, window_start=start)
    what = {"applicant": Party(code=CODE, name="企业"), "consignee": None, "content": content} | more
    what |= {"window_end": start and start + 2 * HOURS}
    project(api_stack.engine, [created(number, **what)])
    if state in WAYS:
        after = appointment(number, 2, standing=reduce(advance, WAYS[state], Standing()), **what)
        project(api_stack.engine, [event(after, Action.SUBMITTED)])
    return number


async def ask(api_stack: ApiStack) -> dict[str, Any]:
    async with api_stack.client(HOLDER) as client:
        return dict(body(await client.get(AGENDA)))


def numbers(items: list[dict[str, Any]]) -> list[str]:
    return [each["pre_entry_no"] for each in items]


async def calendar(api_stack: ApiStack) -> dict[str, Event]:
    """The feed as a calendar program reads it."""
    async with api_stack.client(HOLDER) as client, api_stack.client() as nobody:
        url = urlsplit(body(await client.post("/api/v1/calendar-feed"), 201)["url"])
        answer = await nobody.get(f"{url.path}?{url.query}")
    (read,) = Calendar.from_ical(answer.text, multiple=True)
    assert isinstance(read, Calendar)
    return {str(each.uid).removesuffix("@yuyue"): each for each in read.events}


async def set_day(api_stack: ApiStack, day: datetime, sessions: list[list[str]] | None) -> None:
    path = f"/ops/v1/ports/{PORT}/calendar/{day.date()}"
    async with api_stack.client("operator") as operator:
        answer = await (operator.delete(path) if sessions is None else operator.put(path, json={"sessions": sessions}))
    assert answer.is_success, answer.text


@pytest_asyncio.fixture(loop_scope="session")
async def short_friday(api_stack: ApiStack) -> AsyncIterator[datetime]:
    """The port closes at noon on the Friday before the window: the draft's cut-off is 04:00 that day."""
    friday = saturday() - timedelta(days=1)
    await set_day(api_stack, friday, [["08:30", "12:00"]])
    yield friday.replace(hour=4)
    await set_day(api_stack, friday, None)


async def test_every_draft_is_listed_with_how_it_stands_in_time(api_stack: ApiStack) -> None:
    start, now = saturday(), datetime.now(saturday().tzinfo)
    untimed = [put(api_stack, 1, None), put(api_stack, 2, None)]
    passed = put(api_stack, 3, now - 9 * HOURS)
    late = put(api_stack, 4, start + timedelta(days=1))
    near = put(api_stack, 5, start)
    working = put(api_stack, 6, (start - timedelta(days=1)).replace(hour=10))
    agenda = await ask(api_stack)
    timings = {each["pre_entry_no"]: each["timing"] for each in agenda["drafts"]}
    assert timings == {near: "open", late: "open", working: "blocked", passed: "passed"} | dict.fromkeys(
        untimed, "untimed"
    )
    assert list(timings)[:3] == [near, late, working], "what can still be submitted, by its cut-off"
    assert list(timings)[-1] == passed
    assert agenda["counts"]["drafts"] == len(timings)


async def test_more_than_are_shown_are_counted(api_stack: ApiStack, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [put(api_stack, serial, None) for serial in (11, 12, 13)]
    whole = await ask(api_stack)
    monkeypatch.setattr("api.appointments.agenda.MOST", 2)
    agenda = await ask(api_stack)
    assert len(agenda["drafts"]) == 2
    assert agenda["counts"] == whole["counts"]
    assert agenda["counts"]["drafts"] == len(whole["drafts"]) >= len(kept)


async def test_a_window_that_was_fed_back_before_it_begins_is_still_to_come(api_stack: ApiStack) -> None:
    start, now = saturday(), datetime.now(saturday().tzinfo)
    by = now + timedelta(days=5)
    fed_back = put(api_stack, 21, start, State.COMPLETED)
    running = put(api_stack, 22, now - HOURS, State.SUCCEEDED, deadlines=Deadlines(feedback_by=by))
    gone = [put(api_stack, 23, start, State.CANCELLED), put(api_stack, 24, start, State.RETURNED)]
    over = put(api_stack, 25, now - 3 * HOURS, State.COMPLETED)
    undecided = put(api_stack, 26, now - 3 * HOURS, State.ACCEPTED)
    agenda, events = await ask(api_stack), await calendar(api_stack)
    assert numbers(agenda["upcoming"]) == [running, fed_back]
    assert numbers(agenda["feedback_due"]) == [running]
    assert numbers(agenda["undecided"]) == [undecided]
    assert (events[f"{fed_back}-window"].start, events[f"{fed_back}-window"].end) == (start, start + 2 * HOURS)
    assert f"{fed_back}-feedback-by" not in events
    assert events[f"{running}-feedback-by"].end == by.replace(microsecond=0)
    assert not {f"{each}-window" for each in (over, undecided)} & set(events)
    assert {events[f"{each}-window"].status for each in gone} == {"CANCELLED"}, "some programs keep what disappears"
    assert events[f"{fed_back}-window"].status == "CONFIRMED"


async def test_everything_shows_the_cut_off_of_the_hours_as_they_stand(
    api_stack: ApiStack, short_friday: datetime
) -> None:
    """The detail, the lists, the agenda and the calendar feed; what was saved with the draft is older."""
    before = Deadlines(submit_by=short_friday + 5 * HOURS)
    draft = put(api_stack, 31, saturday(), deadlines=before)
    (listed,) = await found(api_stack, draft)
    (of_agenda,) = (each for each in (await ask(api_stack))["drafts"] if each["pre_entry_no"] == draft)
    (of_operators,) = await found(api_stack, draft, "operator")
    async with api_stack.client(HOLDER) as client:
        detail = body(await client.get(f"{APPOINTMENTS}/{draft}"))
    expected = short_friday.isoformat()
    for view in (detail, listed, of_agenda, of_operators):
        assert view["deadlines"]["submit_by"] == expected
        (notice,) = view["notices"]
        assert notice["code"] == "cutoff.moved"
        assert notice["facts"] == {"before": (short_friday + 5 * HOURS).isoformat(), "submit_by": expected}
    assert (await calendar(api_stack))[f"{draft}-submit-by"].end == short_friday


async def test_a_draft_whose_window_became_working_time_says_so(api_stack: ApiStack) -> None:
    start = saturday() + timedelta(days=14)
    draft = put(api_stack, 41, start, deadlines=Deadlines(submit_by=start - timedelta(days=2)))
    await set_day(api_stack, start, [["18:00", "24:00"]])
    (listed,) = await found(api_stack, draft)
    assert listed["deadlines"]["submit_by"] is None
    assert [notice["code"] for notice in listed["notices"]] == ["cutoff.gone"]
    await set_day(api_stack, start, None)


async def found(api_stack: ApiStack, number: str, name: str = HOLDER) -> list[dict[str, Any]]:
    base = "/ops/v1/appointments" if name == "operator" else APPOINTMENTS
    async with api_stack.client(name) as client:
        return list(body(await client.get(base, params={"pre_entry_no": number}))["items"])
