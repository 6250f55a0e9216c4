"""Restores the state of a workflow that was reset or lost from the events, deliveries and receipts.

A command that was never acknowledged is not in there: its sender repeats it under the same key.
"""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from db import deliveries, hours_notices, inbox
from db.inbox import InboxReceipt
from db.queries.history import RecordedEvent, snapshots, timeline
from domain.appointment import Appointment
from domain.carried import CarriedState, CommandResult, OutboxMessage, ReceiptAnswer
from domain.decision import Judgement
from domain.event import UNCHANGING, Action
from domain.receipt import REASONS, Disposition


def carried_state(session: Session, pre_entry_no: str) -> CarriedState | None:
    """Returns the state after the last event; None when there is no event or its contents were erased."""
    events = timeline(session, pre_entry_no)
    unsent = _unsent(session, pre_entry_no, events)
    wanted = {event.version for event in (*unsent, *events[-1:])}
    by_version = snapshots(session, pre_entry_no, wanted) if wanted else {}
    if not events or events[-1].version not in by_version:
        return None
    return CarriedState(
        appointment=by_version[events[-1].version],
        commands=dict(_commands(events)),
        receipts=dict(_receipts(events, inbox.for_appointment(session, pre_entry_no))),
        outbox=tuple(_message(event, by_version[event.version], _refusal(event, events)) for event in unsent),
        # The newest verdict is sent again; the workflow ignores earlier ones.
        hours_revision=max(hours_notices.revision(session, pre_entry_no) - 1, 0),
        unchanged_since=_unchanged_since(events),
    )


def _commands(events: Sequence[RecordedEvent]) -> Iterator[tuple[str, CommandResult]]:
    for event in events:
        if event.command_key is not None:
            judged = Judgement.model_validate(event.decision)
            yield (
                event.command_key,
                CommandResult(
                    body_hash=event.command_hash or "",
                    version=event.version,
                    accepted=judged.accepted,
                    refused=judged.refused,
                ),
            )


def _receipts(events: Sequence[RecordedEvent], receipts: Sequence[InboxReceipt]) -> Iterator[tuple[str, ReceiptAnswer]]:
    """Yields the answer to each receipt.

    An event proves that a receipt was applied, even if the inbox does not know it yet. Reasons that the API itself
    gave, without the workflow, are left out.
    """
    applied = {event.receipt_id for event in events if event.receipt_id}
    for each in receipts:
        digest = each.content_digest or ""
        if each.receipt_id in applied:
            yield each.receipt_id, ReceiptAnswer(disposition=Disposition.APPLIED, body_hash=digest)
        elif each.receipt_id and each.outcome and each.reason in REASONS:
            yield each.receipt_id, ReceiptAnswer(disposition=each.outcome, reason=each.reason, body_hash=digest)


def _unsent(session: Session, pre_entry_no: str, events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Returns the events whose messages are not delivered, in the order in which they were promised."""
    delivered = {
        each.message_id for each in deliveries.for_appointment(session, pre_entry_no) if each.state == "delivered"
    }
    return [event for event in events if event.outgoing and event.outgoing.message_id not in delivered]


def _message(event: RecordedEvent, appointment: Appointment, parked: str | None) -> OutboxMessage:
    """Returns exactly the promised message: customs may have it although its acknowledgement was lost."""
    if event.outgoing is None or event.received_at is None:
        raise ValueError(f"{event.pre_entry_no} version {event.version} sends nothing")
    return OutboxMessage(
        outgoing=event.outgoing,
        appointment=appointment,
        at=event.received_at,
        reason=event.reason,
        declarations=Judgement.model_validate(event.decision).accepted,
        parked=parked,
        signature_id=event.signature_id,
    )


def _refusal(event: RecordedEvent, events: Sequence[RecordedEvent]) -> str | None:
    """Returns why the message of this event is parked; None when it is not."""
    parked: str | None = None
    for later in events:
        if event.outgoing and later.decision.get("message_id") == event.outgoing.message_id:
            parked = later.decision["refused"] if later.action is Action.DELIVERY_PARKED else None
    return parked


def _unchanged_since(events: Sequence[RecordedEvent]) -> int | None:
    """Returns the last version that changed something; None if that is the last version."""
    changing = next(event.version for event in reversed(events) if event.action not in UNCHANGING)
    return changing if changing < events[-1].version else None
