"""Rows of the record as the items of the lanes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api.operators.story.views import (
    CommandItem,
    DecisionItem,
    DeliveryItem,
    EventItem,
    LanesView,
    MessageItem,
    NoticeItem,
    OpeningItem,
    OperatorActItem,
    ReceiptItem,
    SignatureItem,
    WhoView,
)
from api.views import errors
from db.access_log import Access
from db.deliveries import Delivery
from db.inbox import InboxReceipt
from db.operator_acts import OperatorAct
from db.queries import RecordedEvent, Sender
from db.signatures import SignatureSummary
from domain.actor import Actor
from domain.problems.kinds import Fault, Language
from domain.refused_command import RefusedCommand


class Rows(NamedTuple):
    """Rows of one appointment, as the queries return them; ``events`` are the ones to show."""

    events: Sequence[RecordedEvent]
    refused: Sequence[RefusedCommand]
    deliveries: Sequence[Delivery]
    receipts: Sequence[InboxReceipt]
    signatures: Sequence[SignatureSummary]
    notices: Sequence[tuple[int, str, datetime]]
    openings: Sequence[Access]
    acts: Sequence[OperatorAct]
    senders: Mapping[int, Sender]
    names: Mapping[str, str]


def lanes(rows: Rows, language: Language) -> LanesView:
    """Returns the lanes, each oldest first."""
    commands = [
        *(_accepted(rows, event) for event in rows.events if event.command_key),
        *(_refused(rows, each, language) for each in rows.refused),
    ]
    decisions = [
        *(_decision(event) for event in rows.events if event.decision),
        *(_refusal(each, language) for each in rows.refused),
    ]
    signed = {event.signature_id: event.version for event in rows.events if event.signature_id}
    return LanesView(
        events=[_event(rows, event) for event in rows.events],
        commands=sorted(commands, key=lambda item: item.at),
        decisions=sorted(decisions, key=lambda item: item.at),
        messages=[_message(each) for each in rows.deliveries],
        deliveries=[_delivery(each) for each in rows.deliveries],
        receipts=[_receipt(each) for each in reversed(rows.receipts)],
        signatures=[_signature(each, signed.get(each.signature_id)) for each in rows.signatures],
        notifications=[NoticeItem(at=at, version=version, customs_code=code) for version, code, at in rows.notices],
        openings=[OpeningItem(**each.model_dump()) for each in reversed(rows.openings)],
        acts=[OperatorActItem(until=each.settled_at, **each.model_dump()) for each in rows.acts],
    )


def _event(rows: Rows, event: RecordedEvent) -> EventItem:
    return EventItem(
        at=event.at,
        version=event.version,
        action=event.action,
        from_=event.before,
        to=event.after,
        who=_who(rows, event.actor, rows.senders.get(event.version)),
        due_at=event.due_at,
        receipt_id=event.receipt_id,
        message_id=event.outgoing.message_id if event.outgoing else None,
        has_reason=event.reason is not None,
        run_id=event.run_id,
    )


def _accepted(rows: Rows, event: RecordedEvent) -> CommandItem:
    return CommandItem(
        at=event.received_at or event.at,
        decided_at=event.at,
        command=event.action.value,
        accepted=True,
        version=event.version,
        who=_who(rows, event.actor, rows.senders.get(event.version)),
        key=event.command_key,
        signature_id=event.signature_id,
        times=1,
        errors=[],
    )


def _refused(rows: Rows, refused: RefusedCommand, language: Language) -> CommandItem:
    who = _who(rows, refused.actor, None).model_copy(update={"address": refused.address})
    return CommandItem(
        at=refused.received_at,
        decided_at=None,
        command=refused.command,
        accepted=False,
        version=refused.version,
        who=who,
        key=None,
        signature_id=None,
        times=refused.times,
        errors=errors(refused.faults, language),
    )


def _decision(event: RecordedEvent) -> DecisionItem:
    facts = dict(event.decision)
    return DecisionItem(
        at=event.at,
        version=event.version,
        accepted=True,
        rules=facts.pop("rules", []),
        policy_version=facts.pop("policy_version", None),
        facts=facts,
        errors=[],
    )


def _refusal(refused: RefusedCommand, language: Language) -> DecisionItem:
    return DecisionItem(
        at=refused.received_at,
        version=refused.version,
        accepted=False,
        rules=list(dict.fromkeys(fault.code for fault in refused.faults)),
        policy_version=refused.policy_version,
        facts=_facts(refused.faults),
        errors=errors(refused.faults, language),
    )


def _facts(faults: Sequence[Fault]) -> dict[str, object]:
    """Returns the facts of all faults; of two with one name the first, which the leading rule used."""
    found: dict[str, object] = {}
    for fault in faults:
        found = fault.facts | found
    return found


def _message(delivery: Delivery) -> MessageItem:
    return MessageItem(
        at=delivery.promised_at,
        message_id=delivery.message_id,
        message_type=delivery.message_type,
        version=delivery.version,
        sha256=delivery.xml_digest,
    )


def _delivery(delivery: Delivery) -> DeliveryItem:
    return DeliveryItem(
        at=delivery.promised_at,
        until=delivery.delivered_at,
        message_id=delivery.message_id,
        message_type=delivery.message_type,
        state=delivery.state,
        attempts=delivery.attempts,
        reason=delivery.reason,
    )


def _receipt(kept: InboxReceipt) -> ReceiptItem:
    return ReceiptItem(
        at=kept.received_at,
        id=kept.id,
        receipt_id=kept.receipt_id,
        result=kept.result,
        notice_time=kept.notice_time,
        outcome=kept.outcome,
        reason=kept.reason,
        times=kept.times,
        has_note=kept.note is not None,
        settled_at=kept.settled_at,
        dismissed_by=kept.dismissed_by,
    )


def _signature(signature: SignatureSummary, version: int | None) -> SignatureItem:
    return SignatureItem(
        at=signature.verified_at,
        signature_id=signature.signature_id,
        signer=signature.signer,
        algorithm=signature.algorithm,
        version=version,
    )


def _who(rows: Rows, actor: Actor, sender: Sender | None) -> WhoView:
    return WhoView(
        kind=actor.kind,
        id=actor.id,
        name=rows.names.get(actor.user_id) if actor.user_id else None,
        address=sender.address if sender else None,
        address_since=sender.since if sender else None,
    )
