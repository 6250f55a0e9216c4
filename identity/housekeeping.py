"""Removes what has expired: captchas, sessions, challenges, old failures, batches, read marks, proposals, accesses."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from db import (
    access_log,
    attempts,
    batches,
    captchas,
    card_presence,
    command_addresses,
    notification_deliveries,
    notifications,
    register_history,
    sessions,
    signatures,
)
from db.engine import writing
from identity.lockout import FORGOTTEN_AFTER

#: Longer than any session; a grant that is not renewed permits nothing.
GRANTS_KEPT = timedelta(days=8)
#: No client repeats a batch later than that; the key of each item has no such limit.
BATCHES_KEPT = timedelta(days=30)
#: Longer than notifications are shown (``api.notifications.SHOWN``).
READS_KEPT = timedelta(days=60)


def remove_expired(engine: Engine, at: datetime, *, keep_accesses: timedelta) -> dict[str, int]:
    """Removes expired rows and returns how many of each kind. Several processes may run it at once."""
    with writing(engine) as session:
        return {
            "captchas": captchas.sweep(session, before=at),
            "sessions": sessions.sweep(session, before=at),
            "card_grants": card_presence.sweep(session, before=at - GRANTS_KEPT),
            "challenges": signatures.sweep(session, before=at),
            "attempts": attempts.sweep(session, before=at - FORGOTTEN_AFTER),
            "batches": batches.sweep(session, before=at - BATCHES_KEPT),
            "notification_reads": notifications.sweep(session, before=at - READS_KEPT),
            "notification_deliveries": notification_deliveries.sweep(session, before=at - READS_KEPT),
            "register_proposals": register_history.sweep(session, before=at - register_history.KEPT),
            "command_addresses": command_addresses.sweep(session, before=at - keep_accesses),
            "accesses": access_log.sweep(session, before=at - keep_accesses, at=at),
        }
