"""The jobs that one worker repeats for the whole system: names, what they do, seconds between two rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from temporalio.client import Client

from customs.channels import DeclarationSource
from runtime.dispatch import health_runs, hours_notices, receipts, system_counts, unknown_outcomes, webhooks
from runtime.dispatch.declaration_search import ROUND_SECONDS, search_again
from runtime.dispatch.dispatcher import Dispatcher
from runtime.metrics import Metrics
from runtime.settings import Settings

#: See ``activities.upkeep.Job``.
Job = tuple[str, Callable[[], Awaitable[object]], float]

#: ``identity.housekeeping.remove_expired``, which is above this folder.
RemoveExpired = Callable[..., object]


def prepare_jobs(
    client: Client,
    settings: Settings,
    engine: Engine,
    *,
    remove_expired: RemoveExpired,
    declarations: DeclarationSource,
) -> list[Job]:
    """Notes what a lost worker may have left half way, and returns every job.

    Each job is idempotent, and safe while another process does it.
    """
    unknown_outcomes.note_recent_changes(engine)
    begun = datetime.now(UTC)
    dispatcher = Dispatcher.of(settings, engine, client, Metrics())
    policy = settings.policy()
    return [
        ("receipts", lambda: _settle_receipts(dispatcher), settings.sweep_seconds),
        ("hours", lambda: hours_notices.send(dispatcher, policy), settings.sweep_seconds),
        ("unknown outcomes", lambda: unknown_outcomes.clear_up(dispatcher), settings.sweep_seconds),
        ("webhooks", lambda: webhooks.wake_due(dispatcher), settings.feed_seconds),
        ("accounts", lambda: _housekeep(dispatcher, remove_expired), settings.housekeeping_seconds),
        ("declarations", lambda: search_again(dispatcher, declarations), ROUND_SECONDS),
        ("calendar gaps", lambda: system_counts.count_calendar_gaps(dispatcher), system_counts.COUNT_SECONDS),
        ("credentials", lambda: system_counts.count_credentials(dispatcher), system_counts.COUNT_SECONDS),
        ("stuck workflows", lambda: system_counts.count_stuck_workflows(dispatcher), system_counts.COUNT_SECONDS),
        ("doctor", lambda: _check_hourly(dispatcher, begun), health_runs.LOOK_SECONDS),
        ("missing workflows", lambda: system_counts.count_missing_workflows(dispatcher), system_counts.SEARCH_SECONDS),
    ]


async def _check_hourly(dispatcher: Dispatcher, begun: datetime) -> None:
    await health_runs.check_hourly(dispatcher, begun=begun, now=datetime.now(UTC))


async def _settle_receipts(dispatcher: Dispatcher) -> None:
    """Leaves out those that may still be on their way through the API."""
    grace = timedelta(seconds=dispatcher.settings.command_limit_seconds)
    await receipts.sweep(dispatcher, datetime.now(UTC) - grace)


async def _housekeep(dispatcher: Dispatcher, remove_expired: RemoveExpired) -> None:
    kept = timedelta(days=dispatcher.settings.access_days)
    await asyncio.to_thread(remove_expired, dispatcher.engine, datetime.now(UTC), keep_accesses=kept)
