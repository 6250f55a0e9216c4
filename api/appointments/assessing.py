"""What the rules say of an application if it were submitted now."""

from sqlmodel import Session

from api.context import Caller, Context
from db import queries
from domain.appointment import Content
from domain.decision import Decision, Purpose
from domain.similar import likeness

#: So many numbers tell enough.
_MOST_ALIKE = 5


def as_submitted(session: Session, ctx: Context, caller: Caller, content: Content) -> Decision:
    """The decision on a submit received when this request was. Changes nothing."""
    return _decision(session, ctx, caller, content, purpose=Purpose.SUBMIT)


def as_draft(session: Session, ctx: Context, caller: Caller, content: Content, *, known: str | None = None) -> Decision:
    """The decision on saving a draft; ``known`` is the consignee that it has already. Changes nothing."""
    return _decision(session, ctx, caller, content, purpose=Purpose.SAVE, known=known)


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
    """The numbers of the caller's open applications that equal this one, which is itself left out."""
    like = likeness(content)
    if like is None:
        return []
    return queries.similar(session, caller.code, like, besides=besides, limit=_MOST_ALIKE)
