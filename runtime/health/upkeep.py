"""Checks that the repeated jobs are done; silent while Temporal or the database is away."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from db import system_counts
from db.engine import connect, read
from runtime import schedules, temporal
from runtime.health.finding import Finding, fault, warning, well
from runtime.health.schedules import described
from runtime.settings import Settings
from workflows.contracts import UPKEEP

#: Some of the counts are taken every minute.
LATELY = timedelta(minutes=5)
PART = "upkeep"


async def check(settings: Settings) -> list[Finding]:
    """Returns one finding; none where other checks already report an unreachable server."""
    engine, name = connect(settings.database_url), schedules.schedule_id(settings, UPKEEP)
    try:
        schedule = await described(await temporal.connect(settings), name)
        counts = await asyncio.to_thread(read, engine, system_counts.latest)
    except (RPCError, RuntimeError, SQLAlchemyError, temporal.ConfigError):
        return []
    finally:
        engine.dispose()
    if schedule is None:
        return [missing(name)]
    if schedule.schedule.state.paused:
        return [paused(name)]
    instants = [schedule.info.created_at, *(count.counted_at for count in counts.values())]
    return [ran(max(instants), datetime.now(UTC))]


def missing(name: str) -> Finding:
    """Returns a finding about a schedule that nobody has made, or that somebody deleted."""
    return fault(
        PART, "schedules.missing", f"没有后台任务的计划 {name}", f"no schedule {name} starts the repeated jobs"
    )


def paused(name: str) -> Finding:
    """Returns a finding about a schedule that an operator has paused."""
    chinese, english = f"后台任务的计划 {name} 已暂停", f"the schedule {name} of the jobs is paused"
    return warning(PART, "schedules.paused", chinese, english, schedule=name)


def ran(last: datetime, now: datetime) -> Finding:
    """Returns a finding about the instant at which a job was last done, or the schedule was made."""
    if now - last <= LATELY:
        return well(PART, "后台任务在运行", "the repeated jobs are done")
    since = last.isoformat(timespec="seconds")
    chinese, english = f"后台任务自 {since} 起没有运行", f"no repeated job was done since {since}"
    return fault(PART, "upkeep.silent", chinese, english)
