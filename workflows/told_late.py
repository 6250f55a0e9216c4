"""What a local activity came to, told a task too late: seen here, so that the task fails and is replayed in order.

A workflow task that carries queries (an open page of the Temporal UI sends them) ends with their answers. If a local
activity ends while they are being answered, the SDK records its end with that task, yet tells the workflow in the next
one, together with whatever came meanwhile. Replay tells it where it is recorded: before the rest. Where the order
matters, the history could never be replayed again.
"""

from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob


class ToldLate(Exception):
    """A local activity ended before this workflow task: not a failure of the appointment."""


class Lateness:
    """Looks at the activations of one workflow, one after the other."""

    def __init__(self) -> None:
        self._queried_at: int | None = None

    def look(self, activation: WorkflowActivation) -> None:
        """Raises ``ToldLate``, which must fail the workflow task."""
        queried_at, self._queried_at = self._queried_at, None
        if activation.jobs and all(job.HasField("query_workflow") for job in activation.jobs):
            self._queried_at = activation.history_length
        elif queried_at is not None and queried_at < activation.history_length and _ends_locally(activation):
            raise ToldLate("a local activity ended while a query was answered")


def _ends_locally(activation: WorkflowActivation) -> bool:
    return any(_is_local_end(job) for job in activation.jobs)


def _is_local_end(job: WorkflowActivationJob) -> bool:
    return job.HasField("resolve_activity") and job.resolve_activity.is_local
