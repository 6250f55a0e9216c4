"""Bodies and answers of the calls about webhooks."""

from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from api.bodies import Body, Instant, Text
from api.views import Shown, View
from db import webhook_deliveries, webhook_endpoints
from db.webhook_deliveries import WebhookDelivery
from db.webhook_endpoints import WebhookEndpoint

Url = Annotated[Text, Field(min_length=1, max_length=500, examples=["https://erp.example.com/customs-events"])]


class WebhookBody(Body):
    """The address of a receiver: https on port 443 or 8443, in the public internet."""

    url: Url


class ReplayBody(Body):
    """Events from ``since`` on and before ``until``, at most seven days."""

    since: Instant
    until: Instant


class WebhookView(View):
    """A receiver. ``waiting`` counts events on their way, ``dead`` those that were given up.

    ``failing_since``: it has taken nothing since then. ``pause_reason`` is ``by_hand`` or ``failing``. The secret
    before a rotation signs until ``old_secret_until``.
    """

    webhook_id: str
    url: str
    created_at: Shown
    paused_at: Shown | None
    pause_reason: webhook_endpoints.PauseReason | None
    failing_since: Shown | None
    succeeded_at: Shown | None
    next_attempt_at: Shown | None
    old_secret_until: Shown | None
    waiting: int
    dead: int


class WebhookSecretView(WebhookView):
    """A receiver with its secret, which is shown here and nowhere else."""

    secret: Annotated[str, Field(examples=["whsec_…"])]


class WebhooksView(View):
    """All receivers of the enterprise, oldest first; ``next_cursor`` is always null."""

    items: list[WebhookView]
    next_cursor: str | None = None


class AttemptView(View):
    """An attempt: ``status`` is the receiver's HTTP status, ``fault`` what kept it from answering."""

    event_id: str
    pre_entry_no: str
    at: Shown
    status: int | None
    fault: str | None
    milliseconds: int


class AttemptsView(View):
    """The last answers, newest first; ``next_cursor`` is always null."""

    items: list[AttemptView]
    next_cursor: str | None = None


class DeadLetterView(View):
    """An event that was given up, with its last answer."""

    event_id: str
    pre_entry_no: str
    attempts: int
    first_attempt_at: Shown | None
    given_up_at: Shown
    status: int | None
    fault: str | None


class DeadLettersView(View):
    """Events that were given up, in their order."""

    items: list[DeadLetterView]
    next_cursor: str | None


class TestedView(View):
    """The answer to a test delivery; ``taken`` if the receiver answered 2xx."""

    taken: bool
    status: int | None
    fault: str | None
    milliseconds: int


class ReplayedView(View):
    """Number of events that wait again."""

    events: int


def webhook_view(session: Session, found: WebhookEndpoint) -> WebhookView:
    """Returns the view of a receiver with its counts."""
    waiting, dead = webhook_deliveries.counts(session, found.endpoint_id)
    return WebhookView(
        webhook_id=found.endpoint_id,
        url=found.url,
        created_at=found.created_at,
        paused_at=found.paused_at,
        pause_reason=found.pause_reason,
        failing_since=found.failing_since,
        succeeded_at=found.succeeded_at,
        next_attempt_at=found.next_at if found.failures else None,
        old_secret_until=found.old_until,
        waiting=waiting,
        dead=dead,
    )


def dead_letter(found: WebhookDelivery) -> DeadLetterView:
    """Returns the view of an event that was given up."""
    return DeadLetterView(
        event_id=found.event_id,
        pre_entry_no=found.pre_entry_no,
        attempts=found.attempts,
        first_attempt_at=found.first_at,
        given_up_at=found.dead_at or found.next_at,
        status=found.status,
        fault=found.fault,
    )
