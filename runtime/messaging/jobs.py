"""The repeated jobs of messages to people."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import Engine

from runtime.messaging import reminding
from runtime.messaging.sending import Messenger
from runtime.sealing import Sealer
from runtime.settings import Settings

#: A message leaves, and a preference is obeyed, within this time and the time of its sending.
MESSAGE_SECONDS = 2.0


def messaging_jobs(
    settings: Settings, engine: Engine, sealer: Sealer
) -> list[tuple[str, Callable[[], Awaitable[object]], float]]:
    """Returns them as ``activities.upkeep.Job``."""
    messenger = Messenger(settings, engine, settings.policy(), sealer)
    return [
        ("messages", messenger.send, MESSAGE_SECONDS),
        ("reminders", lambda: asyncio.to_thread(reminding.remind, messenger), reminding.PAUSE_SECONDS),
    ]
