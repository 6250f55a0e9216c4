"""Orphaned files are collected from time to time; a Temporal Schedule starts this."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Collected
    from workflows import effects
    from workflows.contracts import COLLECTION


@workflow.defn(name=COLLECTION)
class CollectionWorkflow:
    """One round; the schedule never lets two run at a time."""

    @workflow.run
    async def run(self) -> Collected:
        """What was found."""
        return await effects.collect()
