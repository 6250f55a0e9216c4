"""Decisions on applications by what the database knows now."""

from datetime import datetime

from sqlmodel import Session

from db.queries.facts import facts_for
from domain.appointment import Content
from domain.assessment import assess
from domain.decision import Decision, Purpose
from domain.policy import Policy


def decision(
    session: Session,
    *,
    purpose: Purpose,
    applicant: str,
    content: Content,
    policy: Policy,
    received_at: datetime,
    known_consignee: str | None = None,
) -> Decision:
    """Returns what ``domain.assessment.assess`` decides on the application, with its facts loaded for it."""
    return assess(
        purpose=purpose,
        content=content,
        facts=facts_for(session, applicant=applicant, content=content, policy=policy),
        policy=policy,
        received_at=received_at,
        known_consignee=known_consignee,
    )


def first_decisions(
    session: Session, *, applicant: str, content: Content, policy: Policy, received_at: datetime
) -> tuple[Decision, Decision]:
    """Returns the decisions on saving a new draft and on submitting it, both by facts that are loaded once."""
    facts = facts_for(session, applicant=applicant, content=content, policy=policy)

    def decided(purpose: Purpose) -> Decision:
        return assess(purpose=purpose, content=content, facts=facts, policy=policy, received_at=received_at)

    return decided(Purpose.SAVE), decided(Purpose.SUBMIT)
