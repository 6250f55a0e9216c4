"""What a worker does beside the effects of appointments, each with its collaborators."""

from collections.abc import Mapping

import httpx
from sqlalchemy import Engine
from temporalio.client import Client

from runtime import health
from runtime.customs_channel import channel, receipt_source
from runtime.dispatch import box_receipts
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.jobs import Job, RemoveExpired, prepare_jobs
from runtime.dispatch.receipt_pull import ReceiptPull
from runtime.health.job_list import Job as HealthJob
from runtime.messaging.jobs import messaging_jobs
from runtime.metrics import Metrics
from runtime.sealing import Sealer
from runtime.settings import Settings


def worker_jobs(  # noqa: PLR0917 the collaborators of a worker
    client: Client,
    settings: Settings,
    engine: Engine,
    sealer: Sealer,
    http: httpx.Client,
    remove_expired: RemoveExpired,
) -> tuple[list[Job], Mapping[str, HealthJob], ReceiptPull]:
    """Returns the repeated jobs, the health jobs, and the pull of receipts."""
    dispatcher = Dispatcher.of(settings, engine, client, Metrics())
    return (
        [
            *prepare_jobs(
                client, settings, engine, remove_expired=remove_expired, declarations=channel(settings, http)
            ),
            *box_receipts.jobs(dispatcher, sealer),
            *messaging_jobs(settings, engine, sealer),
        ],
        health.jobs(settings, engine, client),
        ReceiptPull(dispatcher, sealer, receipt_source(settings, http)),
    )
