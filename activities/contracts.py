"""The catalogue of all effects a workflow may ask for: names, inputs, results. Workflows import only this."""

from datetime import datetime

from domain.appointment import Appointment, Content, Declaration
from domain.carried import CarriedState
from domain.decision import Decision, Judgement, Purpose
from domain.event import Event, Outgoing
from domain.model import Model

ASSESS = "assess"
JUDGE = "judge_declarations"
RECHECK = "recheck_declarations"
RELEASE = "release_declarations"
PROJECT = "project"
DELIVER = "deliver"
COLLECT = "collect"
RECOVER = "recover"
#: Needs no input and has no result; see ``activities.upkeep``.
KEEP_UP = "keep_up"


class Assess(Model):
    """``assess``: all rules against one application → ``Decision``. Reads the database only.

    ``known_consignee`` is the consignee the draft already had: entering another one checks it.
    """

    purpose: Purpose
    pre_entry_no: str
    applicant: str
    content: Content
    received_at: datetime
    known_consignee: str | None = None


class Judge(Model):
    """``judge_declarations``: each number by itself → ``Judgement``.

    Asks customs with a short limit (else ``unverified``), then claims what is taken, so a number is used once.
    """

    appointment: Appointment
    numbers: tuple[str, ...]
    received_at: datetime


class Recheck(Model):
    """``recheck_declarations``: asks customs again for numbers taken unverified → ``Judgement``.

    Fails, to be retried, while the look-up is down: its answer is always final.
    """

    appointment: Appointment
    declarations: tuple[Declaration, ...]


class Release(Model):
    """``release_declarations``: gives back numbers claimed for a feedback that was refused after all → None.

    Numbers that an event shows stay claimed. Idempotent.
    """

    pre_entry_no: str
    numbers: tuple[str, ...]


class Project(Model):
    """``project``: event rows, read row, promised deliveries and claims in one transaction → None.

    Idempotent by (pre_entry_no, version); a row is never overwritten by an older version.
    """

    events: tuple[Event, ...]


class Deliver(Model):
    """``deliver``: one message to customs → ``Delivered``. Idempotent by message id at the receiver.

    Fails with type ``delivery.refused``, non-retryable, when customs says "never".
    """

    outgoing: Outgoing
    appointment: Appointment
    at: datetime
    reason: str | None = None
    declarations: tuple[Declaration, ...] = ()
    signature_id: str | None = None


class Delivered(Model):
    """When customs took the message."""

    at: datetime


class Recover(Model):
    """``recover``: the state that is on record in the event rows → ``Recovered``, for a workflow that was reset."""

    pre_entry_no: str


class Recovered(Model):
    """All a workflow needs to go on; None when nothing of the appointment was ever written down."""

    carried: CarriedState | None


class Collected(Model):
    """``collect``: how many files were taken away, and how many without a row were given one. Needs no input."""

    removed: int
    adopted: int


__all__ = [
    "ASSESS",
    "COLLECT",
    "DELIVER",
    "JUDGE",
    "KEEP_UP",
    "PROJECT",
    "RECHECK",
    "RECOVER",
    "RELEASE",
    "Assess",
    "Collected",
    "Decision",
    "Deliver",
    "Delivered",
    "Judge",
    "Judgement",
    "Project",
    "Recheck",
    "Recover",
    "Recovered",
    "Release",
]
