"""Messages for channels: queued in the transaction of their event, claimed before they leave, one of each for ever."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import notification_channels
from db.engine import writing
from db.notification_channels import MessageChannel, Subscriber
from db.tables import NotificationDeliveryRow
from db.upsert import insert_missing
from domain.appointment import Appointment
from domain.event import Event
from domain.model import Model
from domain.notifications.channels import TEST, event_codes, topic_of
from domain.notifications.reminders import ReminderStep
from domain.notifications.rules import KNOWN
from domain.notifications.timing import Planned, planned

_ROWS = NotificationDeliveryRow.table()
#: How long a sender that has claimed a message is waited for.
LEASE = timedelta(minutes=2)
_WAITING = sa.text("state = 'waiting'")


class Queued(Model):
    """A message that waits for its channel; see ``db.tables.NotificationDeliveryRow``."""

    delivery_id: str
    channel_id: str
    pre_entry_no: str | None
    code: str
    version: int | None = None
    deadline: datetime | None = None
    due_at: datetime
    planned_at: datetime
    next_at: datetime
    held: bool
    attempts: int = 0


class Ending(NamedTuple):
    """End of a message: ``sent``, ``skipped`` or ``given_up``."""

    state: str
    problem: str | None = None


def queue_events(session: Session, new_events: Sequence[Event]) -> None:
    """Adds a message for every channel that follows one of the events; one that is there stays as it is."""
    wanted = [(event, code, codes) for event in new_events for code, codes in event_codes(event).items()]
    enterprises = sorted({code for _, _, codes in wanted for code in codes})
    if not enterprises:
        return
    following = notification_channels.subscribers(session, enterprises)
    rows = [
        _of_event(event, code, each)
        for event, code, codes in wanted
        for each in following
        if each.channel.customs_code in codes and topic_of(code) in each.channel.topics
    ]
    insert_missing(session, _ROWS, *rows)


def queue_reminder(session: Session, subscriber: Subscriber, pre_entry_no: str, step: ReminderStep) -> None:
    """Adds the reminder unless it is there; one that began before the channel was made is left out."""
    channel = subscriber.channel
    if topic_of(step.due) not in channel.topics or step.begins_at < channel.created_at:
        return
    hours = int(step.lead.total_seconds() // 3600)
    mark = f"{int(step.at.timestamp())}-{hours}h"
    when = planned(step.begins_at, subscriber.times, expires_at=step.at)
    row = _row(channel, f"{pre_entry_no}/{step.due}/{mark}", step.due, step.begins_at, when=when)
    insert_missing(session, _ROWS, row | {"pre_entry_no": pre_entry_no, "deadline": step.at})


def queue_known(session: Session, appointment: Appointment, number: str, *, at: datetime) -> None:
    """Adds the news that customs knows declarations, ``number`` first, for every channel that follows feedback."""
    deadline = appointment.deadlines.feedback_by
    about = {"pre_entry_no": appointment.pre_entry_no, "deadline": deadline}
    for each in notification_channels.subscribers(session, [appointment.applicant.code]):
        if topic_of(KNOWN) in each.channel.topics:
            when = planned(at, each.times, expires_at=deadline)
            row = _row(each.channel, f"{appointment.pre_entry_no}/{KNOWN}/{number}", KNOWN, at, when=when)
            insert_missing(session, _ROWS, row | about)


def queue_test(session: Session, channel: MessageChannel, key: str, *, at: datetime) -> None:
    """Adds a test message for the channel, which no preference holds back; one for each key."""
    row = _row(channel, f"{TEST}/{key}", TEST, at, when=Planned(at, held=False))
    insert_missing(session, _ROWS, row)


def due(session: Session, now: datetime, *, limit: int = 200) -> list[Queued]:
    """Returns the messages to be sent now, those that waited longest first."""
    wanted = sa.select(_ROWS).where(_WAITING, _ROWS.c.next_at <= now).order_by(_ROWS.c.next_at).limit(limit)
    return [Queued.model_validate(dict(row)) for row in session.execute(wanted).mappings()]


def claim(engine: Engine, messages: Sequence[Queued], now: datetime) -> list[Queued]:
    """Returns those that nobody else has claimed; each is this sender's until the lease is over."""
    with writing(engine) as session:
        return list(_claimed(session, messages, now))


def _claimed(session: Session, messages: Sequence[Queued], now: datetime) -> Iterator[Queued]:
    for each in messages:
        own = sa.and_(_ROWS.c.delivery_id == each.delivery_id, _WAITING, _ROWS.c.next_at == each.next_at)
        change = sa.update(_ROWS).where(own).values(next_at=now + LEASE, attempts=each.attempts + 1)
        if session.execute(change).rowcount:  # type: ignore[attr-defined]  # a result of an UPDATE has it
            yield each.model_copy(update={"attempts": each.attempts + 1})


def end(session: Session, delivery_id: str, ending: Ending, *, at: datetime) -> None:
    """Records what became of a message."""
    values = {"state": ending.state, "problem": ending.problem, "ended_at": at}
    session.execute(sa.update(_ROWS).where(_ROWS.c.delivery_id == delivery_id).values(values))


def postpone(session: Session, delivery_id: str, problem: str, *, until: datetime) -> None:
    """Records a failed attempt, and when to try again."""
    values = {"problem": problem, "next_at": until}
    session.execute(sa.update(_ROWS).where(_ROWS.c.delivery_id == delivery_id).values(values))


def replan(session: Session, holder: str, now: datetime) -> None:
    """Moves the messages that wait for a person's times to the times as they are now."""
    channels = [each.channel_id for each in notification_channels.of_holder(session, holder)]
    times = notification_channels.times_of(session, holder)
    waiting = sa.select(_ROWS).where(_ROWS.c.channel_id.in_(channels), _WAITING, _ROWS.c.attempts == 0)
    for row in session.execute(waiting).mappings().all():
        each = Queued.model_validate(dict(row))
        when = planned(max(each.due_at, now), times, expires_at=each.deadline)
        values = {"planned_at": when.at, "next_at": when.at, "held": when.held}
        session.execute(sa.update(_ROWS).where(_ROWS.c.delivery_id == each.delivery_id).values(values))


def remove_since(session: Session, pre_entry_no: str, *, since: int) -> None:
    """Removes waiting messages of an attempt of the workflow that was lost before it became durable."""
    own = sa.and_(_ROWS.c.pre_entry_no == pre_entry_no, _ROWS.c.version >= since)
    session.execute(sa.delete(_ROWS).where(own, _WAITING))


def sweep(session: Session, *, before: datetime) -> int:
    """Removes messages that ended and were due before that instant; returns how many."""
    gone = session.execute(sa.delete(_ROWS).where(_ROWS.c.due_at < before, _ROWS.c.state != "waiting"))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a result of a DELETE has it


def count_undelivered(session: Session, *, before: datetime) -> int:
    """Returns how many messages wait although they should have left before that instant."""
    late = sa.select(sa.func.count()).select_from(_ROWS).where(_WAITING, _ROWS.c.planned_at < before)
    return int(session.execute(late).scalar_one())


def test_result(session: Session, channel_id: str, key: str) -> tuple[str, str | None] | None:
    """Returns (state, problem) of a test message; None when there is none."""
    own = _ROWS.c.delivery_id == f"{channel_id}/{TEST}/{key}"
    found = session.execute(sa.select(_ROWS.c.state, _ROWS.c.problem).where(own)).one_or_none()
    return None if found is None else (found.state, found.problem)


def count_tests(session: Session, channel_ids: Sequence[str], *, since: datetime) -> int:
    """Returns how many tests of these channels were asked for since that instant."""
    own = sa.and_(_ROWS.c.channel_id.in_(channel_ids), _ROWS.c.code == TEST, _ROWS.c.due_at >= since)
    return int(session.execute(sa.select(sa.func.count()).select_from(_ROWS).where(own)).scalar_one())


def _of_event(event: Event, code: str, subscriber: Subscriber) -> dict[str, object]:
    appointment = event.appointment
    key = f"{appointment.pre_entry_no}/{code}/{event.version}"
    when = planned(event.at, subscriber.times)
    row = _row(subscriber.channel, key, code, event.at, when=when)
    return row | {"pre_entry_no": appointment.pre_entry_no, "version": event.version}


def _row(channel: MessageChannel, key: str, code: str, due_at: datetime, *, when: Planned) -> dict[str, object]:
    return {
        "delivery_id": f"{channel.channel_id}/{key}",
        "channel_id": channel.channel_id,
        "pre_entry_no": None,
        "code": code,
        "version": None,
        "deadline": None,
        "due_at": due_at,
        "planned_at": when.at,
        "next_at": when.at,
        "held": when.held,
        "attempts": 0,
        "state": "waiting",
    }


def newer_waits(session: Session, queued: Queued) -> bool:
    """Returns True if a later message of this kind about the appointment waits for the same channel."""
    later = sa.select(_ROWS.c.delivery_id).where(*_same(queued), _WAITING, _ROWS.c.version > queued.version)
    return session.execute(later.limit(1)).first() is not None


def has_left(session: Session, queued: Queued) -> bool:
    """Returns True if a message of this kind about the appointment was sent to this channel before."""
    sent = sa.select(_ROWS.c.delivery_id).where(*_same(queued), _ROWS.c.state == "sent")
    return session.execute(sent.limit(1)).first() is not None


def _same(queued: Queued) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _ROWS.c.pre_entry_no == queued.pre_entry_no,
        _ROWS.c.channel_id == queued.channel_id,
        _ROWS.c.code == queued.code,
    )
