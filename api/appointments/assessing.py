"""What the rules say of an application if it were submitted now."""

from sqlmodel import Session

from api.context import Caller, Context
from db import queries
from domain.appointment import Content
from domain.assessment import assess
from domain.decision import Decision, Purpose
from domain.similar import likeness

#: So many numbers tell enough.
_MOST_ALIKE = 5


def as_submitted(session: Session, ctx: Context, caller: Caller, content: Content) -> Decision:
    """The decision on a submit received when this request was. Changes nothing."""
    facts = queries.facts_for(session, applicant=caller.code, content=content, policy=ctx.policy)
    return assess(
        purpose=Purpose.SUBMIT, content=content, facts=facts, policy=ctx.policy, received_at=caller.received_at
    )


def as_draft(session: Session, ctx: Context, caller: Caller, content: Content, *, known: str | None = None) -> Decision:
    """The decision on saving a draft; ``known`` is the consignee that it has already. Changes nothing."""
    facts = queries.facts_for(session, applicant=caller.code, content=content, policy=ctx.policy)
    return assess(
        purpose=Purpose.SAVE,
        content=content,
        facts=facts,
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
