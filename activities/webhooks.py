"""``deliver_webhooks``: sends what waits for one receiver, in order per appointment, for some seconds."""

import asyncio
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import structlog
from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import DELIVER_WEBHOOKS, DeliverWebhooks, WebhookPass
from db import webhook_deliveries as deliveries
from db.engine import read
from db.queries.published_events import published_at
from db.webhook_deliveries import DeliveryOutcome, LostLease, WebhookDelivery
from db.webhook_endpoints import WebhookEndpoint, secret_place, signing_secrets
from domain.published_event import PublishedEvent
from domain.webhook import Pauses
from webhooks.sender import WebhookAnswer

#: Requests to one receiver at the same time, each about another appointment.
AT_ONCE = 8
#: Seconds between signs of life while requests are under way.
BEAT_SECONDS = 5.0

log = structlog.get_logger("activities.webhooks")


class EventSender(Protocol):
    """Sends one event; ``webhooks.sender`` has it."""

    async def send(self, url: str, secrets: Sequence[str], event: dict[str, Any]) -> WebhookAnswer:
        """Returns the answer; a failure is an answer too."""


class SecretOpener(Protocol):
    """Opens sealed texts."""

    def open(self, token: str, *, context: str) -> str:
        """Returns the text."""


class WebhookActivity:
    """The database, the sender, and the pauses between attempts."""

    def __init__(
        self, engine: Engine, opener: SecretOpener, sender: EventSender, pauses: Pauses, *, seconds: float
    ) -> None:
        self._engine = engine
        self._opener = opener
        self._sender = sender
        self._pauses = pauses
        self._seconds = seconds

    @activity.defn(name=DELIVER_WEBHOOKS, no_thread_cancel_exception=True)
    async def deliver(self, request: DeliverWebhooks) -> WebhookPass:
        """Returns when the next pass is wanted. A pass that was overtaken by another one changes nothing more."""
        lease = uuid.uuid4().hex
        held = await asyncio.to_thread(deliveries.begin, self._engine, request.endpoint_id, lease, _now())
        if held is None:
            return WebhookPass()
        beating = asyncio.create_task(_beat(), name="webhooks beat")
        try:
            with suppress(LostLease):
                await self._pass(held)
        finally:
            beating.cancel()
        next_at = await asyncio.to_thread(deliveries.finish, self._engine, held, self._pauses, _now())
        return WebhookPass(seconds=None if next_at is None else max((next_at - _now()).total_seconds(), 0.0))

    async def _pass(self, held: WebhookEndpoint) -> None:
        until = time.monotonic() + self._seconds
        while time.monotonic() < until and not activity.is_worker_shutdown():
            round_ = await asyncio.to_thread(self._prepare, held)
            if round_.void:
                await asyncio.to_thread(deliveries.forget, self._engine, held, round_.void)
                continue
            if not round_.waiting:
                return
            outcomes = await asyncio.gather(*(self._send(held, each, round_.events) for each in round_.waiting))
            held = await asyncio.to_thread(self._settle, held, outcomes)
            if held.failing_since is not None:
                return

    def _prepare(self, held: WebhookEndpoint) -> "_Round":
        now = _now()
        deliveries.take(self._engine, held, now)
        waiting = read(self._engine, lambda session: deliveries.heads(session, held, now, limit=AT_ONCE))
        positions = [each.position for each in waiting]
        found = read(self._engine, lambda session: published_at(session, held.customs_code, positions))
        events = {each.position: each for each in found}
        return _Round(waiting, events, [position for position in positions if position not in events])

    def _secrets(self, held: WebhookEndpoint) -> list[str]:
        place = secret_place(held.endpoint_id)
        return [self._opener.open(each, context=place) for each in signing_secrets(held, _now())]

    def _settle(self, held: WebhookEndpoint, outcomes: Sequence[DeliveryOutcome]) -> WebhookEndpoint:
        return deliveries.settle(self._engine, held, outcomes, pauses=self._pauses, now=_now())

    async def _send(
        self, held: WebhookEndpoint, waiting: WebhookDelivery, events: dict[int, PublishedEvent]
    ) -> DeliveryOutcome:
        event = events[waiting.position].cloud_event()
        answer = await self._sender.send(held.url, self._secrets(held), event)
        if not answer.taken:
            facts = {"event_id": waiting.event_id, "status": answer.status, "fault": answer.fault}
            log.warning("a receiver did not take an event", endpoint_id=held.endpoint_id, **facts)
        return DeliveryOutcome(waiting, answer.taken, answer.status, answer.fault, answer.milliseconds)


class _Round(NamedTuple):
    """Deliveries of one round with their events, and the positions of events that are void."""

    waiting: list[WebhookDelivery]
    events: dict[int, PublishedEvent]
    void: list[int]


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)
