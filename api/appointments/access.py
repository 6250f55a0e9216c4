"""Reads an appointment for a caller, with the access rules of ``identity.authorization``."""

from sqlmodel import Session

from api.context import Caller, Context
from api.http.problems import refusal
from db import queries
from domain.appointment import Appointment
from identity.authorization import Denial, Right, denial, viewer_of


def find_visible(session: Session, pre_entry_no: str, caller: Caller, right: Right) -> Appointment | None:
    """Returns the newest version, None if it does not exist or is not the caller's.

    Raises ``Refusal`` when the caller may see it but lacks the right.
    """
    known = queries.appointment(session, pre_entry_no, viewer=viewer_of(caller.principal))
    denied = denial(caller.principal, right, known) if known else Denial.HIDDEN
    if denied is Denial.HIDDEN:
        return None
    if denied is not None:
        raise refusal(denied)
    return known


def require_visible(session: Session, pre_entry_no: str, caller: Caller, right: Right = Right.SEE) -> Appointment:
    """Returns the newest version. Raises ``not_found`` when it does not exist or is not the caller's."""
    known = find_visible(session, pre_entry_no, caller, right)
    if known is None:
        raise refusal(Denial.HIDDEN)
    return known


def require_with_current_deadlines(session: Session, ctx: Context, caller: Caller, pre_entry_no: str) -> Appointment:
    """Returns the newest version; a draft has the deadlines of the present hours, credit and policy."""
    known = require_visible(session, pre_entry_no, caller)
    (current,) = queries.with_current_deadlines(session, [known], policy=ctx.policy, at=caller.received_at)
    return current
