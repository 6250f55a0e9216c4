"""The state of an appointment's workflow, read back from what is on record: for one that was reset or lost.

Not on record is what was acknowledged to nobody: whoever sent it asks again under the same key.
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
    """What the workflow knew when it wrote the last event; None when there is none, or its contents are gone."""
    events = timeline(session, pre_entry_no)
    unsent = _unsent(session, pre_entry_no, events)
    wanted = {event.version for event in (*unsent, *events[-1:])}
    known = snapshots(session, pre_entry_no, wanted) if wanted else {}
    if not events or events[-1].version not in known:
        return None
    return CarriedState(
        appointment=known[events[-1].version],
        commands=dict(_commands(events)),
        receipts=dict(_receipts(events, inbox.for_appointment(session, pre_entry_no))),
        outbox=tuple(_message(event, known[event.version], _refusal(event, events)) for event in unsent),
        # The newest verdict is told again; those before it are not heard.
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


def _receipts(events: Sequence[RecordedEvent], kept: Sequence[InboxReceipt]) -> Iterator[tuple[str, ReceiptAnswer]]:
    """What was applied stands in the events, though the inbox may not know yet; the door's own words do not count."""
    applied = {event.receipt_id for event in events if event.receipt_id}
    for each in kept:
        digest = each.content_digest or ""
        if each.receipt_id in applied:
            yield each.receipt_id, ReceiptAnswer(disposition=Disposition.APPLIED, body_hash=digest)
        elif each.receipt_id and each.outcome and each.reason in REASONS:
            yield each.receipt_id, ReceiptAnswer(disposition=each.outcome, reason=each.reason, body_hash=digest)


def _unsent(session: Session, pre_entry_no: str, events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """The events whose messages customs does not have, in the order in which they were promised."""
    delivered = {
        each.message_id for each in deliveries.for_appointment(session, pre_entry_no) if each.state == "delivered"
    }
    return [event for event in events if event.outgoing and event.outgoing.message_id not in delivered]


def _message(event: RecordedEvent, appointment: Appointment, parked: str | None) -> OutboxMessage:
    """The message as it was promised, word for word: customs may have it, and its answer be lost."""
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
    """Why the message of this event is parked; None when it is not."""
    parked: str | None = None
    for later in events:
        if event.outgoing and later.decision.get("message_id") == event.outgoing.message_id:
            parked = later.decision["refused"] if later.action is Action.DELIVERY_PARKED else None
    return parked


def _unchanged_since(events: Sequence[RecordedEvent]) -> int | None:
    """The last version that changed something, when there is one after it."""
    changing = next(event.version for event in reversed(events) if event.action not in UNCHANGING)
    return changing if changing < events[-1].version else None
