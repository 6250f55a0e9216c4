"""What local activities came to is told to the workflow before anything else that comes with it, and by itself.

A workflow task that carries queries (an open page of the Temporal UI sends them) ends with their answers. If a local
activity ends while they are being answered, the SDK records its end with that task, yet tells the workflow in the next
one, together with whatever came meanwhile. Replay tells it where it is recorded: before the rest. Told first and by
itself, always, the order is the same both times.
"""

from collections.abc import Callable, Iterable

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_activation import WorkflowActivationJob as Job
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion

#: What has to be known before any code of the workflow goes on.
_KNOWN_BEFORE = ("notify_has_patch", "update_random_seed")


def activate(
    act: WorkflowActivation, apply: Callable[[WorkflowActivation], WorkflowActivationCompletion]
) -> WorkflowActivationCompletion:
    """Applies it at once, or in two parts whose completions make one; a part that fails is the whole's."""
    first, rest = _parts(act.jobs)
    if not rest or not any(_is_local_end(job) for job in first):
        return apply(act)
    done = apply(_with(act, first))
    if done.HasField("failed"):
        return done
    then = apply(_with(act, rest))
    if then.HasField("failed"):
        return then
    done.successful.MergeFrom(then.successful)
    return done


def _parts(jobs: Iterable[Job]) -> tuple[list[Job], list[Job]]:
    first: list[Job] = []
    rest: list[Job] = []
    for job in jobs:
        comes_first = _is_local_end(job) or job.WhichOneof("variant") in _KNOWN_BEFORE
        (first if comes_first else rest).append(job)
    return first, rest


def _is_local_end(job: Job) -> bool:
    return job.HasField("resolve_activity") and job.resolve_activity.is_local


def _with(act: WorkflowActivation, jobs: Iterable[Job]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part
