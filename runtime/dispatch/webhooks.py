"""Wakes the workflows of receivers for which something waits; by the database alone, so that nothing is forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.common import WorkflowIDReusePolicy

from db import webhook_endpoints
from domain.webhook import DeliverWebhooks
from runtime.dispatch.dispatcher import Dispatcher
from workflows.contracts import WAKE, WEBHOOKS, webhook_workflow_id

RPC_TIMEOUT = timedelta(seconds=5)


async def wake_due(dispatcher: Dispatcher) -> int:
    """Starts or wakes the workflow of every receiver that wants a pass; returns how many."""
    due = await dispatcher.read(lambda session: webhook_endpoints.due(session, datetime.now(UTC)))
    await asyncio.gather(*(_wake(dispatcher, endpoint_id) for endpoint_id in due))
    return len(due)


async def _wake(dispatcher: Dispatcher, endpoint_id: str) -> None:
    await dispatcher.client.start_workflow(
        WEBHOOKS,
        DeliverWebhooks(endpoint_id=endpoint_id),
        id=webhook_workflow_id(endpoint_id),
        task_queue=dispatcher.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal=WAKE,
        rpc_timeout=RPC_TIMEOUT,
        static_summary="推送事件 webhooks",
    )
