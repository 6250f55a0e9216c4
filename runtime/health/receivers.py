"""Checks that the receivers of enterprises take events."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from db import schema_version, webhook_endpoints
from db.engine import connect, read
from db.webhook_endpoints import WebhookEndpoint
from runtime.health.finding import Finding, warning, well
from runtime.settings import Settings

PART = "webhooks"
#: Receivers that are named.
MOST_NAMED = 20


def check(settings: Settings) -> list[Finding]:
    """Returns a finding for each receiver that takes nothing; none without a usable database."""
    engine = connect(settings.database_url)
    try:
        if not schema_version.is_current(engine):
            return []
        found = read(engine, lambda session: webhook_endpoints.failing(session, limit=MOST_NAMED))
    except SQLAlchemyError:
        return []
    finally:
        engine.dispose()
    return list(_findings(found)) or [well(PART, "各企业的接收地址正常", "receivers of enterprises take events")]


def _findings(failing: list[WebhookEndpoint]) -> Iterator[Finding]:
    for each in failing:
        since = (each.failing_since or each.paused_at or each.created_at).isoformat(timespec="seconds")
        name = f"{each.endpoint_id} ({each.customs_code})"
        yield warning(
            PART,
            "webhooks.failing",
            f"接收地址 {name} 自 {since} 起收不到事件",
            f"the receiver {name} has taken no event since {since}",
        )
