"""The state that a workflow run hands over to the next one, beside the appointment itself."""

from datetime import datetime

from domain.appointment import Appointment, Declaration
from domain.decision import RefusedNumber
from domain.event import Outgoing
from domain.model import Model
from domain.receipt import Disposition


class ReceiptAnswer(Model):
    """The disposition of a receipt; ``reason`` is a stable word of ``domain.receipt``."""

    disposition: Disposition
    reason: str | None = None
    body_hash: str


class CommandResult(Model):
    """The result of a command that took effect, kept to answer it again."""

    body_hash: str
    version: int
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()


class OutboxMessage(Model):
    """A message in the outbox, with its content as of the command that sends it."""

    outgoing: Outgoing
    appointment: Appointment
    at: datetime
    reason: str | None = None
    declarations: tuple[Declaration, ...] = ()
    parked: str | None = None
    signature_id: str | None = None


class CarriedState(Model):
    """The state that continue-as-new hands to the next run. The timers follow from the appointment."""

    appointment: Appointment
    commands: dict[str, CommandResult] = {}
    receipts: dict[str, ReceiptAnswer] = {}
    outbox: tuple[OutboxMessage, ...] = ()
    hours_revision: int = 0
    unchanged_since: int | None = None
