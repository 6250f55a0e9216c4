"""Refuses commands by ApplicationError. Any other exception of a handler would block the workflow task for ever."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
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


@contextmanager
def dated(received_at: datetime) -> Iterator[None]:
    """Adds the command's ``received_at`` to a refusal inside.

    The server repeats a refusal of a handler to every later Update with the same id; the instant tells the two apart.
    """
    try:
        yield
    except ApplicationError as refused:
        details = [{**detail, "received_at": received_at.isoformat()} for detail in refused.details[:1]]
        raise ApplicationError(
            refused.message,
            *details,
            type=refused.type,
            non_retryable=refused.non_retryable,
            category=refused.category,
        ) from refused


def _state_facts(appointment: Appointment) -> dict[str, object]:
    return {
        "state": str(appointment.state),
        "permitted_actions": list(permitted_actions(appointment.standing)),
    }
