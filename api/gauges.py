"""Gauges that are read from the database when Prometheus asks for them."""

import math
from datetime import UTC, datetime, timedelta

import structlog
from sqlmodel import Session

from api.context import Context
from api.http.problems import UNAVAILABLE
from db import hours_notices

log = structlog.get_logger("api.gauges")


async def measure(ctx: Context) -> None:
    """Sets the gauges; NaN while the database is away."""
    try:
        untold = await ctx.read(lambda session: _untold(ctx, session))
    except UNAVAILABLE as error:
        log.warning("the gauges cannot be read", exc_info=error)
        untold = math.nan
    ctx.metrics.untold.set(untold)


def _untold(ctx: Context, session: Session) -> float:
    return hours_notices.count_unsettled(session, before=_overdue(ctx))


def _overdue(ctx: Context) -> datetime:
    """Returns the instant before which work that is still open is late: newer work is on its way."""
    return datetime.now(UTC) - timedelta(seconds=ctx.settings.command_limit_seconds)
