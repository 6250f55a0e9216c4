"""Readiness probes: a process's own health call, or its entry in the Temporal server."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from workflows.contracts import TASK_QUEUE

PROBE_SECONDS = 1.0
#: The retention of closed workflows; the server's own default is one day.
RETENTION = timedelta(days=90)
NAMESPACE = "default"

Probe = Callable[[int], Awaitable[bool]]


def http_probe(client: httpx.AsyncClient, url: str) -> Probe:
    """Returns a probe that is True when GET answers 200."""

    async def probe(_pid: int) -> bool:
        try:
            return (await client.get(url, timeout=PROBE_SECONDS)).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    return probe


class TemporalProbe:
    """Probes of the Temporal server and of the workers that poll it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Client | None = None

    async def serves(self, _pid: int) -> bool:
        """Returns True when the namespace can be described, and raises its retention."""
        try:
            await self._ensure_retention(await self._connected())
        except (RPCError, RuntimeError):
            return False
        return True

    async def is_polled_by(self, pid: int) -> bool:
        """Returns True when this worker process polls for workflow and activity tasks."""
        kinds = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
        try:
            return all([await self._polls(pid, kind) for kind in kinds])
        except (RPCError, RuntimeError):
            return False

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await Client.connect(self._address)
        return self._client

    async def _ensure_retention(self, client: Client) -> None:
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=NAMESPACE), timeout=timedelta(seconds=PROBE_SECONDS)
        )
        if described.config.workflow_execution_retention_ttl.ToTimedelta() < RETENTION:
            config = NamespaceConfig()
            config.workflow_execution_retention_ttl.FromTimedelta(RETENTION)
            await client.workflow_service.update_namespace(
                UpdateNamespaceRequest(namespace=NAMESPACE, config=config), timeout=timedelta(seconds=PROBE_SECONDS)
            )

    async def _polls(self, pid: int, kind: TaskQueueType.ValueType) -> bool:
        client = await self._connected()
        request = DescribeTaskQueueRequest(
            namespace=NAMESPACE, task_queue=TaskQueue(name=TASK_QUEUE), task_queue_type=kind
        )
        answer = await client.workflow_service.describe_task_queue(request, timeout=timedelta(seconds=PROBE_SECONDS))
        return any(poller.identity.startswith(f"{pid}@") for poller in answer.pollers)
