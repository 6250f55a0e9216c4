"""A late receipt that contradicts what stands: what becomes of the appointment once an operator has recorded it.

Nothing of it happens by itself: customs and we disagree, and only a person who has asked customs knows who is right.
"""

from typing import Any, NamedTuple

from domain.appointment import APPROVED, EXPLAINABLE, UNKNOWN_TO_CUSTOMS, Appointment, ExplanationStatus
from domain.problems.kinds import Fault
from domain.receipt import AMBIGUOUS, CONTRADICTION, Receipt, Result, dispose

_FIELD = "declaration_numbers"


class Reversal(NamedTuple):
    """What recording does: ``event`` of the chart, None where the state stays, and the fields that change."""

    event: str | None = None
    changes: dict[str, Any] = {}


def recordable(appointment: Appointment, receipt: Receipt) -> bool:
    """Whether the receipt, as customs sent it, contradicts where the appointment stands."""
    reason = dispose(appointment, receipt).reason
    return appointment.state not in UNKNOWN_TO_CUSTOMS and reason in {AMBIGUOUS, CONTRADICTION}


def check_numbers(appointment: Appointment, receipt: Receipt, numbers: tuple[str, ...]) -> tuple[Fault, ...]:
    """Faults of the numbers that an operator names: needed where customs refuses some and does not say which."""
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
    """The table result × state, but for refused numbers; what it does not name is recorded and told, no more."""
    state, status = appointment.state, appointment.standing.explanation
    if receipt.result is Result.RETURNED and state in APPROVED:
        return Reversal("withdraw", {"return_reason": receipt.note, "returned_at": receipt.notice_time})
    if receipt.result is Result.APPROVED and state in APPROVED:
        return Reversal(changes={"application_no": receipt.application_no, "duty_contact": receipt.duty_contact})
    refused = status is ExplanationStatus.REFUSED and state in EXPLAINABLE
    return Reversal("excuse") if receipt.result is Result.EXPLANATION_ACCEPTED and refused else Reversal()
