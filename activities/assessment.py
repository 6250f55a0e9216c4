"""``assess``: the rules of ``domain`` against what the database knows."""

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import ASSESS, Assess
from db.engine import reading
from db.queries import facts_for
from domain.assessment import assess
from domain.decision import Decision
from domain.policy import Policy


class Assessment:
    """Reads only; the same request at the same database gives the same decision."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self._engine = engine
        self._policy = policy

    @activity.defn(name=ASSESS, no_thread_cancel_exception=True)
    def assess(self, request: Assess) -> Decision:
        """Every fault at once, and what was found out on the way."""
        with reading(self._engine) as session:
            facts = facts_for(session, applicant=request.applicant, content=request.content, policy=self._policy)
        return assess(
            purpose=request.purpose,
            content=request.content,
            facts=facts,
            policy=self._policy,
            received_at=request.received_at,
            known_consignee=request.known_consignee,
        )
