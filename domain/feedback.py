"""反馈: its deadline, and the numbers that customs confirms or refuses afterwards."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.appointment import APPROVED, Appointment, Declaration
from domain.instants import at, local_date, shown
from domain.policy import Policy
from domain.problems.kinds import Fault


def deadline(window_end: datetime, policy: Policy) -> datetime:
    """Returns the end of feedback in UTC; feedback must be received strictly before it.

    ``natural_days``: 24:00 Asia/Shanghai of the n-th natural day after the date on which the window ends. A window
    that ends at 24:00 ends at 00:00 of the next date: where the rule is in doubt, the enterprise gets the longer time.
    ``exact_hours``: ``period`` after the end of the window.
    """
    if policy.feedback.reading == "exact_hours":
        return window_end.astimezone(UTC) + policy.feedback.period
    return at(local_date(window_end) + policy.feedback.period + timedelta(days=1))


def check_open(appointment: Appointment, received_at: datetime) -> tuple[Fault, ...]:
    """Returns ``feedback.closed`` at or after the stored deadline. The chart refuses states that are not approved."""
    if appointment.state not in APPROVED:
        return ()
    feedback_by = appointment.deadlines.feedback_by
    if feedback_by is None or received_at < feedback_by:
        return ()
    return (
        Fault(code="feedback.closed", facts={"feedback_by": shown(feedback_by), "received_at": shown(received_at)}),
    )


def refused(appointment: Appointment, named: Iterable[str]) -> frozenset[str] | None:
    """Returns the numbers that a refusal by customs takes back; None when it names none and could mean several.

    Without names it means the one unanswered feedback; if all are confirmed, the only one there is.
    """
    given = frozenset(named)
    if given:
        return given & {each.number for each in appointment.declarations}
    fed_back = _together(appointment.declarations)
    pending = [each for each in fed_back if not all(taken.confirmed_at for taken in each)] or fed_back
    return frozenset(taken.number for taken in pending[0]) if len(pending) == 1 else None


def confirmed(appointment: Appointment, named: Iterable[str], at: datetime) -> tuple[Declaration, ...]:
    """Returns the declarations, with the time of confirmation for those that the receipt certainly means."""
    given = frozenset(named)
    pending = [each for each in _together(appointment.declarations) if not all(taken.confirmed_at for taken in each)]
    if not given and len(pending) == 1:
        given = frozenset(taken.number for taken in pending[0])
    return tuple(
        each.model_copy(update={"confirmed_at": at}) if each.number in given and each.confirmed_at is None else each
        for each in appointment.declarations
    )


def without(appointment: Appointment, numbers: Iterable[str]) -> tuple[Declaration, ...]:
    """Returns the declarations without these numbers."""
    gone = frozenset(numbers)
    return tuple(each for each in appointment.declarations if each.number not in gone)


def _together(declarations: Iterable[Declaration]) -> list[list[Declaration]]:
    """Returns the declarations in groups that were fed back together, in order."""
    groups: dict[datetime, list[Declaration]] = {}
    for each in declarations:
        groups.setdefault(each.at, []).append(each)
    return list(groups.values())
