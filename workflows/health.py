"""The workflow of one run of a health job: doctor, verify or backup."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.contracts import HealthRun
    from workflows import effects
    from workflows.contracts import HEALTH


@workflow.defn(name=HEALTH)
class HealthWorkflow:
    """One run; its row in the database says how far it is and what it found."""

    @workflow.run
    async def run(self, run: HealthRun) -> None:
        """Returns when the run has ended, by itself or because its workers were lost."""
        try:
            await effects.run_health_job(run)
        except ActivityError:
            await effects.end_health_run(run)
