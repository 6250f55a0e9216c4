"""What an applied receipt of customs changes."""

from typing import Any

from domain.appointment import Actor, ActorKind, Appointment, Attention
from domain.event import Action
from states.appointment import advance
from workflows.book import Entry
from workflows.contracts import Receive

CUSTOMS = Actor(kind=ActorKind.CUSTOMS, id="customs")

#: action → event of the chart; what is not here is recorded and changes no state.
_EVENTS = {
    Action.ACCEPTED: "accept",
    Action.RETURNED: "return_",
    Action.APPROVED: "approve",
    Action.EXPLANATION_ACCEPTED: "explanation_accepted",
    Action.EXPLANATION_REFUSED: "explanation_refused",
    Action.RELEASED: "release",
}


def entry(action: Action, appointment: Appointment, command: Receive) -> Entry:
    """The next page of the book; raises ``NotPermitted`` when the chart forbids what the table allowed."""
    receipt, event = command.receipt, _EVENTS.get(action)
    return Entry(
        action=action,
        actor=CUSTOMS,
        standing=advance(appointment.standing, event) if event else None,
        changes=_changes(action, appointment, command),
        flags=frozenset({Attention.FEEDBACK_REFUSED}) if action is Action.FEEDBACK_REFUSED else frozenset(),
        particulars={
            "received_at": command.received_at,
            "receipt_id": receipt.receipt_id,
            "reason": receipt.note,
            "decision": {"notice_time": receipt.notice_time.isoformat(), "result": str(receipt.result)},
        },
    )


def _changes(action: Action, appointment: Appointment, command: Receive) -> dict[str, Any]:
    receipt, sent = command.receipt, appointment.explanation
    if action is Action.APPROVED:
        return {
            "application_no": receipt.application_no,
            "duty_contact": receipt.duty_contact,
            "approved_at": command.received_at,
        }
    if action is Action.RETURNED:
        return {"return_reason": receipt.note}
    if action is Action.CANCEL_CONFIRMED:
        return {"cancel_confirmed_at": command.received_at}
    if action is Action.EXPLANATION_REFUSED and sent is not None:
        return {"explanation": sent.model_copy(update={"refusal_reason": receipt.note})}
    return {}
