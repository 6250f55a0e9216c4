"""Invitations to windows as calendars read them: asked, changed, taken back, never about what is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from db.engine import connect
from db.projections import project
from domain.appointment import State
from domain.event import Action
from domain.notifications.channels import ChannelType, Topic
from tests.integration.api.readers import by_javascript
from tests.integration.db.messages import HOUR, WANG, Bench
from tests.integration.db.servers import Make
from tests.integration.db.stories import (
    NOON,
    NUMBER,
    appointment,
    approved,
    created,
    event,
    life,
    submitted,
)


@pytest.fixture
def engine(sqlite_maker: Make, tmp_path: Path) -> Iterator[sa.Engine]:
    """One database is enough where none of its rows matter."""
    opened = connect(sqlite_maker(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture
def bench(engine: sa.Engine) -> Bench:
    return Bench(engine)


def test_an_invitation_follows_the_window_from_approval_to_its_end(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.INVITATION)
    project(bench.engine, [created(), submitted(), approved()])
    bench.now = NOON + timedelta(minutes=4)
    assert bench.send() == 1
    changed = appointment(version=4, state=State.SUCCEEDED, submitted_at=NOON, approved_at=NOON)
    project(bench.engine, [event(changed, Action.HOURS_CHANGED, State.SUCCEEDED)])
    assert bench.send() == 1
    cancelled = appointment(version=5, state=State.CANCELLED, submitted_at=NOON, approved_at=NOON)
    project(bench.engine, [event(cancelled, Action.CANCELLED, State.SUCCEEDED)])
    bench.now = NOON + timedelta(minutes=6)
    assert bench.send() == 1
    parts = [calendar_of(mail) for mail in bench.mailbox.mails]
    assert [method for method, _ in parts] == ["REQUEST", "REQUEST", "CANCEL"]
    sequences = []
    for method, content in parts:
        (event_read,) = Calendar.from_ical(content).walk("VEVENT")
        assert Calendar.from_ical(content)["METHOD"] == method
        assert event_read["UID"] == f"{NUMBER}-window@yuyue"
        assert event_read["ATTENDEE"] == f"mailto:{WANG}"
        assert event_read["ORGANIZER"] == "mailto:notice@yuyue.example"
        sequences.append(event_read["SEQUENCE"])
        for reader, (_, events) in by_javascript(content).items():
            seen = events[f"{NUMBER}-window@yuyue"]
            assert (seen.start, seen.end) == (_start(), _start() + 2 * HOUR), reader
            assert seen.status == ("CANCELLED" if method == "CANCEL" else "CONFIRMED"), reader
            assert seen.sequence == sequences[-1], reader
    assert sequences == [3, 4, 5]


def calendar_of(mail: EmailMessage) -> tuple[str, bytes]:
    """(METHOD of the Content-Type, content) of the calendar's part."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return str(part.get_param("method")), content


def _start() -> datetime:
    start = appointment().content.window_start
    assert start is not None
    return start


def test_what_is_over_before_the_server_is_back_invites_nobody(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.INVITATION)
    cancelled = appointment(version=4, state=State.CANCELLED, submitted_at=NOON, approved_at=NOON)
    project(bench.engine, [*life(), event(cancelled, Action.CANCELLED, State.SUCCEEDED)])
    bench.now = NOON + HOUR
    bench.send()
    assert bench.mailbox.mails == []
    problems = [problem for _, _, problem in bench.rows()]
    assert problems == ["superseded", "never invited"]
