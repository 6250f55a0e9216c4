"""An appointment for somebody who wants something with it: ``identity.authorization`` says whether it may be."""

from sqlmodel import Session

from api.context import Caller, Context
from api.http.problems import refusal
from db import queries
from domain.appointment import Appointment
from identity.authorization import Denial, Right, denial, viewer_of


def sought(session: Session, pre_entry_no: str, caller: Caller, right: Right) -> Appointment | None:
    """The newest version, None for what does not exist or is not the caller's. ``auth.forbidden``."""
    known = queries.appointment(session, pre_entry_no, viewer=viewer_of(caller.principal))
    denied = denial(caller.principal, right, known) if known else Denial.HIDDEN
    if denied is Denial.HIDDEN:
        return None
    if denied is not None:
        raise refusal(denied)
    return known


def found(session: Session, pre_entry_no: str, caller: Caller, right: Right = Right.SEE) -> Appointment:
    """The same; ``not_found`` for what does not exist and for what is not the caller's."""
    known = sought(session, pre_entry_no, caller, right)
    if known is None:
        raise refusal(Denial.HIDDEN)
    return known


def found_as_of_now(session: Session, ctx: Context, caller: Caller, pre_entry_no: str) -> Appointment:
    """The same to be looked at: a draft has the deadlines that hours, credit and policy give it now."""
    known = found(session, pre_entry_no, caller)
    (current,) = queries.with_current_deadlines(session, [known], policy=ctx.policy, at=caller.received_at)
    return current
