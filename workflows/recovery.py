"""After `temporal workflow reset` the state on record is read back before anything else goes on.

The server sends every Update and Signal that came after the point of the reset once more, all at once, and nothing of
what timers and activities came to. Done again they would be judged by the facts of today, and validators would refuse
those whose turn has not come yet. What had taken effect stands in the event rows.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Recover
    from workflows import effects
    from workflows.aggregate import AppointmentAggregate

#: Since then a reset loses nothing that is on record; older histories go on as they began.
RECOVERY_AFTER_RESET = "recovery-after-reset"


class Recovery:
    """Knows whether the run was reset and its state not read back yet."""

    def __init__(self, aggregate: AppointmentAggregate) -> None:
        self._aggregate = aggregate
        self.is_due = False
        # Nothing but a reset gives a run another seed.
        workflow.register_random_seed_callback(self._note_reset)

    def _note_reset(self, _: int) -> None:
        self.is_due = True

    async def finish(self) -> None:
        """Replaces the state by the one on record, unless the run itself is further on."""
        if workflow.patched(RECOVERY_AFTER_RESET):
            own = self._aggregate.appointment
            recorded = await effects.recover(Recover(pre_entry_no=own.pre_entry_no))
            if recorded.carried and recorded.carried.appointment.version >= self._aggregate.appointment.version:
                self._aggregate.replace(recorded.carried)
        self.is_due = False
