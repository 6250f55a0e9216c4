"""The texts and search attributes that operators see in the Temporal UI: state, deadlines, messages to customs.

They hold codes, numbers and instants only, nothing personal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.appointment import LETTERS, Appointment
from domain.due import wanted
from domain.instants import local
from workflows.timers import SUMMARY

_STATE = SearchAttributeKey.for_keyword("AppointmentState")
_APPLICANT = SearchAttributeKey.for_keyword("Applicant")
_CONSIGNEE = SearchAttributeKey.for_keyword("Consignee")
_PORT = SearchAttributeKey.for_keyword("DeclarationPort")
_ATTENTION = SearchAttributeKey.for_keyword("Attention")
_WINDOW = SearchAttributeKey.for_datetime("WindowStart")
_DEADLINE = SearchAttributeKey.for_datetime("FeedbackDeadline")


def search_attributes(appointment: Appointment) -> dict[SearchAttributeKey[Any], Any]:
    """Returns all search attributes; None for a value that the appointment does not have yet."""
    content = appointment.content
    return {
        _STATE: str(appointment.state),
        _APPLICANT: appointment.applicant.code,
        _CONSIGNEE: content.consignee_code,
        _PORT: content.declaration_port,
        _ATTENTION: str(appointment.attention[0]) if appointment.attention else None,
        _WINDOW: content.window_start,
        _DEADLINE: appointment.deadlines.feedback_by,
    }


def changed(before: Appointment | None, after: Appointment) -> Sequence[SearchAttributeUpdate[Any]]:
    """Returns the updates of search attributes from one version to another; none when all are equal."""
    old = search_attributes(before) if before else {}
    new = search_attributes(after)
    return [_update(key, value) for key, value in new.items() if value != old.get(key)]


def current_details(appointment: Appointment, *, waiting: int) -> str:
    """Returns Markdown: the state, the timers, and how many messages wait for customs."""
    letter, zh, en = LETTERS[appointment.state]
    lines = [f"**{letter} {zh} · {en}** (v{appointment.version})"]
    if appointment.application_no:
        lines.append(f"- 申请编号 application: {appointment.application_no}")
    lines += [f"- {SUMMARY[timer]}: {_local(due)}" for timer, due in wanted(appointment).items()]
    if appointment.attention:
        lines.append(f"- 关注 attention: {', '.join(appointment.attention)}")
    if waiting:
        lines.append(f"- 待发海关 messages to customs: {waiting}")
    return "\n".join(lines)


def _update(key: SearchAttributeKey[Any], value: Any) -> SearchAttributeUpdate[Any]:
    return key.value_unset() if value is None else key.value_set(value)


def _local(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M:%S} (UTC+8)"
