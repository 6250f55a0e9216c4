"""``assess``: the decision on one application, by the rules of ``domain`` and what the database knows."""

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import ASSESS, Assess
from db import queries
from db.engine import reading
from domain.decision import Decision
from domain.policy import Policy


class Assessment:
    """Reads only; the same request at the same database gives the same decision."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self._engine = engine
        self._policy = policy

    @activity.defn(name=ASSESS, no_thread_cancel_exception=True)
    def assess(self, request: Assess) -> Decision:
        """Returns every fault at once, and what was found on the way."""
        with reading(self._engine) as session:
            return queries.decision(
                session,
                purpose=request.purpose,
                applicant=request.applicant,
                content=request.content,
                policy=self._policy,
                received_at=request.received_at,
                known_consignee=request.known_consignee,
            )
