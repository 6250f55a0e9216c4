"""Hands receipts that were kept to their appointments, and records what became of them.

The kept row stays until it is settled: where one process stops, ``sweep`` goes on.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from more_itertools import bucket
from sqlmodel import Session

from db import inbox, queries
from db.inbox import InboxReceipt
from domain.actor import CUSTOMS
from domain.appointment import Appointment, State
from domain.carried import ReceiptAnswer
from domain.due import is_over
from domain.receipt import Disposition, Receipt, Result, dispose
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.failures import Closed, CommandFailed, ProcessMissing
from runtime.dispatch.reopening import reopen
from workflows.contracts import Receive

CLOSED, UNKNOWN, DELETED = "appointment_closed", "unknown_appointment", "appointment_deleted"
#: Receipts that are settled at a time: one appointment that cannot answer holds up no other.
AT_A_TIME = 8
_CONFIRMATIONS = frozenset({Result.FEEDBACK_CONFIRMED, Result.CANCEL_CONFIRMED})

log = structlog.get_logger("dispatch.receipts")


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of a receipt, and the stable word for its reason."""

    disposition: Disposition
    reason: str | None


async def sweep(dispatcher: Dispatcher, before: datetime) -> int:
    """Tries to settle what was received before that instant; returns how many still wait."""
    waiting = await dispatcher.read(lambda session: inbox.pending(session, before=before))
    return await settle_all(dispatcher, waiting)


async def settle_all(dispatcher: Dispatcher, waiting: Sequence[InboxReceipt]) -> int:
    """Tries to settle receipts, those of one appointment in their order; returns how many still wait."""
    turns = asyncio.Semaphore(AT_A_TIME)
    of_each = bucket(waiting, key=lambda kept: kept.pre_entry_no)
    left = await asyncio.gather(*(_settle_in_order(dispatcher, list(of_each[key]), turns) for key in of_each))
    return sum(left)


async def _settle_in_order(dispatcher: Dispatcher, waiting: list[InboxReceipt], turns: asyncio.Semaphore) -> int:
    """Returns how many still wait: those behind one that cannot be settled are not tried."""
    async with turns:
        for done, kept in enumerate(waiting):
            try:
                await settle(dispatcher, kept)
            except CommandFailed as failed:
                log.warning("a receipt waits", receipt_id=kept.receipt_id, code=failed.code)
                return len(waiting) - done
    return 0


async def settle(dispatcher: Dispatcher, kept: InboxReceipt) -> InboxReceipt:
    """Hands a receipt to its appointment unless that was done; returns it as it is then kept.

    Raises ``CommandFailed`` while it cannot be done.
    """
    return kept if kept.outcome is not None else await settle_again(dispatcher, kept)


async def settle_again(dispatcher: Dispatcher, kept: InboxReceipt) -> InboxReceipt:
    """Does the same for a parked receipt, too; one that could not be read stays as it is."""
    receipt = kept.receipt
    if receipt is None or kept.reason == inbox.CONFLICTING_CONTENT:
        return kept
    settled = await _hand_over(dispatcher, kept, receipt)
    dispatcher.metrics.receipts.labels(settled.disposition).inc()
    now = datetime.now(UTC)
    row = await asyncio.to_thread(inbox.settle, dispatcher.engine, kept.id, settled.disposition, settled.reason, at=now)
    return row or kept


async def _hand_over(dispatcher: Dispatcher, kept: InboxReceipt, receipt: Receipt) -> Settled:
    command = Receive(
        key=receipt.receipt_id,
        body_hash=kept.content_digest or "",
        received_at=kept.received_at,
        actor=CUSTOMS,
        receipt=receipt,
    )
    number = receipt.pre_entry_no
    try:
        answer = await dispatcher.commands.update(number, Receive.update, command, ReceiptAnswer)
    except Closed:
        settled = await dispatcher.read(lambda session: _without_workflow(session, receipt))
        if settled is not None:
            return settled
        answer = await reopen(dispatcher, number, Receive.update, command, result=ReceiptAnswer)
    return Settled(answer.disposition, answer.reason)


def _without_workflow(session: Session, receipt: Receipt) -> Settled | None:
    """Returns the outcome where no workflow runs; None where the appointment has to be opened again."""
    appointment = queries.appointment(session, receipt.pre_entry_no, viewer=None)
    if appointment is None:
        return Settled(Disposition.PARKED, UNKNOWN)
    if appointment.state is State.DELETED:
        return Settled(Disposition.PARKED, DELETED)
    if not is_over(appointment):
        log.error("the workflow of an open appointment is gone", pre_entry_no=receipt.pre_entry_no)
        raise ProcessMissing(receipt.pre_entry_no)
    return _late(appointment, receipt)


def _late(appointment: Appointment, receipt: Receipt) -> Settled | None:
    """Records as late what says nothing new, parks what contradicts the end; returns None for what still counts."""
    disposed = dispose(appointment, receipt)
    if disposed.disposition is Disposition.IGNORED or receipt.result in _CONFIRMATIONS:
        return Settled(Disposition.IGNORED, CLOSED)
    return None if disposed.action else Settled(Disposition.PARKED, disposed.reason or CLOSED)
