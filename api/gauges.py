"""Gauges that are read from the database when Prometheus asks for them."""

import math
from datetime import UTC, datetime, timedelta

import structlog
from sqlmodel import Session

from api.context import Context
from api.http.problems import UNAVAILABLE
from db import hours_notices, inbox

log = structlog.get_logger("api.gauges")


async def measure(ctx: Context) -> None:
    """Sets the gauges; NaN while the database is away."""
    # Newer work is on its way.
    overdue = datetime.now(UTC) - timedelta(seconds=ctx.settings.command_limit_seconds)
    try:
        unsettled, untold = await ctx.read(lambda session: _waiting(session, overdue))
    except UNAVAILABLE as error:
        log.warning("the gauges cannot be read", exc_info=error)
        unsettled = untold = math.nan
    ctx.metrics.unsettled.set(unsettled)
    ctx.metrics.untold.set(untold)


def _waiting(session: Session, overdue: datetime) -> tuple[float, float]:
    """Returns how many receipts and how many notices of changed hours wait since before that instant."""
    return len(inbox.pending(session, before=overdue)), hours_notices.count_unsettled(session, before=overdue)
