"""Notifications stand beside the events they point at; each person reads for itself; every query has its index."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from db import notifications, queries
from db.engine import reading, writing
from db.projections import project, rebuild
from db.queries import Position, Reader
from db.queries.notifications import marks
from db.tables import NotificationRow
from domain.appointment import State
from domain.event import Action
from domain.notifications import EVENTS, Due
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import (
    BROKER,
    IMPORTER,
    NOON,
    NUMBER,
    STRANGER,
    appointment,
    approved,
    created,
    event,
    fed_back,
    life,
    submitted,
)

SINCE = NOON - timedelta(days=1)
WANG, LI = Reader("user:wang", BROKER, SINCE), Reader("user:li", BROKER, SINCE)
OTHER = "202600000000000002"


def seen(engine: sa.Engine, reader: Reader) -> list[tuple[str, int, Action, bool]]:
    with reading(engine) as session:
        found = queries.notifications(session, reader, before=None, limit=9)
    return [(each.pre_entry_no, each.version, each.action, each.read) for each in found]


def read(engine: sa.Engine, reader: Reader, *marked: tuple[str, str, int]) -> None:
    with writing(engine) as session:
        notifications.mark_read(session, reader.name, marked, at=NOON)


def unread(engine: sa.Engine, reader: Reader) -> tuple[int, list[str]]:
    with reading(engine) as session:
        numbers = queries.unread(session, reader)
    return len(numbers), list(dict.fromkeys(numbers))


def test_the_parties_are_told_and_nobody_else(engine: sa.Engine) -> None:
    project(engine, [*life(), fed_back(["223320261000000017"], 4, action=Action.FEEDBACK_REFUSED)])
    assert seen(engine, WANG) == [
        (NUMBER, 4, Action.FEEDBACK_REFUSED, False),
        (NUMBER, 3, Action.APPROVED, False),
    ]
    assert seen(engine, Reader("user:zhao", IMPORTER, SINCE)) == [(NUMBER, 3, Action.APPROVED, False)]
    assert seen(engine, Reader("user:qian", STRANGER, SINCE)) == []


def test_everybody_reads_for_himself_and_a_later_event_is_unread_again(engine: sa.Engine) -> None:
    project(engine, life())
    read(engine, WANG, (NUMBER, EVENTS, 3))
    assert unread(engine, WANG) == (0, [])
    assert unread(engine, LI) == (1, [NUMBER])
    project(engine, [fed_back(["223320261000000017"], 4, action=Action.FEEDBACK_REFUSED)])
    assert unread(engine, WANG) == (1, [NUMBER])
    read(engine, WANG, (NUMBER, EVENTS, 4))
    read(engine, WANG, (NUMBER, EVENTS, 3))
    assert unread(engine, WANG) == (0, []), "what was read stays read"


def test_all_is_read_up_to_what_was_seen(engine: sa.Engine) -> None:
    project(engine, life())
    project(engine, life(OTHER))
    later = event(appointment(OTHER, 4, State.RELEASED), Action.RELEASED, State.SUCCEEDED)
    project(engine, [later])
    with writing(engine) as session:
        notifications.mark_all_read(session, LI.name, BROKER, until=approved().at, at=NOON)
    assert unread(engine, LI) == (1, [OTHER])


def test_a_reminder_is_read_until_its_deadline_moves(engine: sa.Engine) -> None:
    read(engine, WANG, (NUMBER, Due.FEEDBACK, 200))
    read(engine, WANG, (NUMBER, Due.FEEDBACK, 100))
    with reading(engine) as session:
        found = marks(session, WANG.name, [NUMBER])
    assert {key: each.mark for key, each in found.items()} == {(NUMBER, Due.FEEDBACK.value): 100}


def test_pages_together_have_each_once(engine: sa.Engine) -> None:
    numbers = [f"2026{serial:014}" for serial in range(1, 6)]
    for number in numbers:
        project(engine, life(number))
    with reading(engine) as session:
        first = queries.notifications(session, WANG, before=None, limit=3)
        end = Position(first[-1].at, first[-1].pre_entry_no, first[-1].version)
        second = queries.notifications(session, WANG, before=Position.read(end.cursor()), limit=3)
    assert [each.pre_entry_no for each in (*first, *second)] == numbers[::-1]


def test_what_a_lost_attempt_told_is_forgotten(engine: sa.Engine) -> None:
    lost = approved()
    project(engine, [created(), submitted(), lost])
    after = appointment(version=3, state=State.RETURNED, updated_at=lost.at + timedelta(minutes=5))
    project(engine, [event(after, Action.ACCEPTED, State.SUBMITTED)])
    assert seen(engine, WANG) == []


def test_a_rebuild_makes_the_same_again(engine: sa.Engine) -> None:
    project(engine, life())
    project(engine, [*life(OTHER), fed_back(["223320261000000017"], 4, OTHER, action=Action.FEEDBACK_REFUSED)])
    read(engine, WANG, (NUMBER, EVENTS, 3))
    before = seen(engine, WANG)
    assert len(before) == 3
    with writing(engine) as session:
        session.execute(sa.delete(NotificationRow.table()))
    rebuild(engine)
    assert seen(engine, WANG) == before


@pytest.mark.parametrize("age", [timedelta(days=61), timedelta(days=59)])
def test_old_marks_are_swept(engine: sa.Engine, age: timedelta) -> None:
    read(engine, WANG, (NUMBER, EVENTS, 3))
    with writing(engine) as session:
        gone = notifications.sweep(session, before=NOON + age - timedelta(days=60))
    assert gone == (1 if age > timedelta(days=60) else 0)


def test_every_query_goes_by_an_index(engine: sa.Engine) -> None:
    project(engine, life())
    with counting(engine) as statements:
        read(engine, WANG, (NUMBER, EVENTS, 3))
        seen(engine, WANG)
        unread(engine, WANG)
        with writing(engine) as session:
            notifications.mark_all_read(session, LI.name, BROKER, until=NOON, at=NOON)
            notifications.remove_since(session, NUMBER, since=3)
            notifications.rebuild(session, [NUMBER])
    asked = [each for each in statements if each[0].startswith(("SELECT", "DELETE"))]
    assert scans(engine, asked, "notifications", "notification_reads", "appointment_events", "appointments") == []
