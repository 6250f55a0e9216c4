"""Applies results of local activities to the workflow first and separately, in live runs and in replay alike.

The same holds for a reset: the workflow must know of it before it handles the Updates and Signals that the server
sends again.

A workflow task that carries queries (an open page of the Temporal UI sends them) ends with their answers. If a local
activity ends while they are being answered, the SDK records its end with that task, but passes it to the workflow in
the next one, together with everything that came meanwhile. Replay passes it where it is recorded: before the rest.
When it is always applied first and separately, the order is the same both times.
"""

from collections.abc import Callable, Iterable
from itertools import groupby

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_activation import WorkflowActivationJob as Job
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion

#: Jobs that must be applied before any code of the workflow continues, in this order.
_START = ("notify_has_patch", "initialize_workflow")


def activate(
    act: WorkflowActivation, apply: Callable[[WorkflowActivation], WorkflowActivationCompletion]
) -> WorkflowActivationCompletion:
    """Applies the activation, in parts where that is needed, and returns one completion.

    A part that fails ends it: its completion is returned.
    """
    if not any(_is_local_end(job) or _is_reset(job) for job in act.jobs):
        return apply(act)
    first, *others = _parts(act.jobs)
    done = apply(_with(act, first))
    for part in others:
        if done.HasField("failed"):
            return done
        then = apply(_with(act, part))
        if then.HasField("failed"):
            return then
        done.successful.MergeFrom(then.successful)
    return done


def _parts(jobs: Iterable[Job]) -> list[list[Job]]:
    return [list(part) for _, part in groupby(sorted(jobs, key=_place), key=_place)]


def _place(job: Job) -> int:
    if _is_local_end(job) or job.WhichOneof("variant") in _START:
        return 0
    return 1 if _is_reset(job) else 2


def _is_reset(job: Job) -> bool:
    return job.HasField("update_random_seed")


def _is_local_end(job: Job) -> bool:
    return job.HasField("resolve_activity") and job.resolve_activity.is_local


def _with(act: WorkflowActivation, jobs: Iterable[Job]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part
