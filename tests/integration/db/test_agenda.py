"""What an applicant has to look after, and the newest events: each by an index."""

from datetime import timedelta

import sqlalchemy as sa

from db import queries
from db.engine import reading
from db.projections import project
from db.queries.news import newest, news
from domain.appointment import Appointment, Content, Party, State
from domain.event import Action
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, IMPORTER, NOON, STRANGER, appointment, created, event, submitted

HOUR = timedelta(hours=1)


def number(serial: int) -> str:
    return f"2026{serial:014}"


def put(engine: sa.Engine, serial: int, starts_in: timedelta, **changes: object) -> None:
    content = Content(window_start=NOON + starts_in)
    project(engine, [created(number(serial), content=content, **changes)])


def serials(found: list[Appointment]) -> list[int]:
    return [int(each.pre_entry_no[4:]) for each in found]


def test_drafts_are_ahead_while_their_window_is(engine: sa.Engine) -> None:
    put(engine, 1, 2 * HOUR)
    put(engine, 2, HOUR)
    put(engine, 3, -HOUR)
    put(engine, 4, HOUR, applicant=Party(code=STRANGER, name="企业"))
    project(engine, [created(number(5)), submitted(number(5), version=2)])
    with counting(engine) as statements, reading(engine) as session:
        assert serials(queries.drafts_ahead(session, BROKER, now=NOON, limit=9)) == [2, 1]
        assert serials(queries.drafts_ahead(session, BROKER, now=NOON, limit=1)) == [2]
    assert scans(engine, statements, "appointments") == []


def test_what_stands_in_a_state_comes_by_its_window(engine: sa.Engine) -> None:
    for serial, starts_in in ((1, 2 * HOUR), (2, HOUR)):
        put(engine, serial, starts_in)
        content = Content(window_start=NOON + starts_in)
        after = appointment(number(serial), 2, State.COMPLETED_WITHOUT_FEEDBACK, content=content)
        project(engine, [event(after, Action.OVERDUE)])
    put(engine, 3, HOUR)
    with counting(engine) as statements, reading(engine) as session:
        found = queries.standing(session, BROKER, State.COMPLETED_WITHOUT_FEEDBACK, limit=9)
        assert queries.standing(session, IMPORTER, State.COMPLETED_WITHOUT_FEEDBACK, limit=9) == []
    assert serials(found) == [2, 1]
    assert scans(engine, statements, "appointments") == []


def test_news_are_the_events_after_a_row_with_both_parties(engine: sa.Engine) -> None:
    with reading(engine) as session:
        assert newest(session) == 0
    put(engine, 1, HOUR)
    project(engine, [submitted(number(1), version=2)])
    with counting(engine) as statements, reading(engine) as session:
        last = newest(session)
        (only,) = news(session, after=last - 1, limit=9)
        assert len(news(session, after=0, limit=1)) == 1
        assert news(session, after=last, limit=9) == []
    assert (only.id, only.pre_entry_no, only.version, only.state) == (last, number(1), 2, State.SUBMITTED)
    assert (only.applicant, only.consignee) == (BROKER, IMPORTER)
    assert scans(engine, statements, "appointment_events") == []
