"""``recover``: the state on record, for a workflow that was reset."""

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import RECOVER, Recover, Recovered
from db import hours_notices, recovery
from db.engine import reading


class Recovery:
    """Idempotent: reads, and has changed hours told again, of which the workflow hears each revision once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name=RECOVER, no_thread_cancel_exception=True)
    def recover(self, request: Recover) -> Recovered:
        """What is on record now."""
        hours_notices.resend(self._engine, request.pre_entry_no)
        with reading(self._engine) as session:
            return Recovered(carried=recovery.carried_state(session, request.pre_entry_no))
