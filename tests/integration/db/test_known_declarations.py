"""What customs knew of an appointment, and when it is asked again."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from db import claims, known_declarations
from db.engine import read, writing
from db.projections import project
from domain.appointment import Appointment, Deadlines
from domain.notifications.channels import ChannelType, Topic
from tests.integration.db.messages import WANG, Bench, text_of
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, NUMBER, approved, created, submitted

A, B = "223320261000000001", "223320261000000002"
OTHER = "202600000000000002"
DAY = timedelta(days=1)
EVERY = timedelta(hours=6)
#: The window of the stories ends 2026-11-28 14:00 UTC.
OVER = datetime(2026, 11, 28, 14, tzinfo=NOON.tzinfo)


def book(engine: sa.Engine, number: str = NUMBER, *, feedback_by: datetime = OVER + 5 * DAY) -> None:
    deadlines = Deadlines(submit_by=NOON, cancel_before=NOON, feedback_by=feedback_by)
    project(engine, [created(number), submitted(number), approved(number, deadlines=deadlines)])


def booked(feedback_by: datetime = OVER + 5 * DAY) -> Appointment:
    deadlines = Deadlines(submit_by=NOON, cancel_before=NOON, feedback_by=feedback_by)
    return approved(NUMBER, deadlines=deadlines).appointment


def due(engine: sa.Engine, now: datetime) -> list[str]:
    def query(session: Any) -> list[str]:
        found = known_declarations.due(session, now, every=EVERY, limit=10)
        return [each.pre_entry_no for each in found]

    return read(engine, query)


def unused(engine: sa.Engine) -> list[str]:
    found = read(engine, lambda session: known_declarations.unused(session, [NUMBER]))
    return [each.number for each in found.get(NUMBER, [])]


def test_customs_is_asked_from_the_end_of_the_window_to_the_deadline_the_nearest_first(engine: sa.Engine) -> None:
    book(engine)
    book(engine, OTHER, feedback_by=OVER + 3 * DAY)
    assert due(engine, OVER - DAY) == []
    assert due(engine, OVER) == [OTHER, NUMBER]
    assert due(engine, OVER + 4 * DAY) == [NUMBER]
    assert due(engine, OVER + 5 * DAY) == []


def test_what_was_asked_about_is_asked_again_later(engine: sa.Engine) -> None:
    book(engine)
    known_declarations.add(engine, booked(), {}, OVER)
    assert due(engine, OVER + EVERY - timedelta(seconds=1)) == []
    assert due(engine, OVER + EVERY) == [NUMBER]


def test_a_number_is_offered_until_some_appointment_uses_it_and_keeps_its_first_instant(engine: sa.Engine) -> None:
    book(engine)
    known_declarations.add(engine, booked(), {A: date(2026, 11, 28)}, OVER)
    known_declarations.add(engine, booked(), {A: date(2026, 11, 28), B: date(2026, 11, 29)}, OVER + DAY)
    assert unused(engine) == [A, B]
    found = read(engine, lambda session: known_declarations.unused(session, [NUMBER]))[NUMBER]
    assert [each.found_at for each in found] == [OVER, OVER + DAY]
    claims.claim(engine, OTHER, [A])
    assert unused(engine) == [B]
    assert read(engine, lambda session: known_declarations.used(session, [A, B])) == {A}


def test_channels_of_the_applicant_hear_of_each_new_number_once(engine: sa.Engine) -> None:
    bench = Bench(engine)
    bench.channel(ChannelType.EMAIL, Topic.FEEDBACK)
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE, holder="user:li", email="li@broker.example")
    book(engine)
    bench.now = OVER
    for _ in range(2):
        known_declarations.add(engine, booked(), {A: date(2026, 11, 28)}, OVER)
        bench.send()
    (told,) = bench.mailbox.mails
    assert (told["To"], told["Subject"]) == (WANG, f"预约通关 海关已有报关单 {NUMBER}")
    assert A in text_of(told)
    bench.now = OVER + DAY
    known_declarations.add(engine, booked(), {A: date(2026, 11, 28), B: date(2026, 11, 29)}, bench.now)
    bench.send()
    assert B in text_of(bench.mailbox.mails[-1])
    assert len(bench.mailbox.mails) == 2


def test_a_number_that_is_fed_back_before_its_news_leaves_is_no_news(engine: sa.Engine) -> None:
    bench = Bench(engine)
    bench.channel(ChannelType.EMAIL, Topic.FEEDBACK)
    book(engine)
    known_declarations.add(engine, booked(), {A: date(2026, 11, 28)}, OVER)
    claims.claim(engine, NUMBER, [A])
    bench.now = OVER
    bench.send()
    assert bench.mailbox.mails == []
    assert bench.rows() == [("declaration_known", "skipped", "stale")]


def test_what_is_long_over_is_removed(engine: sa.Engine) -> None:
    book(engine)
    known_declarations.add(engine, booked(), {A: date(2026, 11, 28)}, OVER)
    with writing(engine) as session:
        known_declarations.sweep(session, OVER)
    assert unused(engine) == [A]
    with writing(engine) as session:
        known_declarations.sweep(session, OVER + DAY)
    assert unused(engine) == []


def test_the_search_for_what_is_due_reads_the_open_ones_alone(engine: sa.Engine) -> None:
    book(engine)
    with counting(engine) as statements:
        due(engine, OVER + DAY)
        known_declarations.add(engine, booked(), {A: date(2026, 11, 28)}, OVER)
        unused(engine)
    assert scans(engine, statements, "appointments", "known_declarations", "declaration_searches") == []
