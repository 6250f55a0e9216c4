"""Channels by which people are notified outside the page, their topics, and what is sent for which event.

The bell shows the kinds of ``rules`` alone; a channel can also follow every change of state, and more reminders.
"""

from enum import StrEnum

from domain.appointment import Appointment, State
from domain.event import Action, Event
from domain.notifications.reminders import Deadline
from domain.notifications.rules import KNOWN, code_of, recipients


class ChannelType(StrEnum):
    """The ways of a message to a person."""

    EMAIL = "email"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    SMS = "sms"


class Topic(StrEnum):
    """Topics that a person can choose to be notified of."""

    PROGRESS = "progress"
    TROUBLE = "trouble"
    HOURS = "hours"
    CUTOFF = "cutoff"
    WINDOW = "window"
    FEEDBACK = "feedback"
    INVITATION = "invitation"


#: Message that a person sends to see that a channel works.
TEST = "test"
#: Invitation to the window, its update and its cancellation, as a part for calendars.
INVITATION = "invitation"

#: State that an event leads to → kind of message, for changes of state that the bell does not show.
_ENTERED: dict[State, str] = {
    State.SUBMITTED: "submitted",
    State.ACCEPTED: "accepted",
    State.CANCELLED: "cancelled",
    State.COMPLETED: "completed",
}
#: Kinds of these that the consignee gets as well: the window is given up, or the clearance is done.
_FOR_BOTH = frozenset({"cancelled", "completed"})
_PROGRESS = frozenset({"approved", "explanation_accepted", "released", *_ENTERED.values()})
_TOPICS: dict[str, Topic] = {
    "hours_changed": Topic.HOURS,
    "hours_restored": Topic.HOURS,
    Deadline.CUTOFF: Topic.CUTOFF,
    Deadline.WINDOW: Topic.WINDOW,
    Deadline.FEEDBACK: Topic.FEEDBACK,
    KNOWN: Topic.FEEDBACK,
    INVITATION: Topic.INVITATION,
}
#: Events after which a calendar must learn of a booked window once more.
_INVITING = frozenset({Action.APPROVED, Action.HOURS_CHANGED, Action.HOURS_RESTORED})


def topic_of(code: str) -> Topic:
    """Returns the topic under which a person chooses this kind of message."""
    return _TOPICS.get(code, Topic.PROGRESS if code in _PROGRESS else Topic.TROUBLE)


def offered(kind: ChannelType) -> frozenset[Topic]:
    """Returns the topics of a channel; an invitation needs mail."""
    return frozenset(Topic) if kind is ChannelType.EMAIL else frozenset(Topic) - {Topic.INVITATION}


def event_codes(event: Event) -> dict[str, tuple[str, ...]]:
    """Returns kind of message → customs codes of the enterprises whose people may get it."""
    appointment = event.appointment
    applicant, consignee = appointment.applicant.code, appointment.consignee.code if appointment.consignee else None
    both = tuple(dict.fromkeys(code for code in (applicant, consignee) if code))
    found: dict[str, tuple[str, ...]] = {}
    if code := code_of(event.action, event.decision):
        found[code] = recipients(event.action, event.decision, applicant=applicant, consignee=consignee)
    elif event.before is not event.after and (entered := _ENTERED.get(event.after)):
        found[entered] = both if entered in _FOR_BOTH else (applicant,)
    if appointment.approved_at is not None and _changes_window(event):
        found[INVITATION] = both
    return found


def is_booked(appointment: Appointment) -> bool:
    """Returns True while the window is to be kept: neither given up nor taken back."""
    return appointment.state not in {State.CANCELLED, State.RETURNED}


def _changes_window(event: Event) -> bool:
    ended = event.before is not event.after and not is_booked(event.appointment)
    return ended or event.action in _INVITING
