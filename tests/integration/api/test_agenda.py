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
from tests.integration.api.office import APPOINTMENTS, Office, body, saturday
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


def put(office: Office, serial: int, start: datetime | None, state: State = State.DRAFT, **more: Any) -> str:
    """An appointment in that state, as the workflow would have written it down; gives its number."""
    number = f"2031{serial:014}"
    content = Content(declaration_port=PORT, entry_exit_port=PORT, window_start=start)
    what = {"applicant": Party(code=CODE, name="企业"), "consignee": None, "content": content} | more
    what |= {"window_end": start and start + 2 * HOURS}
    project(office.engine, [created(number, **what)])
    if state in WAYS:
        after = appointment(number, 2, standing=reduce(advance, WAYS[state], Standing()), **what)
        project(office.engine, [event(after, Action.SUBMITTED)])
    return number


async def ask(office: Office) -> dict[str, Any]:
    async with office.client(HOLDER) as client:
        return dict(body(await client.get(AGENDA)))


def numbers(items: list[dict[str, Any]]) -> list[str]:
    return [each["pre_entry_no"] for each in items]


async def calendar(office: Office) -> dict[str, Event]:
    """The feed as a calendar program reads it."""
    async with office.client(HOLDER) as client, office.client() as nobody:
        url = urlsplit(body(await client.post("/api/v1/calendar-feed"), 201)["url"])
        answer = await nobody.get(f"{url.path}?{url.query}")
    (read,) = Calendar.from_ical(answer.text, multiple=True)
    assert isinstance(read, Calendar)
    return {str(each.uid).removesuffix("@yuyue"): each for each in read.events}


async def set_day(office: Office, day: datetime, sessions: list[list[str]] | None) -> None:
    path = f"/ops/v1/ports/{PORT}/calendar/{day.date()}"
    async with office.client("operator") as operator:
        answer = await (operator.delete(path) if sessions is None else operator.put(path, json={"sessions": sessions}))
    assert answer.is_success, answer.text


@pytest_asyncio.fixture(loop_scope="session")
async def short_friday(office: Office) -> AsyncIterator[datetime]:
    """The port closes at noon on the Friday before the window: the draft's cut-off is 04:00 that day."""
    friday = saturday() - timedelta(days=1)
    await set_day(office, friday, [["08:30", "12:00"]])
    yield friday.replace(hour=4)
    await set_day(office, friday, None)


async def test_every_draft_is_listed_with_how_it_stands_in_time(office: Office) -> None:
    start, now = saturday(), datetime.now(saturday().tzinfo)
    untimed = [put(office, 1, None), put(office, 2, None)]
    passed = put(office, 3, now - 9 * HOURS)
    late = put(office, 4, start + timedelta(days=1))
    near = put(office, 5, start)
    working = put(office, 6, (start - timedelta(days=1)).replace(hour=10))
    agenda = await ask(office)
    timings = {each["pre_entry_no"]: each["timing"] for each in agenda["drafts"]}
    assert timings == {near: "open", late: "open", working: "blocked", passed: "passed"} | dict.fromkeys(
        untimed, "untimed"
    )
    assert list(timings)[:3] == [near, late, working], "what can still be submitted, by its cut-off"
    assert list(timings)[-1] == passed
    assert agenda["counts"]["drafts"] == len(timings)


async def test_more_than_are_shown_are_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [put(office, serial, None) for serial in (11, 12, 13)]
    whole = await ask(office)
    monkeypatch.setattr("api.appointments.agenda.MOST", 2)
    agenda = await ask(office)
    assert len(agenda["drafts"]) == 2
    assert agenda["counts"] == whole["counts"]
    assert agenda["counts"]["drafts"] == len(whole["drafts"]) >= len(kept)


async def test_a_window_that_was_fed_back_before_it_begins_is_still_to_come(office: Office) -> None:
    start, now = saturday(), datetime.now(saturday().tzinfo)
    by = now + timedelta(days=5)
    fed_back = put(office, 21, start, State.COMPLETED)
    running = put(office, 22, now - HOURS, State.SUCCEEDED, deadlines=Deadlines(feedback_by=by))
    gone = [put(office, 23, start, State.CANCELLED), put(office, 24, start, State.RETURNED)]
    over = put(office, 25, now - 3 * HOURS, State.COMPLETED)
    undecided = put(office, 26, now - 3 * HOURS, State.ACCEPTED)
    agenda, events = await ask(office), await calendar(office)
    assert numbers(agenda["upcoming"]) == [running, fed_back]
    assert numbers(agenda["feedback_due"]) == [running]
    assert numbers(agenda["undecided"]) == [undecided]
    assert (events[f"{fed_back}-window"].start, events[f"{fed_back}-window"].end) == (start, start + 2 * HOURS)
    assert f"{fed_back}-feedback-by" not in events
    assert events[f"{running}-feedback-by"].end == by.replace(microsecond=0)
    assert not {f"{each}-window" for each in (over, undecided)} & set(events)
    assert {events[f"{each}-window"].status for each in gone} == {"CANCELLED"}, "some programs keep what disappears"
    assert events[f"{fed_back}-window"].status == "CONFIRMED"


async def test_everything_shows_the_cut_off_of_the_hours_as_they_stand(office: Office, short_friday: datetime) -> None:
    """The detail, the lists, the agenda and the calendar feed; what was saved with the draft is older."""
    before = Deadlines(submit_by=short_friday + 5 * HOURS)
    draft = put(office, 31, saturday(), deadlines=before)
    (listed,) = await found(office, draft)
    (of_agenda,) = (each for each in (await ask(office))["drafts"] if each["pre_entry_no"] == draft)
    (of_operators,) = await found(office, draft, "operator")
    async with office.client(HOLDER) as client:
        detail = body(await client.get(f"{APPOINTMENTS}/{draft}"))
    expected = short_friday.isoformat()
    for view in (detail, listed, of_agenda, of_operators):
        assert view["deadlines"]["submit_by"] == expected
        (notice,) = view["notices"]
        assert notice["code"] == "cutoff.moved"
        assert notice["facts"] == {"before": (short_friday + 5 * HOURS).isoformat(), "submit_by": expected}
    assert (await calendar(office))[f"{draft}-submit-by"].end == short_friday


async def test_a_draft_whose_window_became_working_time_says_so(office: Office) -> None:
    start = saturday() + timedelta(days=14)
    draft = put(office, 41, start, deadlines=Deadlines(submit_by=start - timedelta(days=2)))
    await set_day(office, start, [["18:00", "24:00"]])
    (listed,) = await found(office, draft)
    assert listed["deadlines"]["submit_by"] is None
    assert [notice["code"] for notice in listed["notices"]] == ["cutoff.gone"]
    await set_day(office, start, None)


async def found(office: Office, number: str, name: str = HOLDER) -> list[dict[str, Any]]:
    base = "/ops/v1/appointments" if name == "operator" else APPOINTMENTS
    async with office.client(name) as client:
        return list(body(await client.get(base, params={"pre_entry_no": number}))["items"])
