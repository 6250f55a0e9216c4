"""Refuses commands by ApplicationError. Any other exception of a handler would block the workflow task for ever."""

from collections.abc import Iterable
from typing import NoReturn

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.appointment import Appointment
from domain.problems import Fault, leading_code
from states.appointment import permitted_actions


def refuse(faults: Iterable[Fault], appointment: Appointment | None = None) -> NoReturn:
    """Raises the ApplicationError whose ``type`` is the leading code and whose detail carries all faults."""
    found = tuple(faults)
    code = leading_code(found)
    detail: dict[str, object] = {"faults": [fault.model_dump(mode="json") for fault in found]}
    if appointment is not None:
        detail |= _state_facts(appointment)
    raise ApplicationError(code, detail, type=code, non_retryable=True, category=ApplicationErrorCategory.BENIGN)


def refuse_if(faults: Iterable[Fault], appointment: Appointment) -> None:
    """Refuses when there is any fault."""
    found = tuple(faults)
    if found:
        refuse(found, appointment)


def not_permitted(appointment: Appointment) -> NoReturn:
    """Refuses because of the state; names the state and the permitted actions."""
    refuse([Fault(code="state.not_permitted", facts=_state_facts(appointment))], appointment)


def _state_facts(appointment: Appointment) -> dict[str, object]:
    return {
        "state": str(appointment.state),
        "permitted_actions": list(permitted_actions(appointment.standing)),
    }
