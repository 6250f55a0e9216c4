"""The workflow of one receiver: passes over what waits for it, with growing pauses while it fails.

It ends when nothing waits; the next event starts it again (``runtime.dispatch.webhooks``). What waits is in the
database, so that nothing depends on this workflow's memory.
"""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import DeliverWebhooks
    from workflows import effects
    from workflows.contracts import WAKE, WEBHOOKS


@workflow.defn(name=WEBHOOKS)
class WebhooksWorkflow:
    """Delivers to one receiver; its id is in the input."""

    def __init__(self) -> None:
        self._woken = False

    @workflow.run
    async def run(self, request: DeliverWebhooks) -> None:
        """Returns when nothing waits for the receiver."""
        while True:
            self._woken = False
            found = await effects.deliver_webhooks(request)
            if found.seconds is None and not self._woken:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(request)
            await self._pause(found.seconds or 0.0)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Ends the pause: an event is new, or somebody wants the next attempt now."""
        self._woken = True

    async def _pause(self, seconds: float) -> None:
        due = asyncio.create_task(workflow.sleep(seconds, summary="再次推送 next attempt"))
        await workflow.wait_condition(lambda: due.done() or self._woken)
        due.cancel()
