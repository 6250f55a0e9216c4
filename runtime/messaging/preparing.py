"""Turns queued messages into letters: what is still true and still wanted, in the words of its person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from itertools import groupby
from typing import NamedTuple

import structlog
from pydantic import ValidationError
from sqlmodel import Session

from db import known_declarations, notification_channels, queries
from db.notification_channels import Subscriber
from db.notification_deliveries import Ending, Queued, has_left, newer_waits
from domain.appointment import Appointment
from domain.notifications.channels import INVITATION, TEST, is_booked, topic_of
from domain.notifications.messages import MessageSubject, compose, reminder_facts
from domain.notifications.reminders import Deadline, deadline_of
from domain.notifications.rules import KNOWN, code_of, fault_of, known_fault
from domain.notifications.timing import is_late
from domain.notifications.troubles import Trouble
from domain.policy import Policy
from domain.problems.kinds import Fault
from runtime.messaging.address import ADDRESS, EmailAddress, MobileNumber, RobotAddress, sealing_context
from runtime.messaging.channels import Letter
from runtime.messaging.mail import CalendarPart
from runtime.sealing import Sealer, SealError
from runtime.settings import Settings

log = structlog.get_logger("messaging")


class Prepared(NamedTuple):
    """Letters to send, and the queued messages that end without one."""

    letters: list[Letter]
    ended: dict[str, Ending]


class _Item(NamedTuple):
    queued: Queued
    subscriber: Subscriber
    notice: MessageSubject
    calendar: CalendarPart | None = None


class Preparation:
    """Reads what the messages are about; ``now`` is the instant by which lateness and deadlines are judged."""

    def __init__(self, session: Session, settings: Settings, sealer: Sealer, policy: Policy, *, now: datetime) -> None:
        self._session = session
        self._settings = settings
        self._sealer = sealer
        self._policy = policy
        self._now = now

    def prepare(self, messages: Sequence[Queued]) -> Prepared:
        """Returns the letters for these messages; what waited for a person's time shares one."""
        channels = notification_channels.by_ids(self._session, {each.channel_id for each in messages})
        ended: dict[str, Ending] = {}
        items: list[_Item] = []
        for each in messages:
            try:
                found = self._item(each, channels)
            except Exception as error:  # the others must leave; this one comes again after its lease
                log.exception("a message could not be prepared", delivery=each.delivery_id, exc_info=error)
                continue
            if isinstance(found, Ending):
                ended[each.delivery_id] = found
            else:
                items.append(found)
        return Prepared(list(self._letters(items, ended)), ended)

    def _item(self, queued: Queued, channels: Mapping[str, Subscriber]) -> _Item | Ending:
        subscriber = channels.get(queued.channel_id)
        if subscriber is None or not _is_wanted(queued, subscriber, self._now):
            return Ending("skipped", "unwanted")
        if queued.code == TEST:
            return _Item(queued, subscriber, MessageSubject(fault=Fault(code=TEST)))
        if queued.version is not None:
            return self._of_event(queued, subscriber)
        if queued.code == KNOWN:
            return self._of_known(queued, subscriber)
        return self._of_deadline(queued, subscriber)

    def _of_event(self, queued: Queued, subscriber: Subscriber) -> _Item | Ending:
        number, version = str(queued.pre_entry_no), queued.version or 0
        event = queries.version_event(self._session, number, version)
        current = queries.appointment(self._session, number, viewer=None)
        if event is None or event.appointment is None or current is None:
            return Ending("skipped", "void")
        if queued.code == INVITATION:
            return self._invitation(queued, subscriber, event.appointment)
        fault = Fault(code=queued.code)
        if code_of(event.action, event.decision) == queued.code:
            fault = fault_of(event.action, event.decision, application_no=event.appointment.application_no)
        return _Item(queued, subscriber, self._notice(queued, fault, current))

    def _of_deadline(self, queued: Queued, subscriber: Subscriber) -> _Item | Ending:
        number, at = str(queued.pre_entry_no), queued.deadline
        found = queries.appointment(self._session, number, viewer=None)
        if found is None or at is None or at <= self._now:
            return Ending("skipped", "over")
        (current,) = queries.with_current_deadlines(self._session, [found], policy=self._policy, at=self._now)
        if deadline_of(current, Deadline(queued.code)) != at:
            return Ending("skipped", "stale")
        fault = Fault(code=queued.code, facts=reminder_facts(at))
        return _Item(queued, subscriber, self._notice(queued, fault, current))

    def _of_known(self, queued: Queued, subscriber: Subscriber) -> _Item | Ending:
        """Names what is not fed back when the message leaves; numbers found since then are in it too."""
        number = str(queued.pre_entry_no)
        current = queries.appointment(self._session, number, viewer=None)
        due = deadline_of(current, Deadline.FEEDBACK) if current else None
        known = known_declarations.unused(self._session, [number]).get(number)
        if current is None or due is None or due <= self._now or not known:
            return Ending("skipped", "stale")
        fault = known_fault([each.number for each in known], due)
        return _Item(queued, subscriber, self._notice(queued, fault, current))

    def _invitation(self, queued: Queued, subscriber: Subscriber, then: Appointment) -> _Item | Ending:
        if newer_waits(self._session, queued):
            return Ending("skipped", "superseded")
        if not is_booked(then) and not has_left(self._session, queued):
            return Ending("skipped", "never invited")
        address = self._address(subscriber)
        if not isinstance(address, EmailAddress) or self._settings.smtp_from is None:
            return Ending("skipped", "no mail")
        invitations = import_module("runtime.messaging.invitations")  # few workers ever write a calendar
        calendar = invitations.written(then, organizer=self._settings.smtp_from, attendee=address.email)
        return _Item(queued, subscriber, self._notice(queued, Fault(code=INVITATION), then), calendar)

    def _notice(self, queued: Queued, fault: Fault, appointment: Appointment) -> MessageSubject:
        late = queued.planned_at if is_late(queued.planned_at, self._now) else None
        return MessageSubject(fault=fault, appointment=appointment, late_since=late)

    def _letters(self, items: Iterable[_Item], ended: dict[str, Ending]) -> Iterator[Letter]:
        for together in _bundles(items):
            subscriber = together[0].subscriber
            address = self._address(subscriber)
            ids = tuple(each.queued.delivery_id for each in together)
            if address is None:
                ended |= dict.fromkeys(ids, Ending("given_up", Trouble.UNREADABLE))
                continue
            notices = [each.notice for each in together]
            message = compose(notices, subscriber.times.language, link=self._settings.public_origin)
            yield Letter(subscriber.channel.channel_id, ids, address, message, together[0].calendar)

    def _address(self, subscriber: Subscriber) -> EmailAddress | RobotAddress | MobileNumber | None:
        channel = subscriber.channel
        try:
            opened = self._sealer.open(channel.sealed, context=sealing_context(channel.channel_id))
            return ADDRESS.validate_json(opened)
        except (SealError, ValidationError):
            return None


def _is_wanted(queued: Queued, subscriber: Subscriber, now: datetime) -> bool:
    """Returns False for what its person has chosen not to get since it was queued; a test was just asked for.

    A card whose certificate is over cannot log in to choose, so it gets nothing.
    """
    channel = subscriber.channel
    if channel.card_until is not None and channel.card_until <= now:
        return False
    return queued.code == TEST or (channel.enabled and topic_of(queued.code) in channel.topics)


def _bundles(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yields what goes into one letter; an invitation has one of its own."""

    def shared(item: _Item) -> tuple[str, str]:
        alone = item.calendar is not None or not item.queued.held
        return item.queued.channel_id, item.queued.delivery_id if alone else ""

    for _, group in groupby(sorted(items, key=lambda item: (shared(item), item.queued.due_at)), key=shared):
        yield list(group)
