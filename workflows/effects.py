"""Every effect the workflow asks for, as a plain async function: name, summary, timeout and retry in one place."""

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from activities import contracts
    from activities.contracts import (
        Assess,
        Collected,
        Deliver,
        Delivered,
        Judge,
        Project,
        Recheck,
        Recover,
        Recovered,
        Release,
    )
    from domain.decision import Decision, Judgement
    from workflows import policies


async def assess(request: Assess) -> Decision:
    """All rules against one application, quickly if it can be and however long it takes if it must."""
    try:
        return await _assess_quickly(request)
    except FailureError:
        return await _assess_durably(request)


async def judge(request: Judge) -> Judgement:
    """Each declaration number by itself, quickly if it can be and however long it takes if it must."""
    try:
        return await _judge_quickly(request)
    except FailureError:
        return await _judge_durably(request)


async def _assess_quickly(request: Assess) -> Decision:
    decision: Decision = await workflow.execute_local_activity(
        contracts.ASSESS,
        request,
        result_type=Decision,
        schedule_to_close_timeout=policies.ASSESS_TIMEOUT,
        retry_policy=policies.QUICK_RETRY,
        summary=f"核对规则 assess: {request.purpose}",
    )
    return decision


async def _assess_durably(request: Assess) -> Decision:
    decision: Decision = await workflow.execute_activity(
        contracts.ASSESS,
        request,
        result_type=Decision,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary=f"核对规则 assess: {request.purpose}",
    )
    return decision


async def _judge_quickly(request: Judge) -> Judgement:
    judgement: Judgement = await workflow.execute_local_activity(
        contracts.JUDGE,
        request,
        result_type=Judgement,
        schedule_to_close_timeout=policies.JUDGE_TIMEOUT,
        retry_policy=policies.QUICK_RETRY,
        summary=f"核对报关单号 judge {len(request.numbers)}",
    )
    return judgement


async def _judge_durably(request: Judge) -> Judgement:
    judgement: Judgement = await workflow.execute_activity(
        contracts.JUDGE,
        request,
        result_type=Judgement,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary=f"核对报关单号 judge {len(request.numbers)}",
    )
    return judgement


async def release(request: Release) -> None:
    """Claims are given back, however long it takes."""
    await workflow.execute_activity(
        contracts.RELEASE,
        request,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary=f"归还报关单号 release {len(request.numbers)}",
    )


async def project(request: Project) -> None:
    """Event rows and read row, quickly; raises FailureError when the database is slow or away."""
    await workflow.execute_local_activity(
        contracts.PROJECT,
        request,
        schedule_to_close_timeout=policies.PROJECT_TIMEOUT,
        retry_policy=policies.QUICK_RETRY,
        summary=_versions(request),
    )


async def project_durably(request: Project) -> None:
    """Event rows and read row, however long it takes."""
    await workflow.execute_activity(
        contracts.PROJECT,
        request,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary=_versions(request),
    )


async def deliver(request: Deliver) -> Delivered:
    """One message to customs, however long it takes; raises FailureError when customs says "never"."""
    delivered: Delivered = await workflow.execute_activity(
        contracts.DELIVER,
        request,
        result_type=Delivered,
        start_to_close_timeout=policies.DELIVER_TIMEOUT,
        retry_policy=policies.DELIVER_RETRY,
        cancellation_type=ActivityCancellationType.TRY_CANCEL,
        summary=f"发往海关 {request.outgoing.message_type}",
    )
    return delivered


async def recheck(request: Recheck) -> Judgement:
    """The final word on numbers taken unverified, however long it takes."""
    judgement: Judgement = await workflow.execute_activity(
        contracts.RECHECK,
        request,
        result_type=Judgement,
        start_to_close_timeout=policies.RECHECK_TIMEOUT,
        retry_policy=policies.RECHECK_RETRY,
        cancellation_type=ActivityCancellationType.TRY_CANCEL,
        summary=f"复核报关单号 recheck {len(request.declarations)}",
    )
    return judgement


async def recover(request: Recover) -> Recovered:
    """What is on record of the appointment, however long it takes."""
    recovered: Recovered = await workflow.execute_activity(
        contracts.RECOVER,
        request,
        result_type=Recovered,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary="读回记录 recover after a reset",
    )
    return recovered


async def collect() -> Collected:
    """Files that nobody refers to are taken away; the next round goes on where this one failed."""
    collected: Collected = await workflow.execute_activity(
        contracts.COLLECT,
        result_type=Collected,
        start_to_close_timeout=policies.COLLECT_TIMEOUT,
        heartbeat_timeout=policies.COLLECT_HEARTBEAT,
        retry_policy=policies.COLLECT_RETRY,
        summary="清理无主附件 collect orphans",
    )
    return collected


def _versions(request: Project) -> str:
    return "入库 project v" + ",".join(str(event.version) for event in request.events)
