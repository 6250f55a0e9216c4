"""The check of the Temporal Schedules that start the collection of files and the pull of receipts."""

from temporalio.client import Client, ScheduleDescription
from temporalio.service import RPCError, RPCStatusCode

from runtime.health.finding import Finding, fault, warning, well
from runtime.schedules import schedule_id
from runtime.settings import Settings
from runtime.temporal import ASK_TIMEOUT
from workflows.contracts import COLLECTION, RECEIPT_PULL

_PART = "schedules"
_GOOD = {
    COLLECTION: ("清理附件的定时任务有效", "the schedule that collects files is active"),
    RECEIPT_PULL: ("取回回执的定时任务有效", "the schedule that fetches receipts is active"),
}


async def check(client: Client, settings: Settings) -> list[Finding]:
    """Returns a finding about each of these schedules; the one of the repeated jobs is in ``upkeep``."""
    names = {schedule_id(settings, workflow): workflow for workflow in (COLLECTION, RECEIPT_PULL)}
    return [judge(name, await described(client, name), *_GOOD[workflow]) for name, workflow in names.items()]


def judge(name: str, found: ScheduleDescription | None, chinese: str, english: str) -> Finding:
    """Returns what is wrong with a schedule that must be there, and active; else a finding with these texts."""
    if found is None:
        return fault(_PART, "schedules.missing", f"缺少定时任务 {name}", f"the schedule {name} is missing")
    if found.schedule.state.paused:
        texts = f"定时任务 {name} 已暂停", f"the schedule {name} is paused"
        return warning(_PART, "schedules.paused", *texts, schedule=name)
    return well(_PART, chinese, english)


async def described(client: Client, name: str) -> ScheduleDescription | None:
    """Returns the schedule; None when there is none of that name."""
    try:
        return await client.get_schedule_handle(name).describe(rpc_timeout=ASK_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
