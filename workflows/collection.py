"""The workflow that deletes orphaned files; a Temporal Schedule starts it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Collected
    from workflows import effects
    from workflows.contracts import COLLECTION


@workflow.defn(name=COLLECTION)
class CollectionWorkflow:
    """One round. The schedule never runs two at a time."""

    @workflow.run
    async def run(self) -> Collected:
        """Returns how many files were removed, and how many got a row."""
        return await effects.collect()
