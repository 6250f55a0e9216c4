"""Queues reminders of deadlines that are near, from the read rows: no appointment has a timer or an event for them."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from db import notification_channels, queries
from db.engine import read, writing
from db.notification_channels import Subscriber
from db.notification_deliveries import queue_reminder
from domain.appointment import Appointment
from domain.notifications.reminders import ReminderStep, begun
from domain.policy import Policy
from runtime.messaging.sending import Messenger

#: Seconds between two looks; a reminder may come that much after its lead has begun.
PAUSE_SECONDS = 30.0
#: Appointments of each kind that are searched, the nearest first.
_MOST = 500


def remind(messenger: Messenger) -> None:
    """Queues every reminder that has begun; one that is queued already stays as it is."""
    for code in read(messenger.engine, notification_channels.subscribed_enterprises):
        _remind(messenger, code, messenger.clock())


def _remind(messenger: Messenger, code: str, now: datetime) -> None:
    near = read(messenger.engine, lambda session: list(_near(session, code, messenger.policy, now)))
    if not near:
        return
    with writing(messenger.engine) as session:
        following = notification_channels.subscribers(session, [code])
        for appointment, step in near:
            _queue(session, following, appointment, step)


def _queue(session: Session, following: list[Subscriber], appointment: Appointment, step: ReminderStep) -> None:
    for subscriber in following:
        queue_reminder(session, subscriber, appointment.pre_entry_no, step)


def _near(session: Session, code: str, policy: Policy, now: datetime) -> Iterator[tuple[Appointment, ReminderStep]]:
    drafts = queries.drafts(session, code, now=now, limit=_MOST).items
    booked = queries.upcoming(session, code, now=now, limit=_MOST).items
    open_ones = queries.feedback_due(session, code, now=now, limit=_MOST).items
    for appointment in queries.with_current_deadlines(session, drafts, policy=policy, at=now):
        yield from ((appointment, step) for step in begun(appointment, now))
    for appointment in {each.pre_entry_no: each for each in (*booked, *open_ones)}.values():
        yield from ((appointment, step) for step in begun(appointment, now))
