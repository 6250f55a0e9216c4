"""The worker of the queue of webhooks: passes that wait for slow receivers take no place of other activities."""

from datetime import timedelta
from importlib.metadata import version

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.worker import Worker

from activities.webhooks import EventSender, SecretOpener, WebhookActivity
from domain.webhook import Pauses, webhook_queue

#: Passes of one worker at the same time.
PASSES = 64
#: A pass takes new events for so long.
PASS_SECONDS = 20.0
#: Requests under way may end when the worker ends.
GRACE = timedelta(seconds=5)


def webhook_worker(
    client: Client, task_queue: str, engine: Engine, opener: SecretOpener, *, sending: tuple[EventSender, Pauses]
) -> Worker:
    """Returns the worker that runs beside the one of ``task_queue``."""
    return Worker(
        client,
        task_queue=webhook_queue(task_queue),
        activities=[WebhookActivity(engine, opener, *sending, seconds=PASS_SECONDS).deliver],
        max_concurrent_activities=PASSES,
        max_concurrent_activity_task_polls=2,
        build_id=f"yuyue {version('yuyue')}",  # the SDK would hash every loaded module instead
        graceful_shutdown_timeout=GRACE,
    )
