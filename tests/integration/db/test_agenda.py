"""What an applicant has to look after, and the newest events: each by an index."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from db import queries
from db.engine import reading
from db.projections import project
from db.queries import AgendaList
from db.queries.recent_events import events_after, last_event_id
from domain.appointment import Content, Deadlines, Party, State
from domain.event import Action
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, IMPORTER, NOON, STRANGER, appointment, created, event, submitted

HOUR = timedelta(hours=1)


def number(serial: int) -> str:
    return f"2026{serial:014}"


def put(engine: sa.Engine, serial: int, starts_in: timedelta | None, state: State = State.DRAFT, **more: Any) -> None:
    """An appointment whose window of two hours begins so long after noon."""
    window = window_at(starts_in) | more
    project(engine, [created(number(serial), **window)])
    if state is not State.DRAFT:
        project(engine, [event(appointment(number(serial), 2, state, **window), Action.SUBMITTED)])


def window_at(starts_in: timedelta | None) -> dict[str, Any]:
    start = None if starts_in is None else NOON + starts_in
    return {"content": Content(window_start=start), "window_end": start and start + 2 * HOUR}


def serials(found: AgendaList) -> list[int]:
    return [int(each.pre_entry_no[4:]) for each in found.items]


def test_all_drafts_come_the_nearest_first_then_those_without_a_time_then_past_ones(engine: sa.Engine) -> None:
    windows = {1: 2 * HOUR, 2: HOUR, 3: -3 * HOUR, 4: None, 5: -9 * HOUR, 6: None}
    for serial, starts_in in windows.items():
        put(engine, serial, starts_in, created_at=NOON + serial * HOUR)
    put(engine, 7, HOUR, applicant=Party(code=STRANGER, name="企业"))
    put(engine, 8, HOUR, State.SUBMITTED)
    with counting(engine) as statements, reading(engine) as session:
        assert serials(queries.drafts(session, BROKER, now=NOON, limit=9)) == [2, 1, 6, 4, 3, 5]
        few = queries.drafts(session, BROKER, now=NOON, limit=3)
    assert (serials(few), few.total) == ([2, 1, 6], 6), "items that are left out are counted"
    assert scans(engine, statements, "appointments") == []


def test_a_window_is_to_come_until_it_is_over_whatever_became_of_the_application(engine: sa.Engine) -> None:
    booked = (State.SUBMITTED, State.ACCEPTED, State.SUCCEEDED, State.COMPLETED)
    for serial, state in enumerate(State):
        put(engine, serial + 1, HOUR - serial * timedelta(minutes=1), state)
    put(engine, 50, -HOUR, State.COMPLETED)
    put(engine, 51, -2 * HOUR, State.COMPLETED)
    put(engine, 52, HOUR, State.SUBMITTED, applicant=Party(code=STRANGER, name="企业"))
    with counting(engine) as statements, reading(engine) as session:
        found = queries.upcoming(session, BROKER, now=NOON, limit=9)
        assert serials(found) == serials(queries.upcoming(session, BROKER, now=NOON, limit=99))
        assert queries.upcoming(session, BROKER, now=NOON, limit=1).total == found.total == 5
    assert serials(found)[0] == 50, "running, and over only when it ends"
    assert {each.state for each in found.items[1:]} == set(booked)
    assert scans(engine, statements, "appointments") == []


def test_feedback_is_due_from_the_begin_of_the_window_on_by_its_deadline(engine: sa.Engine) -> None:
    for serial, days in ((1, 3), (2, 1)):
        put(engine, serial, -HOUR, State.SUCCEEDED, deadlines=Deadlines(feedback_by=NOON + timedelta(days=days)))
    put(engine, 3, HOUR, State.SUCCEEDED)
    put(engine, 4, -HOUR, State.COMPLETED)
    put(engine, 5, -HOUR, State.ACCEPTED)
    with counting(engine) as statements, reading(engine) as session:
        assert serials(queries.feedback_due(session, BROKER, now=NOON, limit=9)) == [2, 1]
    assert scans(engine, statements, "appointments") == []


def test_undecided_and_overdue_come_by_their_window(engine: sa.Engine) -> None:
    put(engine, 1, -3 * HOUR, State.SUBMITTED)
    put(engine, 2, -4 * HOUR, State.ACCEPTED)
    put(engine, 3, -HOUR, State.ACCEPTED)
    put(engine, 4, -2 * HOUR, State.COMPLETED_WITHOUT_FEEDBACK)
    put(engine, 5, -5 * HOUR, State.COMPLETED_WITHOUT_FEEDBACK)
    with counting(engine) as statements, reading(engine) as session:
        assert serials(queries.undecided(session, BROKER, now=NOON, limit=9)) == [2, 1], "the third still runs"
        assert serials(queries.overdue(session, BROKER, limit=9)) == [5, 4]
        assert queries.overdue(session, IMPORTER, limit=9) == ([], 0)
    assert scans(engine, statements, "appointments") == []


def test_what_was_returned_is_shown_as_long_as_its_window_is_not_over(engine: sa.Engine) -> None:
    for serial, starts_in in ((1, 3 * HOUR), (2, HOUR), (3, -3 * HOUR), (4, None)):
        put(engine, serial, starts_in, State.RETURNED)
    put(engine, 5, HOUR, State.RETURNED, applicant=Party(code=STRANGER, name="企业"))
    put(engine, 6, HOUR, State.CANCELLED)
    with counting(engine) as statements, reading(engine) as session:
        assert serials(queries.returned(session, BROKER, now=NOON, limit=9)) == [2, 1]
        assert queries.returned(session, BROKER, now=NOON, limit=1).total == 2
    assert scans(engine, statements, "appointments") == []


def test_news_are_the_events_after_a_row_with_both_parties(engine: sa.Engine) -> None:
    with reading(engine) as session:
        assert last_event_id(session) == 0
    put(engine, 1, HOUR)
    project(engine, [submitted(number(1), version=2)])
    with counting(engine) as statements, reading(engine) as session:
        last = last_event_id(session)
        (only,) = events_after(session, after=last - 1, limit=9)
        assert len(events_after(session, after=0, limit=1)) == 1
        assert events_after(session, after=last, limit=9) == []
    assert (only.id, only.pre_entry_no, only.version, only.state) == (last, number(1), 2, State.SUBMITTED)
    assert (only.applicant, only.consignee) == (BROKER, IMPORTER)
    assert scans(engine, statements, "appointment_events") == []


def test_what_takes_feedback_has_its_deadline_to_come(engine: sa.Engine) -> None:
    for serial, (state, left) in enumerate(
        [(State.SUCCEEDED, HOUR), (State.COMPLETED, HOUR), (State.SUCCEEDED, -HOUR), (State.SUBMITTED, HOUR)], 1
    ):
        put(engine, serial, -serial * HOUR, state, deadlines=Deadlines(feedback_by=NOON + left))
    put(engine, 9, -HOUR, State.SUCCEEDED, applicant=Party(code=STRANGER, name="企业"))
    with counting(engine) as statements, reading(engine) as session:
        found = queries.open_for_feedback(session, BROKER, now=NOON, since=NOON - 100 * HOUR)
    assert [int(each.pre_entry_no[4:]) for each in found] == [2, 1]
    assert scans(engine, statements, "appointments") == []
