"""The models of answers and of the record that they are made from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.actor import Actor
from domain.appointment import Appointment, State
from domain.event import Action, MessageType
from domain.model import Model
from domain.problems.kinds import Fault
from domain.refused_command import RefusedCommand


class Question(StrEnum):
    """The questions of operators."""

    REFUSED = "refused"
    TOO_LATE = "too_late"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    OVERDUE = "overdue"
    RELEASED = "released"
    UNDECIDED = "undecided"
    DELIVERED = "delivered"
    OPENED = "opened"


class Evidence(Model):
    """The place in the record that proves an answer, and the rule with what it used."""

    rule: str | None = None
    source: str | None = None
    version: int | None = None
    receipt_id: str | None = None
    message_id: str | None = None
    port: str | None = None
    calendar_day: str | None = None
    calendar_layer: str | None = None
    policy_version: str | None = None


class QuestionAnswer(Model):
    """An answer; ``code`` names its sentence, ``facts`` fill it. ``faults`` are those of a refused command."""

    question: Question
    code: str
    facts: dict[str, Any]
    faults: tuple[Fault, ...] = ()
    evidence: Evidence


class Opening(Model):
    """One look of an operator at personal fields."""

    at: datetime
    subject: str
    address: str | None = None


class EventSummary(Model):
    """A recorded event without its snapshot; the fields are those of ``domain.event.Event``."""

    version: int
    at: datetime
    actor: Actor
    action: Action
    before: State | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    decision: dict[str, Any] = {}
    receipt_id: str | None = None


class CustomsMessage(Model):
    """A message to customs and its delivery: ``state`` is pending, delivered or stuck."""

    message_id: str
    message_type: MessageType
    version: int
    promised_at: datetime
    state: str
    delivered_at: datetime | None = None
    reason: str | None = None
    attempts: int | None = None


class AppointmentRecord(NamedTuple):
    """The record of one appointment, ``events`` oldest first; ``names``: id of a user, key or card → its name."""

    appointment: Appointment
    events: Sequence[EventSummary]
    refused: Sequence[RefusedCommand] = ()
    messages: Sequence[CustomsMessage] = ()
    openings: Sequence[Opening] = ()
    names: Mapping[str, str] = {}
