"""The names, inputs and results of all activities. Workflows import no other module of this package."""

from datetime import datetime

from domain.appointment import Appointment, Content, Declaration
from domain.carried import CarriedState
from domain.decision import Decision, Judgement, Purpose
from domain.event import Event, Outgoing
from domain.health import HealthRun
from domain.model import Model
from domain.webhook import DeliverWebhooks, WebhookPass

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
#: Needs no input → bool: customs pushes nothing although messages await receipts.
PULL_IS_DUE = "pull_is_due"
PULL_RECEIPTS = "pull_receipts"
RUN_HEALTH_JOB = "run_health_job"
END_HEALTH_RUN = "end_health_run"
DELIVER_WEBHOOKS = "deliver_webhooks"


class Assess(Model):
    """``assess``: all rules against one application → ``Decision``. Only reads the database.

    ``known_consignee`` is the consignee that the draft has already; only another one is checked.
    """

    purpose: Purpose
    pre_entry_no: str
    applicant: str
    content: Content
    received_at: datetime
    known_consignee: str | None = None


class Judge(Model):
    """``judge_declarations``: each number by itself → ``Judgement``.

    Asks customs with a short limit (else ``unverified``), then claims the accepted numbers, so each is used once.
    """

    appointment: Appointment
    numbers: tuple[str, ...]
    received_at: datetime


class Recheck(Model):
    """``recheck_declarations``: asks customs again for numbers taken unverified → ``Judgement``.

    Fails while the look-up is down and is retried, so its answer is always final.
    """

    appointment: Appointment
    declarations: tuple[Declaration, ...]


class ReleaseDeclarations(Model):
    """``release_declarations``: gives back the numbers that a refused feedback had claimed → None.

    Numbers that an event shows stay claimed. Idempotent.
    """

    pre_entry_no: str
    numbers: tuple[str, ...]


class Project(Model):
    """``project``: writes event rows, read row, pending deliveries and claims in one transaction → None.

    Idempotent by (pre_entry_no, version); a row is never overwritten by an older version.
    """

    events: tuple[Event, ...]


class Deliver(Model):
    """``deliver``: one message to customs → ``Delivered``. Idempotent by message id at the receiver.

    Fails with type ``delivery.refused``, non-retryable, when customs refuses the message for good.
    """

    outgoing: Outgoing
    appointment: Appointment
    at: datetime
    reason: str | None = None
    declarations: tuple[Declaration, ...] = ()
    signature_id: str | None = None


class Delivered(Model):
    """The instant at which customs took the message."""

    at: datetime


class Recover(Model):
    """``recover``: reads the state from the event rows → ``Recovered``, for a workflow that was reset."""

    pre_entry_no: str


class Recovered(Model):
    """The state to go on from; None when the database has nothing of the appointment."""

    carried: CarriedState | None


class Collected(Model):
    """``collect``: numbers of files that were removed, and of files that got the row they had lacked. Has no input."""

    removed: int
    adopted: int


class Pulled(Model):
    """``pull_receipts``: receipts that customs gave, how many were new, and why it ended early. Has no input."""

    received: int
    new: int
    fault: str | None = None


__all__ = [
    "ASSESS",
    "COLLECT",
    "DELIVER",
    "DELIVER_WEBHOOKS",
    "END_HEALTH_RUN",
    "JUDGE",
    "KEEP_UP",
    "PROJECT",
    "PULL_IS_DUE",
    "PULL_RECEIPTS",
    "RECHECK",
    "RECOVER",
    "RELEASE",
    "RUN_HEALTH_JOB",
    "Assess",
    "Collected",
    "Decision",
    "Deliver",
    "DeliverWebhooks",
    "Delivered",
    "HealthRun",
    "Judge",
    "Judgement",
    "Project",
    "Pulled",
    "Recheck",
    "Recover",
    "Recovered",
    "ReleaseDeclarations",
    "WebhookPass",
]
