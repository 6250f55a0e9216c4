"""Repeated jobs of the system, carried out by one worker at a time; a Temporal Schedule starts this."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import effects
    from workflows.contracts import UPKEEP


@workflow.defn(name=UPKEEP)
class UpkeepWorkflow:
    """Runs for ever: its one activity goes on at another worker when the worker that has it ends or dies."""

    @workflow.run
    async def run(self) -> None:
        """Returns only when the activity is cancelled."""
        await effects.keep_up()
