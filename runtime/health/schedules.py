"""The check of the Temporal Schedule that starts the collection of files."""

from temporalio.client import Client, ScheduleDescription
from temporalio.service import RPCError, RPCStatusCode

from runtime.health.finding import Finding, fault, warning, well
from runtime.schedules import schedule_id
from runtime.settings import Settings
from runtime.temporal import ASK_TIMEOUT
from workflows.contracts import COLLECTION

_PART = "schedules"


async def check(client: Client, settings: Settings) -> list[Finding]:
    """Returns one finding about the schedule that collects files; the one of the repeated jobs is in ``upkeep``."""
    name = schedule_id(settings, COLLECTION)
    return [judge(name, await described(client, name))]


def judge(name: str, found: ScheduleDescription | None) -> Finding:
    """Returns what is wrong with a schedule that must be there, and active."""
    if found is None:
        return fault(_PART, "schedules.missing", f"缺少定时任务 {name}", f"the schedule {name} is missing")
    if found.schedule.state.paused:
        chinese, english = f"定时任务 {name} 已暂停", f"the schedule {name} is paused"
        return warning(_PART, "schedules.paused", chinese, english, schedule=name)
    return well(_PART, "清理附件的定时任务有效", "the schedule that collects files is active")


async def described(client: Client, name: str) -> ScheduleDescription | None:
    """Returns the schedule; None when there is none of that name."""
    try:
        return await client.get_schedule_handle(name).describe(rpc_timeout=ASK_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
