"""The rules of notifications: the events and near deadlines that cause them, and their recipients."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from domain.appointment import Appointment, State
from domain.event import Action
from domain.instants import shown
from domain.problems.kinds import Fault

_MISMATCHED = "number_mismatched"
#: Events that notify the applicant. A recheck does so only when it took a number back (``code_of``).
_EVENTS: dict[Action, str] = {
    Action.APPROVED: "approved",
    Action.RETURNED: "returned",
    Action.LAPSED: "lapsed",
    Action.UNDECIDED: "undecided",
    Action.FEEDBACK_REFUSED: "feedback_refused",
    Action.RECHECKED: _MISMATCHED,
    Action.OVERDUE: "overdue",
    Action.EXPLANATION_ACCEPTED: "explanation_accepted",
    Action.EXPLANATION_REFUSED: "explanation_refused",
    Action.RELEASED: "released",
    Action.HOURS_CHANGED: "hours_changed",
    Action.HOURS_RESTORED: "hours_restored",
    Action.REVERSED: "customs_reversed",
}
#: Result by which customs takes a decision back → kind of notification; ``customs_reversed`` for any other.
_REVERSALS: dict[str, str] = {"RETURNED": "approval_withdrawn", "FEEDBACK_REFUSED": "feedback_refused"}
_REFUSED_LATE = "feedback_refused_late"
ACTIONS = frozenset(_EVENTS)
#: Kinds for the consignee as well: the outcome of the application, and the beginning and end of a block.
_FOR_CONSIGNEE = frozenset({"approved", "returned", "lapsed", "overdue", "explanation_accepted", "released"}) | {
    *("approval_withdrawn", "customs_reversed", _REFUSED_LATE),
}


#: The topic of events, beside the deadlines of ``Due``. The position up to which a user has read is kept by topic.
EVENTS = "events"


#: The topic, and the code, of declarations that customs knows.
KNOWN = "declaration_known"


class Due(StrEnum):
    """The deadlines that people are reminded of."""

    CUTOFF = "cutoff_near"
    FEEDBACK = "feedback_due"


#: How long before a deadline the reminder begins: a draft's last day, the last two days of feedback.
MARGINS = {Due.CUTOFF: timedelta(hours=24), Due.FEEDBACK: timedelta(hours=48)}


class Reminder(NamedTuple):
    """A deadline that is near."""

    due: Due
    at: datetime


def code_of(action: Action, decision: Mapping[str, Any]) -> str | None:
    """Returns the kind of notification for an event; None when there is no recipient."""
    if action is Action.RECHECKED and not decision.get("refused"):
        return None
    code = _EVENTS.get(action)
    if action is Action.REVERSED:
        code = _REVERSALS.get(str(decision.get("result")), code)
    return _REFUSED_LATE if code == "feedback_refused" and decision.get("overdue") else code


def recipients(
    action: Action, decision: Mapping[str, Any], *, applicant: str, consignee: str | None
) -> tuple[str, ...]:
    """Returns the customs codes of the enterprises that get a notification of the event."""
    code = code_of(action, decision)
    if code is None:
        return ()
    both = code in _FOR_CONSIGNEE and consignee is not None and consignee != applicant
    return (applicant, str(consignee)) if both else (applicant,)


def fault_of(
    action: Action, decision: Mapping[str, Any], *, application_no: str | None = None, note: str | None = None
) -> Fault:
    """Returns the code of an event's notification with its facts; ``note`` is the text of customs.

    Raises KeyError when the event has no notification.

    A late mismatch names every number that was taken back and the fields in which they differ.
    """
    code = code_of(action, decision) or _EVENTS[action]
    if code == _MISMATCHED:
        return Fault(code=code, facts=_mismatched(decision))
    result = decision.get("result") if action is Action.REVERSED else None
    given = {"application_no": application_no, "note": note, "number": decision.get("numbers"), "result": result}
    return Fault(code=code, facts={name: value for name, value in given.items() if value})


def _mismatched(decision: Mapping[str, Any]) -> dict[str, Any]:
    refused = decision["refused"]
    facts = [fault.get("facts", {}) for each in refused for fault in each["faults"]]
    return {
        "number": [each["number"] for each in refused],
        "fields": list(dict.fromkeys(name for each in facts for name in each.get("fields", ()))),
        "mismatches": [one for each in facts for one in each.get("mismatches", ())],
    }


def due_soon(appointment: Appointment, now: datetime) -> Reminder | None:
    """Returns the deadline of a draft, or of feedback that is still open, if it is near at ``now``."""
    deadlines = appointment.deadlines
    if appointment.state is State.DRAFT:
        return _near(Due.CUTOFF, deadlines.submit_by, now)
    return _near(Due.FEEDBACK, deadlines.feedback_by, now) if appointment.state is State.SUCCEEDED else None


def _near(due: Due, at: datetime | None, now: datetime) -> Reminder | None:
    return Reminder(due, at) if at is not None and timedelta() <= at - now <= MARGINS[due] else None


def reminder_fault(reminder: Reminder) -> Fault:
    """Returns the code and facts of a reminder."""
    return Fault(code=reminder.due.value, facts={"due": shown(reminder.at)})


def known_fault(numbers: Iterable[str], due: datetime) -> Fault:
    """Returns the code and facts of the news that customs knows declarations that are not fed back."""
    return Fault(code=KNOWN, facts={"number": list(numbers), "due": shown(due)})
