"""The changes that receipts of customs make: those that are applied, and those that an operator records."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain import feedback
from domain.actor import CUSTOMS
from domain.appointment import Appointment, Attention, Declaration, Standing, State
from domain.event import Action
from domain.receipt import Receipt, Result
from domain.reversal import reversal
from states.appointment import advance
from workflows.aggregate import Change, by
from workflows.contracts import Receive, RecordReversal

#: action → event of the chart; other actions are recorded and change no state.
_EVENTS = {
    Action.ACCEPTED: "accept",
    Action.RETURNED: "return_",
    Action.APPROVED: "approve",
    Action.EXPLANATION_ACCEPTED: "explanation_accepted",
    Action.EXPLANATION_REFUSED: "explanation_refused",
    Action.RELEASED: "release",
}


class NumbersRemoved(NamedTuple):
    """The appointment without some numbers; ``standing`` is None when the state stays the same."""

    standing: Standing | None
    declarations: tuple[Declaration, ...]
    decision: dict[str, Any]


def remove_numbers(appointment: Appointment, numbers: Iterable[str]) -> NumbersRemoved:
    """Returns what is left without these numbers; without any number, feedback is open again or overdue."""
    gone = frozenset(numbers)
    left = feedback.without(appointment, gone)
    standing = None
    if appointment.state is State.COMPLETED and not left:
        standing = advance(appointment.standing, "feedback_struck")
    overdue = standing is not None and standing.state is State.COMPLETED_WITHOUT_FEEDBACK
    return NumbersRemoved(standing, left, {"numbers": sorted(gone), "overdue": overdue})


def change(action: Action, appointment: Appointment, command: Receive) -> Change:
    """Returns the change of a receipt. Raises ``NotPermitted`` when the chart refuses what the table allows."""
    event = _EVENTS.get(action)
    return Change(
        action=action,
        actor=CUSTOMS,
        standing=advance(appointment.standing, event) if event else None,
        changes=_changes(action, appointment, command),
        flags=frozenset({Attention.FEEDBACK_REFUSED}) if action is Action.FEEDBACK_REFUSED else frozenset(),
        particulars={
            "received_at": command.received_at,
            "receipt_id": command.receipt.receipt_id,
            "reason": command.receipt.note,
            "decision": _decision(command.receipt),
        },
    )


def refusal(appointment: Appointment, command: Receive) -> Change:
    """Returns the change of ``FEEDBACK_REFUSED``: the refused numbers no longer count and may be used again."""
    written = change(Action.FEEDBACK_REFUSED, appointment, command)
    gone = remove_numbers(appointment, feedback.refused(appointment, command.receipt.declaration_numbers) or ())
    decision = written.particulars["decision"] | gone.decision
    return written._replace(
        standing=gone.standing,
        changes={"declarations": gone.declarations},
        particulars=written.particulars | {"decision": decision},
    )


def recorded(appointment: Appointment, command: RecordReversal) -> Change:
    """Returns the change of a receipt that contradicts the state, as an operator records it."""
    receipt, refuses = command.receipt, command.receipt.result is Result.FEEDBACK_REFUSED
    gone = remove_numbers(appointment, command.declaration_numbers if refuses else ())
    event, changes = reversal(appointment, receipt)
    return Change(
        action=Action.REVERSED,
        actor=command.actor,
        standing=advance(appointment.standing, event) if event else gone.standing,
        changes=changes | ({"declarations": gone.declarations} if refuses else {}),
        flags=frozenset({Attention.FEEDBACK_REFUSED if refuses else Attention.REVERSED}),
        particulars=by(command, receipt_id=receipt.receipt_id, reason=command.reason)
        | {"decision": _decision(receipt) | (gone.decision if refuses else {})},
    )


def _decision(receipt: Receipt) -> dict[str, Any]:
    return {"notice_time": receipt.notice_time.isoformat(), "result": str(receipt.result)}


def _changes(action: Action, appointment: Appointment, command: Receive) -> dict[str, Any]:
    receipt, sent = command.receipt, appointment.explanation
    if action is Action.APPROVED:
        return {
            "application_no": receipt.application_no,
            "duty_contact": receipt.duty_contact,
            "approved_at": command.received_at,
        }
    if action is Action.RETURNED:
        return {"return_reason": receipt.note, "returned_at": receipt.notice_time}
    if action is Action.FEEDBACK_CONFIRMED:
        return {"declarations": feedback.confirmed(appointment, receipt.declaration_numbers, command.received_at)}
    if action is Action.CANCEL_CONFIRMED:
        return {"cancel_confirmed_at": command.received_at}
    if action is Action.EXPLANATION_REFUSED and sent is not None:
        return {"explanation": sent.model_copy(update={"refusal_reason": receipt.note})}
    return {}
