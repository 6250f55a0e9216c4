"""The events of an appointment: append-only, one for each version."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.actor import Actor
from domain.appointment import Appointment, State
from domain.model import Model


class Action(StrEnum):
    """The kinds of events, as past participles. The timeline shows them."""

    CREATED = "created"
    SAVED = "saved"
    SUBMITTED = "submitted"
    DELETED = "deleted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    CANCEL_CONFIRMED = "cancel_confirmed"
    CANCEL_UNCONFIRMED = "cancel_unconfirmed"
    CANCELLATION_CLOSED = "cancellation_closed"
    UNDECIDED = "undecided"
    LAPSED = "lapsed"
    FED_BACK = "fed_back"
    FEEDBACK_CONFIRMED = "feedback_confirmed"
    FEEDBACK_REFUSED = "feedback_refused"
    FEEDBACK_CLOSED = "feedback_closed"
    RECHECKED = "rechecked"
    OVERDUE = "overdue"
    EXPLAINED = "explained"
    EXPLANATION_ACCEPTED = "explanation_accepted"
    EXPLANATION_REFUSED = "explanation_refused"
    RELEASED = "released"
    DELIVERY_PARKED = "delivery_parked"
    DELIVERY_RESUMED = "delivery_resumed"
    ATTACHED = "attached"
    DETACHED = "detached"
    HOURS_CHANGED = "hours_changed"
    HOURS_RESTORED = "hours_restored"
    TAKEN_BACK = "taken_back"
    REVIVED = "revived"
    REVERSED = "reversed"


#: Events that leave the appointment unchanged: the version before is still current for ``If-Match``.
UNCHANGING = frozenset({Action.TAKEN_BACK, Action.REVIVED})


class MessageType(StrEnum):
    """The messages to customs."""

    APPLY = "APPOINTMENT_APPLY"
    CANCEL = "APPOINTMENT_CANCEL"
    FEEDBACK = "APPOINTMENT_FEEDBACK"
    EXPLANATION = "APPOINTMENT_EXPLANATION"


class Outgoing(Model):
    """A message to send to customs; its id is fixed before sending, and is the idempotency key there."""

    message_id: str
    message_type: MessageType


class Event(Model):
    """One version of an appointment.

    ``received_at`` is the legal instant of a command; ``due_at`` the one of a timer, which may have
    fired late (``at``). ``decision`` keeps rules, facts and policy version, with nothing personal in it.
    ``reason`` is sealed. ``signature_id`` names the electronic signature in the
    archive. ``run_id`` points into the workflow's history.
    """

    version: int
    at: datetime
    actor: Actor
    action: Action
    before: State | None
    after: State
    appointment: Appointment
    received_at: datetime | None = None
    due_at: datetime | None = None
    reason: str | None = None
    decision: dict[str, Any] = {}
    command_key: str | None = None
    command_hash: str | None = None
    receipt_id: str | None = None
    outgoing: Outgoing | None = None
    run_id: str
    signature_id: str | None = None
