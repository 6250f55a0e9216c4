"""The workflow that fetches receipts while customs does not push them; a Temporal Schedule starts it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Pulled
    from workflows import effects
    from workflows.contracts import RECEIPT_PULL


@workflow.defn(name=RECEIPT_PULL)
class ReceiptPullWorkflow:
    """One round. The schedule never runs two at a time, and a round with nothing to do costs six events."""

    @workflow.run
    async def run(self) -> Pulled | None:
        """Returns what was fetched; None when customs pushes, or nothing is awaited."""
        return await effects.pull_receipts() if await effects.pull_is_due() else None
