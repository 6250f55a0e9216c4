"""The messages between the workflow and its callers: names, ids, one model in and one model out for each.

The API and the command line import no other module of ``workflows``. Fields are only ever added.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from domain.actor import Actor
from domain.appointment import Appointment, Attachment, Content, Declaration
from domain.carried import CarriedState
from domain.decision import Decision, RefusedNumber
from domain.event import MessageType
from domain.model import Model
from domain.receipt import Receipt

APPOINTMENT = "Appointment"
COLLECTION = "Collection"
UPKEEP = "Upkeep"
HEALTH = "Health"
RECEIPT_PULL = "ReceiptPull"
WEBHOOKS = "Webhooks"
#: The signal that something waits for a receiver.
WAKE = "wake"
TASK_QUEUE = "yuyue"
_OF_AN_APPOINTMENT = "appointment/"
_OF_A_RECEIVER = "webhook/"

#: name → Temporal type of every search attribute; SQL visibility allows 10 keywords and 3 datetimes.
SEARCH_ATTRIBUTES = {
    "AppointmentState": "Keyword",
    "Applicant": "Keyword",
    "Consignee": "Keyword",
    "DeclarationPort": "Keyword",
    "Attention": "Keyword",
    "WindowStart": "Datetime",
    "FeedbackDeadline": "Datetime",
}


_MESSAGES = uuid.UUID("5a3f6f0e-6a51-5f0c-9d52-3f6d1c1f6b2a")


def workflow_id(pre_entry_no: str) -> str:
    """Returns the id of the appointment's workflow. It holds nothing personal."""
    return f"{_OF_AN_APPOINTMENT}{pre_entry_no}"


def number_of_workflow(workflow: str) -> str | None:
    """Returns the number of the appointment whose workflow has this id; None for any other workflow."""
    return workflow.removeprefix(_OF_AN_APPOINTMENT) if workflow.startswith(_OF_AN_APPOINTMENT) else None


def webhook_workflow_id(endpoint_id: str) -> str:
    """Returns the id of the workflow that delivers to a receiver."""
    return f"{_OF_A_RECEIVER}{endpoint_id}"


def health_workflow_id(task_queue: str, job: str) -> str:
    """Returns the id of the workflow that carries out a health job: one for each job and queue."""
    return f"health/{task_queue}/{job}"


def message_id(pre_entry_no: str, key: str, message_type: MessageType) -> str:
    """Returns the id of the message that a command sends to customs: the same in every attempt and every run."""
    return str(uuid.uuid5(_MESSAGES, f"{pre_entry_no}/{message_type}/{key}"))


class Command(Model):
    """The fields of every command.

    ``update`` is the name of the Update that carries it, ``event`` the chart's event for it, None when it moves no
    state. They are class variables, so no JSON has them. ``Revive`` comes in the workflow's input and has neither.
    ``key`` is the Idempotency-Key (or one that the API made) and the Update id; ``body_hash`` tells two
    bodies with one key apart; ``received_at`` is the moment our server received it, the legal instant.
    ``expected_version`` is the If-Match of the caller, None for any. ``signature_id`` names the verified signature in
    the archive with which the enterprise declares this.
    """

    update: ClassVar[str]
    event: ClassVar[str | None] = None

    key: str
    body_hash: str
    received_at: datetime
    actor: Actor
    expected_version: int | None = None
    signature_id: str | None = None


class Create(Command):
    """A new draft, in the workflow's input; ``decision`` is the assessment that the API made before the start.

    ``attachments`` are those of the appointment it is copied from.
    The Update ``create`` carries only the ``Command`` of the same draft; it is answered once the draft is in the
    database. A workflow that was created with another key refuses it with ``number.taken``.
    """

    update: ClassVar = "create"

    content: Content
    decision: Decision
    copied_from: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Save(Command):
    """Replaces the draft's content as a whole."""

    update: ClassVar = "save"
    event: ClassVar = "save"

    content: Content


class Submit(Command):
    """申报.

    ``created`` is the command of the draft, if both came in one call: the workflow refuses with ``number.taken`` when
    another command made its draft.
    """

    update: ClassVar = "submit"
    event: ClassVar = "submit"

    created: Command | None = None


class Delete(Command):
    """Deletes a draft for good."""

    update: ClassVar = "delete"
    event: ClassVar = "delete"


class Cancel(Command):
    """取消; ``reason`` is sealed."""

    update: ClassVar = "cancel"
    event: ClassVar = "cancel"

    reason: str | None = None


class FeedBack(Command):
    """通关反馈: declaration numbers as typed, in order."""

    update: ClassVar = "feed_back"
    event: ClassVar = "feed_back"

    numbers: tuple[str, ...]


class Explain(Command):
    """情况说明; ``text`` is sealed."""

    update: ClassVar = "explain"
    event: ClassVar = "explain"

    text: str | None = None
    attachment_id: str | None = None


class Release(Command):
    """An officer lifts the breach; ``reason`` is sealed and required."""

    update: ClassVar = "release"
    event: ClassVar = "release"

    reason: str


class Receive(Command):
    """A receipt of customs; ``key`` is its receipt_id, ``note`` and ``duty_contact`` are sealed."""

    update: ClassVar = "receive"

    receipt: Receipt


class Revive(Command):
    """An operator starts a workflow for an appointment that has lost its own; ``reason`` is sealed.

    ``waiting``: receipts that came meanwhile, oldest first; they take effect as of when they were received.
    """

    reason: str
    waiting: tuple[Receive, ...] = ()


class RecordReversal(Command):
    """An operator records a parked receipt that contradicts the state; ``reason`` is sealed and required.

    ``declaration_numbers``: those that customs refuses, where a ``FEEDBACK_REFUSED`` does not name them.
    """

    update: ClassVar = "record_reversal"

    receipt: Receipt
    reason: str
    declaration_numbers: tuple[str, ...] = ()


class ResumeDelivery(Command):
    """An operator lets a parked delivery try again."""

    update: ClassVar = "resume_delivery"


class TakeBack(Command):
    """Voids the ``version``, made at ``at``, that the read row shows but the workflow never made.

    The workflow refuses it with ``state.not_permitted`` when both agree; that leaves nothing in the history.
    """

    update: ClassVar = "take_back"

    version: int
    at: datetime


class Attach(Command):
    """A PDF that was inspected and stored; ``limit`` is how many of its purpose there may be."""

    update: ClassVar = "attach"

    attachment: Attachment
    limit: int


class Detach(Command):
    """Detaches a file."""

    update: ClassVar = "detach"

    attachment_id: str


class HoursChanged(Model):
    """The port's hours were changed; ``conflict`` is True if the window lies in working time now.

    ``revision`` numbers the changes for one appointment: one that comes twice, or after a newer one, is ignored.
    ``facts`` name the port, the day and the conflicting hours.
    """

    signal: ClassVar = "hours_changed"

    at: datetime
    conflict: bool
    revision: int
    facts: dict[str, Any] = {}


class Answer(Model):
    """A command's answer.

    ``version`` is the version the command made. ``appointment`` is the view at that version, or None
    when the command is a repeated one whose version is no longer the newest: the API then reads it
    from the event row. ``body_hash`` is the hash under which the command took effect, so the API can
    tell a repeated key with another body (``idempotency.conflict``).
    """

    version: int
    body_hash: str
    appointment: Appointment | None
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()


class Start(Model):
    """The workflow's input: the draft to create in the first run, the carried state in a later one.

    ``revive``: the carried state was read from the event rows, because the workflow before was lost.
    ``reopened``: this workflow starts after the last had ended, with the state from the database.
    ``derived_ids``: ids of messages are derived from the first task on, which spares the history two events of a patch;
    inputs of older versions lack it.
    """

    pre_entry_no: str
    create: Create | None = None
    carried: CarriedState | None = None
    revive: Revive | None = None
    reopened: bool = False
    derived_ids: bool = False
