"""Reason of an operator: required and printable."""

from api.bodies import Body, FreeText
from api.http.lenient_body import LenientBody
from domain.content import check_text
from domain.normalising import free_text
from domain.problems import Fault


class ReasonBody(Body):
    """Reason that an operator gives."""

    reason: FreeText


def checked_reason(body: LenientBody[ReasonBody]) -> str:
    """Returns the reason. Raises ``Refusal`` when it is blank or too long, or anything else is wrong with the body."""
    return body.checked(reason_faults(body.partial.reason)).reason


def reason_faults(reason: str | None) -> tuple[Fault, ...]:
    """Returns the faults of a reason: missing or blank, too long, not printable."""
    blank = (Fault(code="field.required", field="reason"),)
    return check_text("reason", reason) if reason and free_text(reason) else blank
