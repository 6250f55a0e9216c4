"""Reads the recorded state back after `temporal workflow reset`, before anything else is handled.

The server sends every Update and Signal after the point of the reset again, all at once, but no results of timers and
activities. Handled again they would be judged by the facts of today, and validators would refuse those that depend on
an earlier one. The event rows have what had taken effect.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Recover
    from workflows import effects
    from workflows.aggregate import AppointmentAggregate

#: Patch: a reset loses nothing that is recorded; a history that began before it goes on without it.
RECOVERY_AFTER_RESET = "recovery-after-reset"


class Recovery:
    """Notes that the run was reset; ``is_due`` until its state is read back."""

    def __init__(self, aggregate: AppointmentAggregate) -> None:
        self._aggregate = aggregate
        self.is_due = False
        # Nothing but a reset gives a run another seed.
        workflow.register_random_seed_callback(self._note_reset)

    def _note_reset(self, _: int) -> None:
        self.is_due = True

    async def finish(self) -> None:
        """Replaces the state by the recorded one, unless the run has a newer version."""
        if workflow.patched(RECOVERY_AFTER_RESET):
            own = self._aggregate.appointment
            recorded = await effects.recover(Recover(pre_entry_no=own.pre_entry_no))
            if recorded.carried and recorded.carried.appointment.version >= self._aggregate.appointment.version:
                self._aggregate.replace(recorded.carried)
        self.is_due = False
