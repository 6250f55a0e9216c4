"""The effects of a late receipt that contradicts the state, once an operator records it.

None of them is automatic: only a person who has asked customs knows which side is right.
"""

from typing import Any, NamedTuple

from domain.appointment import APPROVED, EXPLAINABLE, UNKNOWN_TO_CUSTOMS, Appointment, ExplanationStatus
from domain.problems.kinds import Fault
from domain.receipt import AMBIGUOUS, CONTRADICTION, Receipt, Result, dispose

_FIELD = "declaration_numbers"


class Reversal(NamedTuple):
    """The effect of recording: ``event`` of the chart, None when the state stays, and the changed fields."""

    event: str | None = None
    changes: dict[str, Any] = {}


def recordable(appointment: Appointment, receipt: Receipt) -> bool:
    """Returns True if the receipt, as customs sent it, contradicts the state of the appointment."""
    reason = dispose(appointment, receipt).reason
    return appointment.state not in UNKNOWN_TO_CUSTOMS and reason in {AMBIGUOUS, CONTRADICTION}


def check_numbers(appointment: Appointment, receipt: Receipt, numbers: tuple[str, ...]) -> tuple[Fault, ...]:
    """Returns the faults of the numbers that an operator names, which customs refuses without saying which."""
    if receipt.result is not Result.FEEDBACK_REFUSED:
        return (Fault(code="field.unknown", field=_FIELD),) if numbers else ()
    if not numbers:
        return (Fault(code="field.required", field=_FIELD),)
    held = {each.number for each in appointment.declarations}
    return tuple(
        Fault(code="declaration.not_held", field=_FIELD, facts={"number": number})
        for number in numbers
        if number not in held
    )


def reversal(appointment: Appointment, receipt: Receipt) -> Reversal:
    """Returns the effect by the table result × state, except refused numbers; any other receipt is only recorded."""
    state, status = appointment.state, appointment.standing.explanation
    if receipt.result is Result.RETURNED and state in APPROVED:
        return Reversal("withdraw", {"return_reason": receipt.note, "returned_at": receipt.notice_time})
    if receipt.result is Result.APPROVED and state in APPROVED:
        return Reversal(changes={"application_no": receipt.application_no, "duty_contact": receipt.duty_contact})
    refused = status is ExplanationStatus.REFUSED and state in EXPLAINABLE
    return Reversal("excuse") if receipt.result is Result.EXPLANATION_ACCEPTED and refused else Reversal()
