"""Receipts of customs on their way in: kept first, understood next, then handed to the appointment, and settled.

Whatever happens in between, the kept row stays, and the sweeper goes on from it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api.appointments.reopening import reopening
from api.commands import Closed
from api.context import Context
from api.http.problems import refusal
from customs.inbound import Unusable, content_digest, parse_receipt
from db import inbox, queries
from db.inbox import InboxReceipt
from domain.actor import CUSTOMS
from domain.appointment import Appointment, State
from domain.carried import ReceiptAnswer
from domain.due import is_over
from domain.receipt import Disposition, Receipt, Result, dispose
from workflows.contracts import Receive

TOO_LARGE = "too_large"
CLOSED, UNKNOWN, DELETED = "appointment_closed", "unknown_appointment", "appointment_deleted"
_CONFIRMATIONS = frozenset({Result.FEEDBACK_CONFIRMED, Result.CANCEL_CONFIRMED})

log = structlog.get_logger("api.receipts")


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a receipt, and the stable word why."""

    disposition: Disposition
    reason: str | None


def keep(ctx: Context, raw: bytes, received_at: datetime, *, complete: bool = True) -> InboxReceipt:
    """Writes the receipt down, sealed; what cannot be read is parked. Blocks."""
    digest = sha256(raw).hexdigest()
    # Latin-1 gives every byte a character, so the very bytes can be had back.
    sealed = ctx.sealer.seal(raw.decode("latin-1"), context=f"receipts/{digest}")
    receipt = _understood(raw) if complete else TOO_LARGE
    if isinstance(receipt, str):
        return inbox.store_unreadable(
            ctx.engine, raw=sealed, raw_digest=digest, reason=receipt, received_at=received_at
        )
    return inbox.store(
        ctx.engine,
        _sealed(ctx, receipt),
        raw=sealed,
        raw_digest=digest,
        content_digest=content_digest(receipt),
        received_at=received_at,
    )


def _understood(raw: bytes) -> Receipt | str:
    """What customs says, or the stable word why it cannot be read."""
    try:
        return parse_receipt(raw)
    except Unusable as unusable:
        return unusable.reason


async def settle(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Hands a kept receipt to its appointment unless that was done. ``Refusal`` while it cannot be done."""
    if kept.outcome is not None:
        return kept
    return await try_again(ctx, kept)


async def try_again(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """The same for a parked one, too; one that could not be read stays as it is."""
    receipt = kept.receipt
    if receipt is None or kept.reason == inbox.CONFLICTING_CONTENT:
        return kept
    settled = await _hand_over(ctx, kept, receipt)
    ctx.metrics.receipts.labels(settled.disposition).inc()
    now = datetime.now(UTC)
    return (
        await run_in_threadpool(inbox.settle, ctx.engine, kept.id, settled.disposition, settled.reason, at=now) or kept
    )


async def _hand_over(ctx: Context, kept: InboxReceipt, receipt: Receipt) -> Settled:
    command = Receive(
        key=receipt.receipt_id,
        body_hash=kept.content_digest or "",
        received_at=kept.received_at,
        actor=CUSTOMS,
        receipt=receipt,
    )
    try:
        answer = await ctx.commands.update(receipt.pre_entry_no, Receive.update, command, ReceiptAnswer)
    except Closed:
        settled = await ctx.read(lambda session: _without_workflow(session, receipt))
        if settled is not None:
            return settled
        start = await reopening(ctx, receipt.pre_entry_no)
        answer = await ctx.commands.start(start, Receive.update, command, ReceiptAnswer)
    return Settled(answer.disposition, answer.reason)


def _without_workflow(session: Session, receipt: Receipt) -> Settled | None:
    """What becomes of it where the workflow has ended, or there never was one; None where it has to be opened again."""
    appointment = queries.appointment(session, receipt.pre_entry_no, viewer=None)
    if appointment is None:
        return Settled(Disposition.PARKED, UNKNOWN)
    if appointment.state is State.DELETED:
        return Settled(Disposition.PARKED, DELETED)
    if not is_over(appointment):
        log.error("the workflow of an open appointment is gone", pre_entry_no=receipt.pre_entry_no)
        raise refusal("process.missing", pre_entry_no=receipt.pre_entry_no)
    return _late(appointment, receipt)


def _late(appointment: Appointment, receipt: Receipt) -> Settled | None:
    """What says nothing new is recorded as late; what contradicts the end is for an operator; None: it still counts."""
    disposed = dispose(appointment, receipt)
    if disposed.disposition is Disposition.IGNORED or receipt.result in _CONFIRMATIONS:
        return Settled(Disposition.IGNORED, CLOSED)
    return None if disposed.action else Settled(Disposition.PARKED, disposed.reason or CLOSED)


def _sealed(ctx: Context, receipt: Receipt) -> Receipt:
    """Free texts are sealed for the appointment they speak of, wherever they will be copied to."""
    number = receipt.pre_entry_no
    sealed = {name: ctx.sealer.seal_optional(getattr(receipt, name), number, name) for name in ("note", "duty_contact")}
    return receipt.model_copy(update=sealed)
