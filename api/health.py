"""Liveness, readiness and metrics of this process."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from api.context import Context, ContextDep
from api.gauges import measure
from api.views import View
from db import schema_version
from runtime.diagnosis import Diagnosis, explained, no_attributes
from runtime.temporal import lacks_namespace, missing_attributes

router = APIRouter(tags=["health"])

LIMIT = timedelta(seconds=2)
#: A worker polls once a minute at least; one that did not is gone, though the server still lists it.
POLLED_WITHIN = timedelta(seconds=80)

log = structlog.get_logger("api.health")


class Part(View):
    """A part this process needs; ``detail`` is a stable word."""

    ok: bool
    detail: Literal["ok", "unreachable", "schema_differs", "no_worker", "no_namespace", "no_search_attributes"]


class Health(View):
    """Each part by its name."""

    status: Literal["ok", "unavailable"]
    parts: dict[str, Part]


class Unready(Exception):
    """A part answers, but cannot be used; the message is its ``detail``."""

    def __init__(self, detail: str, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(detail)
        self.diagnosis = diagnosis


@router.get("/health/live")
async def check_liveness() -> Health:
    """Answers as long as the process runs."""
    return Health(status="ok", parts={})


@router.get("/health/ready", responses={503: {"model": Health, "description": "A part is missing; it is named."}})
async def check_readiness(ctx: ContextDep, response: Response) -> Health:
    """Database, Temporal, workers and object store, each named; 503 when one of them is missing."""
    checks = {"database": _database, "temporal": _temporal, "workers": _workers, "object_store": _object_store}
    found = await asyncio.gather(*(_checked(name, check, ctx) for name, check in checks.items()))
    parts = dict(zip(checks, found, strict=True))
    healthy = all(part.ok for part in found)
    response.status_code = 200 if healthy else 503
    return Health(status="ok" if healthy else "unavailable", parts=parts)


@router.get("/metrics", include_in_schema=False)
async def metrics(ctx: ContextDep) -> Response:
    """Returns the metrics as Prometheus reads them."""
    await measure(ctx)
    return Response(ctx.metrics.page(), media_type=CONTENT_TYPE_LATEST)


async def _checked(name: str, check: Callable[[Context], Awaitable[None]], ctx: Context) -> Part:
    try:
        async with asyncio.timeout(LIMIT.total_seconds()):
            await check(ctx)
    except Unready as unready:
        log.warning("a part cannot be used", part=name, detail=str(unready), remedy=unready.diagnosis)
        return Part.model_validate({"ok": False, "detail": str(unready)})
    except Exception as error:
        log.warning("a part is missing", part=name, remedy=explained(error), exc_info=error)
        return Part(ok=False, detail="no_namespace" if _lacks_namespace(error) else "unreachable")
    return Part(ok=True, detail="ok")


async def _database(ctx: Context) -> None:
    if not await run_in_threadpool(schema_version.is_current, ctx.engine):
        raise Unready("schema_differs")


async def _temporal(ctx: Context) -> None:
    if missing := await missing_attributes(ctx.client):
        raise Unready("no_search_attributes", no_attributes(missing))


def _lacks_namespace(error: Exception) -> bool:
    return isinstance(error, RPCError) and lacks_namespace(error)


async def _object_store(ctx: Context) -> None:
    await run_in_threadpool(ctx.objects.check)


async def _workers(ctx: Context) -> None:
    request = DescribeTaskQueueRequest(
        namespace=ctx.client.namespace,
        task_queue=TaskQueue(name=ctx.settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    described = await ctx.client.workflow_service.describe_task_queue(request, timeout=LIMIT)
    since = datetime.now(UTC) - POLLED_WITHIN
    if not any(poller.last_access_time.ToDatetime(UTC) > since for poller in described.pollers):
        raise Unready("no_worker")
