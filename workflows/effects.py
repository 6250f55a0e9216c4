"""One async function for each activity, with its name, summary, timeout and retries."""

from datetime import timedelta
from typing import TypeVar

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
        DeliverWebhooks,
        HealthRun,
        Judge,
        Project,
        Pulled,
        Recheck,
        Recover,
        Recovered,
        ReleaseDeclarations,
        WebhookPass,
    )
    from domain.decision import Decision, Judgement
    from domain.model import Model
    from domain.webhook import webhook_queue
    from workflows import policies


Result = TypeVar("Result")


async def assess(request: Assess) -> Decision:
    """Returns the decision of all rules on one application, however long it takes."""
    summary = f"核对规则 assess: {request.purpose}"
    return await _quick_then_durable(
        contracts.ASSESS, request, Decision, schedule_to_close=policies.ASSESS_TIMEOUT, summary=summary
    )


async def judge(request: Judge) -> Judgement:
    """Returns the judgement of each declaration number, however long it takes."""
    summary = f"核对报关单号 judge {len(request.numbers)}"
    return await _quick_then_durable(
        contracts.JUDGE, request, Judgement, schedule_to_close=policies.JUDGE_TIMEOUT, summary=summary
    )


async def release(request: ReleaseDeclarations) -> None:
    """Gives claims back, however long it takes."""
    summary = f"归还报关单号 release {len(request.numbers)}"
    await _durable(contracts.RELEASE, request, type(None), summary=summary)


async def project(request: Project, *, durable: bool) -> None:
    """Writes event rows and read row, however long it takes.

    With ``durable`` no local activity is tried first: a local one runs before the workflow task that asks for it is
    durable, a regular one only afterwards.
    """
    summary = "入库 project v" + ",".join(str(event.version) for event in request.events)
    if durable:
        await _durable(contracts.PROJECT, request, type(None), summary=summary)
    else:
        limit = policies.PROJECT_TIMEOUT
        await _quick_then_durable(contracts.PROJECT, request, type(None), schedule_to_close=limit, summary=summary)


async def deliver(request: Deliver) -> Delivered:
    """Sends one message to customs, however long it takes. Raises FailureError when customs refuses it for good."""
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
    """Returns the final judgement of numbers accepted unverified, however long it takes."""
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
    """Returns what is on record of the appointment, however long it takes."""
    return await _durable(contracts.RECOVER, request, Recovered, summary="读回记录 recover after a reset")


async def collect() -> Collected:
    """Removes files that nothing refers to. The next round goes on where one failed."""
    collected: Collected = await workflow.execute_activity(
        contracts.COLLECT,
        result_type=Collected,
        start_to_close_timeout=policies.COLLECT_TIMEOUT,
        heartbeat_timeout=policies.COLLECT_HEARTBEAT,
        retry_policy=policies.COLLECT_RETRY,
        summary="清理无主附件 collect orphans",
    )
    return collected


async def pull_is_due() -> bool:
    """Returns True if receipts have to be fetched. The next round asks again where one failed."""
    due: bool = await workflow.execute_local_activity(
        contracts.PULL_IS_DUE,
        result_type=bool,
        schedule_to_close_timeout=policies.PULL_CHECK_TIMEOUT,
        retry_policy=policies.QUICK_RETRY,
        summary="是否取回回执 is a pull due",
    )
    return due


async def pull_receipts() -> Pulled:
    """Fetches all receipts that customs holds. The next round goes on where one failed."""
    pulled: Pulled = await workflow.execute_activity(
        contracts.PULL_RECEIPTS,
        result_type=Pulled,
        start_to_close_timeout=policies.PULL_TIMEOUT,
        heartbeat_timeout=policies.PULL_HEARTBEAT,
        retry_policy=policies.PULL_RETRY,
        summary="取回回执 pull receipts",
    )
    return pulled


async def keep_up() -> None:
    """Repeats the jobs of the system at one worker after another, without an end."""
    await workflow.execute_activity(
        contracts.KEEP_UP,
        start_to_close_timeout=policies.UPKEEP_TIMEOUT,
        heartbeat_timeout=policies.UPKEEP_HEARTBEAT,
        retry_policy=policies.UPKEEP_RETRY,
        summary="后台任务 keep up",
    )


async def run_health_job(run: HealthRun) -> None:
    """Carries out the job at one worker after another. Raises FailureError when too many were lost."""
    await workflow.execute_activity(
        contracts.RUN_HEALTH_JOB,
        run,
        start_to_close_timeout=policies.HEALTH_TIMEOUT,
        heartbeat_timeout=policies.HEALTH_HEARTBEAT,
        retry_policy=policies.HEALTH_RETRY,
        summary=f"检查 health {run.job}",
    )


async def end_health_run(run: HealthRun) -> None:
    """Notes that the run was interrupted, however long it takes."""
    await _durable(contracts.END_HEALTH_RUN, run, type(None), summary=f"中断 interrupted {run.job}")


async def deliver_webhooks(request: DeliverWebhooks) -> WebhookPass:
    """Makes one pass over what waits for a receiver, on the queue of webhooks: slow receivers hold up nothing else."""
    done: WebhookPass = await workflow.execute_activity(
        contracts.DELIVER_WEBHOOKS,
        request,
        result_type=WebhookPass,
        task_queue=webhook_queue(workflow.info().task_queue),
        start_to_close_timeout=policies.WEBHOOK_TIMEOUT,
        heartbeat_timeout=policies.WEBHOOK_HEARTBEAT,
        retry_policy=policies.WEBHOOK_RETRY,
        summary="推送事件 deliver webhooks",
    )
    return done


async def _quick_then_durable(
    activity: str, request: Model, result: type[Result], *, schedule_to_close: timedelta, summary: str
) -> Result:
    """Returns the result of a local activity or, when that fails or takes too long, of a regular one."""
    try:
        quick: Result = await workflow.execute_local_activity(
            activity,
            request,
            result_type=result,
            schedule_to_close_timeout=schedule_to_close,
            retry_policy=policies.QUICK_RETRY,
            summary=summary,
        )
    except FailureError:
        return await _durable(activity, request, result, summary=summary)
    return quick


async def _durable(activity: str, request: Model, result: type[Result], *, summary: str) -> Result:
    """Returns the result of a regular activity, which is retried until it succeeds."""
    done: Result = await workflow.execute_activity(
        activity,
        request,
        result_type=result,
        start_to_close_timeout=policies.DURABLE_TIMEOUT,
        retry_policy=policies.DURABLE_RETRY,
        summary=summary,
    )
    return done
