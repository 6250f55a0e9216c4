"""Gauges of the whole system, which every API process shows: this module reads and never acts."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog
from sqlmodel import Session

from api.context import Context
from api.http.problems import UNAVAILABLE
from db import hours_notices, inbox, notification_deliveries, queries, system_counts, webhook_endpoints
from db.system_counts import CountName, SystemCount
from runtime.metrics import Metrics

#: Fields of ``db.queries.Today`` that are shown.
WAITING = ("overdue", "undecided", "stuck_deliveries", "parked_receipts")

log = structlog.get_logger("api.gauges")


class Readings(NamedTuple):
    """Numbers of what waits longer than a command takes, and counts of a worker; by default nothing is known."""

    receipts: float = math.nan
    hours_notices: float = math.nan
    messages: float = math.nan
    counts: Mapping[CountName, SystemCount] = {}
    failing_webhooks: float = math.nan
    waiting: Mapping[str, float] = dict.fromkeys(WAITING, math.nan)


async def measure(ctx: Context) -> None:
    """Sets the gauges; NaN while the database is away."""
    # Newer work is on its way.
    overdue = datetime.now(UTC) - timedelta(seconds=ctx.settings.command_limit_seconds)
    try:
        found = await ctx.read(lambda session: _read(session, overdue))
    except UNAVAILABLE as error:
        log.warning("the gauges cannot be read", exc_info=error)
        found = Readings()
    _show(ctx.metrics, found)


def _read(session: Session, overdue: datetime) -> Readings:
    return Readings(
        len(inbox.pending(session, before=overdue)),
        hours_notices.count_unsettled(session, before=overdue),
        notification_deliveries.count_undelivered(session, before=overdue),
        system_counts.latest(session),
        webhook_endpoints.count_failing(session),
        _waiting(session),
    )


def _waiting(session: Session) -> dict[str, float]:
    """Returns how many of each kind wait for a person, as the page of today counts them."""
    found = queries.today(session, datetime.now(UTC))
    return {kind: getattr(found, kind).total for kind in WAITING}


def _show(metrics: Metrics, found: Readings) -> None:
    metrics.unsettled_receipts.set(found.receipts)
    metrics.waiting_hours_notices.set(found.hours_notices)
    metrics.failing_webhooks.set(found.failing_webhooks)
    metrics.undelivered_messages.set(found.messages)
    for kind, total in found.waiting.items():
        metrics.waiting.labels(kind).set(total)
    gauges = {
        CountName.STUCK_WORKFLOWS: metrics.stuck_workflows,
        CountName.MISSING_WORKFLOWS: metrics.missing_workflows,
        CountName.UNPUBLISHED_YEARS: metrics.calendar_gaps.labels("year"),
        CountName.PORTS_WITHOUT_HOURS: metrics.calendar_gaps.labels("port"),
        CountName.CLIENT_CERTIFICATE_DAYS: metrics.client_certificate_days,
        CountName.CREDENTIALS_UNUSABLE: metrics.credentials_unusable,
        CountName.OUTBOX_FILES: metrics.box_files.labels("OutBox"),
        CountName.INBOX_FILES: metrics.box_files.labels("InBox"),
        CountName.FAILBOX_FILES: metrics.box_files.labels("FailBox"),
        CountName.OUTBOX_SECONDS: metrics.box_seconds.labels("OutBox"),
        CountName.INBOX_SECONDS: metrics.box_seconds.labels("InBox"),
        CountName.FAILBOX_SECONDS: metrics.box_seconds.labels("FailBox"),
    }
    for name, gauge in gauges.items():
        count = found.counts.get(name)
        gauge.set(math.nan if count is None or count.value is None else count.value)
        metrics.counted_at.labels(name).set(count.counted_at.timestamp() if count else 0)
