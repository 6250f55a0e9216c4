"""What the workflow of an appointment knows beyond the appointment itself: all that its next run starts from."""

from datetime import datetime

from domain.appointment import Appointment, Declaration
from domain.decision import RefusedNumber
from domain.event import Outgoing
from domain.model import Model
from domain.receipt import Disposition


class ReceiptAnswer(Model):
    """What became of a receipt; ``reason`` is a stable word of ``domain.receipt``."""

    disposition: Disposition
    reason: str | None = None
    body_hash: str


class CommandResult(Model):
    """What the workflow keeps of a command that took effect."""

    body_hash: str
    version: int
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()


class OutboxMessage(Model):
    """A message in the outbox, with what it says frozen at the moment it was promised."""

    outgoing: Outgoing
    appointment: Appointment
    at: datetime
    reason: str | None = None
    declarations: tuple[Declaration, ...] = ()
    parked: str | None = None
    signature_id: str | None = None


class CarriedState(Model):
    """All state of a workflow: what continue-as-new hands to the next run. Timers follow from the appointment."""

    appointment: Appointment
    commands: dict[str, CommandResult] = {}
    receipts: dict[str, ReceiptAnswer] = {}
    outbox: tuple[OutboxMessage, ...] = ()
    hours_revision: int = 0
    unchanged_since: int | None = None
