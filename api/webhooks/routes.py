"""Webhooks: an enterprise's administrator says where events go, sees the answers, and replays what was given up."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, status
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.problems import refusal
from api.webhooks.views import (
    AttemptsView,
    AttemptView,
    DeadLettersView,
    ReplayBody,
    ReplayedView,
    TestedView,
    WebhookBody,
    WebhookSecretView,
    WebhooksView,
    WebhookView,
    dead_letter,
    webhook_view,
)
from db import access_log, webhook_deliveries, webhook_endpoints
from db.access_log import Access
from db.engine import writing
from db.queries import BadCursor, cursors
from db.webhook_deliveries import MOST_REPLAYED, WebhookAttempt, WebhookDelivery
from db.webhook_endpoints import NewEndpoint, WebhookEndpoint, secret_place, signing_secrets
from domain.instants import shown
from domain.published_event import SOURCE
from runtime import webhooks
from webhooks.sender import WebhookAnswer, new_secret

#: Receivers of one enterprise.
MOST = 10
#: The longest time of one replay.
LONGEST_REPLAY = timedelta(days=7)
#: A repeated creation shows the secret again for so long, as its first answer may have been lost.
REPEATED = timedelta(minutes=10)

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

Result = TypeVar("Result")


@router.get("")
def list_webhooks(ctx: ContextDep, caller: CallerDep) -> WebhooksView:
    """Lists the receivers of our enterprise."""

    def query(session: Session) -> list[WebhookView]:
        return [webhook_view(session, each) for each in webhook_endpoints.endpoints(session, caller.code)]

    return WebhooksView(items=ctx.read_sync(query))


@router.post("", status_code=status.HTTP_201_CREATED)
def add_webhook(ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: WebhookBody) -> WebhookSecretView:
    """Adds a receiver, which gets every event from now on, and returns its secret."""
    _check_url(ctx, body.url)
    endpoint_id = f"wh_{ctx.sealer.fingerprint(['webhook', caller.code, options.key])[:24]}"
    secret = new_secret()
    new = NewEndpoint(endpoint_id, caller.code, body.url, _sealed(ctx, endpoint_id, secret))
    with writing(ctx.engine) as session:
        known = webhook_endpoints.endpoint(session, endpoint_id)
        if known is not None:
            secret = _first_answer(ctx, caller, known, body.url)
        elif len(webhook_endpoints.endpoints(session, caller.code)) >= MOST:
            raise refusal("webhook.too_many", limit=MOST)
        added = known or webhook_endpoints.add(session, new, at=caller.received_at)
        if known is None:
            _record(session, caller, "receiver.added", endpoint_id)
        return WebhookSecretView(**dict(webhook_view(session, added)), secret=secret)


@router.get("/{webhook_id}")
def get_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> WebhookView:
    """Returns a receiver."""
    return ctx.read_sync(lambda session: webhook_view(session, _found(session, caller, webhook_id)))


@router.put("/{webhook_id}")
def change_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str, body: WebhookBody) -> WebhookView:
    """Changes the address; what waits goes to the new one."""
    _check_url(ctx, body.url)

    def act(session: Session, found: WebhookEndpoint) -> None:
        webhook_endpoints.move(session, found.endpoint_id, body.url, at=caller.received_at)

    return _act(ctx, caller, webhook_id, "receiver.changed", act=act)


@router.delete("/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> None:
    """Removes a receiver with everything that waits for it; the pull still has the events."""
    with writing(ctx.engine) as session:
        webhook_endpoints.remove(session, _found(session, caller, webhook_id).endpoint_id)
        _record(session, caller, "receiver.removed", webhook_id)


@router.post("/{webhook_id}/rotation")
def rotate_webhook_secret(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> WebhookSecretView:
    """Replaces the secret; for a day, every delivery is signed by the one before as well."""
    secret = new_secret()

    def act(session: Session, found: WebhookEndpoint) -> None:
        sealed, overlap = _sealed(ctx, found.endpoint_id, secret), ctx.settings.webhook_overlap
        webhook_endpoints.rotate(session, found, sealed, at=caller.received_at, overlap=overlap)

    rotated = _act(ctx, caller, webhook_id, "receiver.rotated", act=act)
    return WebhookSecretView(**dict(rotated), secret=secret)


@router.post("/{webhook_id}/pause")
def pause_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> WebhookView:
    """Stops deliveries; events wait, and none is lost."""

    def act(session: Session, found: WebhookEndpoint) -> None:
        webhook_endpoints.pause(session, found.endpoint_id, at=caller.received_at, reason="by_hand")

    return _act(ctx, caller, webhook_id, "receiver.paused", act=act)


@router.post("/{webhook_id}/resume")
def resume_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> WebhookView:
    """Starts deliveries again, with what has waited."""

    def act(session: Session, found: WebhookEndpoint) -> None:
        webhook_endpoints.resume(session, found.endpoint_id, at=caller.received_at)

    return _act(ctx, caller, webhook_id, "receiver.resumed", act=act)


@router.post("/{webhook_id}/test")
async def test_webhook(ctx: ContextDep, caller: CallerDep, webhook_id: str) -> TestedView:
    """Sends an event of the type ``yuyue.webhook.test`` at once and returns the answer."""
    found = await ctx.read(lambda session: _found(session, caller, webhook_id))
    event = _test_event(found, caller.received_at)
    sender = webhooks.sender(ctx.settings)
    try:
        answer = await sender.send(found.url, _secrets(ctx, found), event)
    finally:
        await sender.close()
    await run_in_threadpool(_note_test, ctx, caller, found, (event["id"], answer))
    return TestedView(taken=answer.taken, **answer._asdict())


@router.get("/{webhook_id}/attempts")
def list_webhook_attempts(
    ctx: ContextDep, caller: CallerDep, webhook_id: str, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> AttemptsView:
    """Lists the last answers of a receiver."""

    def query(session: Session) -> list[WebhookAttempt]:
        return webhook_deliveries.attempts(session, _found(session, caller, webhook_id).endpoint_id, limit=limit)

    return AttemptsView(items=[AttemptView(**each.model_dump(exclude={"id"})) for each in ctx.read_sync(query)])


@router.get("/{webhook_id}/dead-letters")
def list_dead_letters(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    webhook_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeadLettersView:
    """Lists events that were given up."""
    after = _position(cursor)

    def query(session: Session) -> list[WebhookDelivery]:
        found = _found(session, caller, webhook_id)
        return webhook_deliveries.dead_letters(session, found.endpoint_id, after=after, limit=limit)

    found = ctx.read_sync(query)
    end = cursors.write([found[-1].position]) if len(found) == limit else None
    return DeadLettersView(items=[dead_letter(each) for each in found], next_cursor=end)


@router.post("/{webhook_id}/dead-letters/{event_id}/replay")
def replay_dead_letter(ctx: ContextDep, caller: CallerDep, webhook_id: str, event_id: str) -> WebhookView:
    """Delivers an event again that was given up."""

    def act(session: Session, found: WebhookEndpoint) -> None:
        if not webhook_deliveries.replay_one(session, found.endpoint_id, event_id, at=caller.received_at):
            raise refusal("not_found")

    return _act(ctx, caller, webhook_id, "receiver.replayed", act=act)


@router.post("/{webhook_id}/replay")
def replay_events(ctx: ContextDep, caller: CallerDep, webhook_id: str, body: ReplayBody) -> ReplayedView:
    """Delivers the events of a time again, those that were delivered and those that were given up."""
    if not timedelta() < body.until - body.since <= LONGEST_REPLAY:
        raise refusal("webhook.replay_span", "until", days=LONGEST_REPLAY.days)
    with writing(ctx.engine) as session:
        found = _found(session, caller, webhook_id)
        events = webhook_deliveries.replay_range(session, found, body.since, body.until, at=caller.received_at)
        if events > MOST_REPLAYED:
            raise refusal("webhook.replay_too_many", limit=MOST_REPLAYED)
        _record(session, caller, "receiver.replayed", webhook_id)
    return ReplayedView(events=events)


def _act(
    ctx: Context, caller: Caller, webhook_id: str, what: str, *, act: Callable[[Session, WebhookEndpoint], None]
) -> WebhookView:
    """Does something with a receiver of the caller, records it, and returns the receiver after it."""
    with writing(ctx.engine) as session:
        act(session, _found(session, caller, webhook_id))
        _record(session, caller, what, webhook_id)
        return webhook_view(session, _found(session, caller, webhook_id))


def _found(session: Session, caller: Caller, webhook_id: str) -> WebhookEndpoint:
    found = webhook_endpoints.endpoint(session, webhook_id)
    if found is None or found.customs_code != caller.code:
        raise refusal("not_found")
    return found


def _check_url(ctx: Context, url: str) -> None:
    fault = webhooks.allowed_hosts(ctx.settings).url_fault(url)
    if fault is not None:
        raise refusal("webhook.url", "url", reason=f"url_{fault}")


def _sealed(ctx: Context, endpoint_id: str, secret: str) -> str:
    return ctx.sealer.seal(secret, context=secret_place(endpoint_id))


def _secrets(ctx: Context, found: WebhookEndpoint) -> list[str]:
    place = secret_place(found.endpoint_id)
    return [ctx.sealer.open(each, context=place) for each in signing_secrets(found, datetime.now(UTC))]


def _first_answer(ctx: Context, caller: Caller, known: WebhookEndpoint, url: str) -> str:
    """Returns the secret for a repeated creation. Raises Refusal when it is another one, or too late."""
    if known.url != url or caller.received_at - known.created_at > REPEATED:
        raise refusal("idempotency.conflict", "Idempotency-Key")
    return ctx.sealer.open(known.secret, context=secret_place(known.endpoint_id))


def _test_event(found: WebhookEndpoint, at: datetime) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"test_{uuid.uuid4().hex}",
        "source": SOURCE,
        "type": "yuyue.webhook.test",
        "subject": found.endpoint_id,
        "time": shown(at),
        "datacontenttype": "application/json",
        "data": {},
    }


def _note_test(ctx: Context, caller: Caller, found: WebhookEndpoint, tested: tuple[str, WebhookAnswer]) -> None:
    event_id, answer = tested
    noted = WebhookAttempt(id=0, event_id=event_id, pre_entry_no="", at=caller.received_at, **answer._asdict())
    with writing(ctx.engine) as session:
        webhook_deliveries.note_attempt(session, found.endpoint_id, noted)
        _record(session, caller, "receiver.tested", found.endpoint_id)


def _record(session: Session, caller: Caller, what: str, webhook_id: str) -> None:
    access = Access(
        at=caller.received_at,
        what=what,
        subject=caller.principal.name,
        customs_code=caller.code,
        address=caller.address,
        detail=webhook_id,
    )
    access_log.record(session, access)


def _position(cursor: str | None) -> int:
    try:
        return 0 if cursor is None else int(cursors.read(cursor)[0])
    except (BadCursor, TypeError, ValueError, IndexError):
        raise refusal("field.invalid", "cursor", reason="malformed") from None
