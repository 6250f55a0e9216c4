"""``recover``: reads the recorded state for a workflow that was reset."""

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import RECOVER, Recover, Recovered
from db import hours_notices, recovery
from db.engine import reading


class RecoveryActivity:
    """Idempotent: it reads, and has changes of hours sent again; the workflow ignores a revision it has seen."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name=RECOVER, no_thread_cancel_exception=True)
    def recover(self, request: Recover) -> Recovered:
        """Returns the recorded state."""
        hours_notices.resend(self._engine, request.pre_entry_no)
        with reading(self._engine) as session:
            return Recovered(carried=recovery.carried_state(session, request.pre_entry_no))
