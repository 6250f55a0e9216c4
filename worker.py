"""The worker's composition root: settings → adapters → register → run. It holds no rule."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import structlog
import uvloop
from temporalio.client import Client
from temporalio.worker import Worker

from activities.catalogue import Background, effects
from activities.collection import Collection
from activities.webhook_queue import webhook_worker
from db.engine import connect as connect_database
from identity.housekeeping import remove_expired
from runtime import capacity, garbage, logs, objects, process_exit, schedules, signals, webhooks
from runtime.customs_channel import channel, customs_client
from runtime.settings import Settings
from runtime.startup_checks import explaining, startup_client, startup_sealer
from runtime.worker_jobs import worker_jobs
from workflows import policies, sandbox


def assemble(client: Client, settings: Settings, threads: ThreadPoolExecutor, http: httpx.Client) -> tuple[Worker, ...]:
    """Returns the worker of webhooks and that of all else. Every collaborator is made here once and passed in."""
    customs, quick = channel(settings, http), channel(settings, http, look_up_seconds=2)
    engine = connect_database(settings.database_url)
    sealer = startup_sealer(settings, engine)
    files = Collection(engine, objects.Objects.of(settings, sealer), settings.collect_grace)
    jobs = Background(*worker_jobs(client, settings, engine, sealer, http, remove_expired))
    outward = webhook_worker(client, settings.task_queue, engine, sealer, sending=webhooks.sending(settings))
    return outward, Worker(
        client,
        task_queue=settings.task_queue,
        workflows=sandbox.WORKFLOWS,
        activities=effects(engine, settings.policy(), jobs, customs=customs, quick=quick, opener=sealer, files=files),
        activity_executor=threads,
        workflow_runner=sandbox.runner(),
        **capacity.worker_options(settings, policies.WORKER_THREADS),
        graceful_shutdown_timeout=policies.SHUTDOWN_GRACE,
    )


async def main() -> None:
    """Runs until SIGTERM or SIGINT, then lets running activities end."""
    settings, stop = Settings(), signals.signalled()
    logs.configure(settings)
    client = await startup_client(settings)
    await schedules.ensure(client, settings)
    with ThreadPoolExecutor(policies.WORKER_THREADS) as threads, customs_client(settings) as http:
        outward, worker = assemble(client, settings, threads, http)
        async with outward, worker:
            garbage.set_aside()
            structlog.get_logger("worker").info("worker started", task_queue=settings.task_queue)
            await stop.wait()


if __name__ == "__main__":
    with process_exit.keeping_exit_code(), explaining():
        uvloop.run(main())
