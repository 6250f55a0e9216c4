"""An operator's reason: required, and printable."""

from api.problems import refuse_if
from domain.content import check_text
from domain.problems import Fault


def check_reason(reason: str) -> None:
    """Refuses a blank one, and one that is too long."""
    blank = (Fault(code="field.required", field="reason"),)
    refuse_if(check_text("reason", reason) if reason.strip() else blank)
