"""情况说明: it may be sent once, after approval, while no number was fed back."""

from domain.appointment import APPROVED, Appointment, AttachmentPurpose, ExplanationStatus, Outcome, State
from domain.normalising import free_text
from domain.problems.kinds import Fault

_SENT = frozenset({ExplanationStatus.SENT, ExplanationStatus.ACCEPTED, ExplanationStatus.REFUSED})


def check(appointment: Appointment) -> tuple[Fault, ...]:
    """Returns ``explanation.already_sent`` in any state, ``explanation.unavailable`` once a number was fed back.

    The manual sets no deadline. The chart refuses an explanation before the approval.
    """
    if _already_sent(appointment):
        return (Fault(code="explanation.already_sent"),)
    if appointment.state in APPROVED and not _available(appointment):
        return (Fault(code="explanation.unavailable", facts={"state": appointment.state.value}),)
    return ()


def check_given(*, text: str | None, attachment_id: str | None) -> tuple[Fault, ...]:
    """Returns ``explanation.empty`` when there is neither text nor file; a text of blanks is none."""
    if (text and free_text(text)) or attachment_id:
        return ()
    return (Fault(code="explanation.empty", field="text"),)


def check_attached(appointment: Appointment, attachment_id: str | None) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` unless the file is attached for the explanation. None is no fault."""
    held = {each.attachment_id for each in appointment.attachments if each.purpose is AttachmentPurpose.EXPLANATION}
    if attachment_id is None or attachment_id in held:
        return ()
    return (Fault(code="field.invalid", field="attachment_id", facts={"reason": "unknown_attachment"}),)


def _already_sent(appointment: Appointment) -> bool:
    return appointment.explanation is not None or appointment.standing.explanation in _SENT


def _available(appointment: Appointment) -> bool:
    fed_back = any(taken.outcome is Outcome.MATCHED for taken in appointment.declarations)
    opened = appointment.standing.explanation is ExplanationStatus.AVAILABLE
    return opened and not fed_back and appointment.state is not State.COMPLETED
