"""A receipt 回执 of customs, and its disposition."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain import feedback
from domain.appointment import APPROVED, UNDECIDED, UNKNOWN_TO_CUSTOMS, Appointment, ExplanationStatus, State
from domain.event import Action
from domain.model import Model


class Result(StrEnum):
    """The results that a receipt can have."""

    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    FEEDBACK_CONFIRMED = "FEEDBACK_CONFIRMED"
    FEEDBACK_REFUSED = "FEEDBACK_REFUSED"
    CANCEL_CONFIRMED = "CANCEL_CONFIRMED"
    EXPLANATION_ACCEPTED = "EXPLANATION_ACCEPTED"
    EXPLANATION_REFUSED = "EXPLANATION_REFUSED"
    RELEASED = "RELEASED"


class Receipt(Model):
    """One receipt; ``note`` and ``duty_contact`` are free text, sealed outside the customs adapter and the API.

    ``declaration_numbers``: those it is about; without any it is about the feedback that was not answered yet.
    """

    receipt_id: str
    pre_entry_no: str
    result: Result
    notice_time: datetime
    application_no: str | None = None
    note: str | None = None
    duty_contact: str | None = None
    declaration_numbers: tuple[str, ...] = ()


class Disposition(StrEnum):
    """The disposition of a receipt: applied, ignored with a recorded reason, or parked for an operator."""

    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


class Disposed(NamedTuple):
    """The disposition with its ``reason``, a stable word, and its ``action``, only when it is applied."""

    disposition: Disposition
    reason: str | None = None
    action: Action | None = None


STALE, REPEATED, CANCELLED, CONTRADICTION = "stale", "repeated", "cancelled", "contradiction"
NO_FEEDBACK, NO_EXPLANATION, APPLICATION_NO_MISSING = "no_feedback", "no_explanation", "application_no_missing"
AMBIGUOUS, RECORDED = "ambiguous", "recorded"

#: The reasons of the rules below to ignore or park a receipt.
REASONS = frozenset({STALE, REPEATED, CANCELLED, CONTRADICTION, AMBIGUOUS}) | {
    *(NO_FEEDBACK, NO_EXPLANATION, APPLICATION_NO_MISSING),
}

_EVER_APPROVED = (*APPROVED, State.RELEASED)


def dispose(appointment: Appointment, receipt: Receipt) -> Disposed:
    """Returns the disposition by the table result × state, also of a receipt that is repeated, late or out of order.

    Parked means that customs and our state disagree, which only a person can settle; ignored, that nothing is left to
    do.
    """
    if appointment.state in UNKNOWN_TO_CUSTOMS:
        return _parked(CONTRADICTION)
    if appointment.state is State.CANCELLED and receipt.result is not Result.CANCEL_CONFIRMED:
        return _after_cancellation(receipt.result)
    return _TABLE[receipt.result](appointment, receipt)


def _after_cancellation(result: Result) -> Disposed:
    # Customs may have decided before our cancel message arrived, but there is no breach that it could lift.
    return _parked(CONTRADICTION) if result is Result.RELEASED else _ignored(CANCELLED)


def _accepted(appointment: Appointment, receipt: Receipt) -> Disposed:
    """Returns the disposition: a late one is stale, unless customs accepts what it had returned before."""
    if appointment.state is State.SUBMITTED:
        return _applied(Action.ACCEPTED)
    returned_at = appointment.returned_at if appointment.state is State.RETURNED else None
    again = returned_at is not None and receipt.notice_time > returned_at
    return _parked(CONTRADICTION) if again else _ignored(STALE)


def _returned(appointment: Appointment, _: Receipt) -> Disposed:
    if appointment.state in UNDECIDED:
        return _applied(Action.RETURNED)
    return _ignored(REPEATED) if appointment.state is State.RETURNED else _parked(CONTRADICTION)


def _approved(appointment: Appointment, receipt: Receipt) -> Disposed:
    if not receipt.application_no:
        return _parked(APPLICATION_NO_MISSING)
    if appointment.state in UNDECIDED:
        return _applied(Action.APPROVED)
    same = appointment.state in _EVER_APPROVED and receipt.application_no == appointment.application_no
    return _ignored(REPEATED) if same else _parked(CONTRADICTION)


def _feedback_confirmed(appointment: Appointment, _: Receipt) -> Disposed:
    # Each feedback has its own answer, so a second one is not a repetition.
    return _applied(Action.FEEDBACK_CONFIRMED) if _fed_back(appointment) else _parked(NO_FEEDBACK)


def _feedback_refused(appointment: Appointment, receipt: Receipt) -> Disposed:
    if not _fed_back(appointment):
        return _parked(NO_FEEDBACK)
    meant = feedback.refused(appointment, receipt.declaration_numbers)
    if meant is None:
        return _parked(AMBIGUOUS)
    return _applied(Action.FEEDBACK_REFUSED) if meant else _ignored(STALE)


def _fed_back(appointment: Appointment) -> bool:
    return appointment.state in _EVER_APPROVED and bool(appointment.declarations)


def _cancel_confirmed(appointment: Appointment, _: Receipt) -> Disposed:
    if appointment.state is not State.CANCELLED:
        return _parked(CONTRADICTION)
    return _applied(Action.CANCEL_CONFIRMED) if appointment.cancel_confirmed_at is None else _ignored(REPEATED)


def _of_explanation(action: Action, answered: ExplanationStatus) -> Callable[[Appointment, Receipt], Disposed]:
    def disposed(appointment: Appointment, _: Receipt) -> Disposed:
        status = appointment.standing.explanation
        if status is ExplanationStatus.SENT:
            return _answer_to_explanation(appointment, action)
        if status is answered:
            return _ignored(REPEATED)
        contradicts = status in (ExplanationStatus.ACCEPTED, ExplanationStatus.REFUSED)
        return _parked(CONTRADICTION if contradicts else NO_EXPLANATION)

    return disposed


def _answer_to_explanation(appointment: Appointment, action: Action) -> Disposed:
    # An officer may have released the appointment before customs answered.
    return _applied(action) if appointment.state in APPROVED else _ignored(STALE)


def _released(appointment: Appointment, _: Receipt) -> Disposed:
    if appointment.state is State.COMPLETED_WITHOUT_FEEDBACK:
        return _applied(Action.RELEASED)
    return _ignored(REPEATED) if appointment.state is State.RELEASED else _parked(CONTRADICTION)


def _applied(action: Action) -> Disposed:
    return Disposed(Disposition.APPLIED, None, action)


def _ignored(reason: str) -> Disposed:
    return Disposed(Disposition.IGNORED, reason)


def _parked(reason: str) -> Disposed:
    return Disposed(Disposition.PARKED, reason)


_TABLE: dict[Result, Callable[[Appointment, Receipt], Disposed]] = {
    Result.ACCEPTED: _accepted,
    Result.RETURNED: _returned,
    Result.APPROVED: _approved,
    Result.FEEDBACK_CONFIRMED: _feedback_confirmed,
    Result.FEEDBACK_REFUSED: _feedback_refused,
    Result.CANCEL_CONFIRMED: _cancel_confirmed,
    Result.EXPLANATION_ACCEPTED: _of_explanation(Action.EXPLANATION_ACCEPTED, ExplanationStatus.ACCEPTED),
    Result.EXPLANATION_REFUSED: _of_explanation(Action.EXPLANATION_REFUSED, ExplanationStatus.REFUSED),
    Result.RELEASED: _released,
}
