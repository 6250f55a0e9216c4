"""An operator's reason: required, and printable."""

from api.bodies import Body, FreeText
from api.http.given import Given
from domain.content import check_text
from domain.normalising import free_text
from domain.problems import Fault


class ReasonBody(Body):
    """An operator's reason."""

    reason: FreeText


def checked_reason(body: Given[ReasonBody]) -> str:
    """The reason. Raises Refusal for a blank one, one that is too long, and whatever else is wrong with the body."""
    return body.checked(reason_faults(body.partial.reason)).reason


def reason_faults(reason: str | None) -> tuple[Fault, ...]:
    """What is wrong with a reason: missing or blank, too long, not printable."""
    blank = (Fault(code="field.required", field="reason"),)
    return check_text("reason", reason) if reason and free_text(reason) else blank
