"""Assessment of an application by the rules, and the search for equal applications."""

from sqlmodel import Session

from api.context import Caller, Context
from db import queries
from domain.appointment import Content
from domain.decision import Decision, Purpose
from domain.similar import likeness

#: A warning lists at most this many equal applications.
_MOST_ALIKE = 5


def as_submitted(session: Session, ctx: Context, caller: Caller, content: Content) -> Decision:
    """Returns the decision on a submit at the time of this request. Changes nothing."""
    return _decision(session, ctx, caller, content, purpose=Purpose.SUBMIT)


def as_draft(session: Session, ctx: Context, caller: Caller, content: Content, *, known: str | None = None) -> Decision:
    """Returns the decision on saving a draft; ``known`` is the consignee that it already has. Changes nothing."""
    return _decision(session, ctx, caller, content, purpose=Purpose.SAVE, known=known)


def as_both(session: Session, ctx: Context, caller: Caller, content: Content) -> tuple[Decision, Decision]:
    """Returns the decisions on saving a new draft and on submitting it at the time of this request."""
    return queries.first_decisions(
        session, applicant=caller.code, content=content, policy=ctx.policy, received_at=caller.received_at
    )


def _decision(
    session: Session, ctx: Context, caller: Caller, content: Content, *, purpose: Purpose, known: str | None = None
) -> Decision:
    return queries.decision(
        session,
        purpose=purpose,
        applicant=caller.code,
        content=content,
        policy=ctx.policy,
        received_at=caller.received_at,
        known_consignee=known,
    )


def alike(session: Session, caller: Caller, content: Content, *, besides: str = "") -> list[str]:
    """Returns the numbers of the caller's open applications that equal this one, without ``besides``."""
    like = likeness(content)
    if like is None:
        return []
    return queries.similar(session, caller.code, like, besides=besides, limit=_MOST_ALIKE)
