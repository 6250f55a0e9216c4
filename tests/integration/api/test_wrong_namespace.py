"""A Temporal that answers and was not set up for us: nothing is done, nothing is acknowledged, operators read why."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from structlog.testing import capture_logs
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from db import hours_notices, inbox
from db.engine import reading
from db.projections import project
from runtime.dispatch.hours_notices import send
from runtime.lost_workflows import is_lost
from runtime.temporal import lacks_namespace
from tests.integration.api.api_stack import (
    APPOINTMENTS,
    PORT,
    ApiStack,
    body,
    content,
    make_settings,
    opened,
    publish,
    refused,
    saturday,
    this_year,
)
from tests.integration.api.events import SUBMITTED, event
from tests.integration.api.receipts import receipt

NOBODYS, BARE = "nobodys", "bare"
DRAFT, BOOKED, NOWHERE = "202600000000000021", "202600000000000022", "202600000000000023"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def absent(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ApiStack]:
    """The door under a namespace that is not there."""
    async with misled(server, NOBODYS, tmp_path_factory.mktemp(NOBODYS)) as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bare(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ApiStack]:
    """The door under a namespace that has none of our search attributes."""
    await register(server)
    async with misled(server, BARE, tmp_path_factory.mktemp(BARE)) as stack:
        yield stack


@asynccontextmanager
async def misled(server: WorkflowEnvironment, namespace: str, folder: Path) -> AsyncIterator[ApiStack]:
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
        environ.setenv("TEMPORAL_NAMESPACE", namespace)
        async with opened(make_settings(folder)) as stack:
            await publish(stack, *range(this_year() - 1, this_year() + 2))
            project(stack.engine, [event(DRAFT)])
            project(stack.engine, [event(BOOKED)])
            yield stack


async def register(server: WorkflowEnvironment) -> None:
    """Makes the namespace, and waits until the server knows it."""
    retention = Duration(seconds=86400)
    made = RegisterNamespaceRequest(namespace=BARE, workflow_execution_retention_period=retention)
    await server.client.workflow_service.register_namespace(made)
    client = await Client.connect(server.client.service_client.config.target_host, namespace=BARE)
    async with asyncio.timeout(30):
        while await is_unknown(client):  # noqa: ASYNC110 the server reads its namespaces from time to time
            await asyncio.sleep(0.1)


async def is_unknown(client: Client) -> bool:
    try:
        await client.get_workflow_handle("none").describe()
    except RPCError as error:
        return lacks_namespace(error)
    return False


@pytest.fixture(autouse=True)
def _own_namespace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are those of the door that the test uses: both are open together."""
    monkeypatch.setenv("TEMPORAL_NAMESPACE", BARE if "bare" in request.fixturenames else NOBODYS)


async def create(stack: ApiStack) -> MutableMapping[str, Any]:
    """Tries to make a draft, which must be refused; the entry of the log."""
    with capture_logs() as logged:
        async with stack.client("general") as client:
            answer = await client.post(APPOINTMENTS, json=content())
    assert refused(answer, 503) == ["temporarily.unavailable"]
    (entry,) = [each for each in logged if each["event"] == "Temporal refuses this process"]
    return entry


async def test_no_draft_is_made_and_the_log_says_how_to_make_the_namespace(absent: ApiStack) -> None:
    words = (await create(absent))["remedy"]
    assert all(f"temporal operator namespace create --namespace {NOBODYS}" in each for each in words)


async def test_no_draft_is_made_and_the_log_says_how_to_make_the_attributes(bare: ApiStack) -> None:
    words = (await create(bare))["remedy"]
    assert all(f"temporal operator search-attribute create --namespace {BARE} --name" in each for each in words)


async def readiness(stack: ApiStack) -> tuple[dict[str, Any], str]:
    """The part `temporal` of the answer, and the remedy in the log."""
    with capture_logs() as logged:
        async with stack.client() as client:
            parts = body(await client.get("/health/ready"), 503)["parts"]
    (entry,) = [each for each in logged if each.get("part") == "temporal"]
    return parts["temporal"], entry["remedy"].english


async def test_readiness_names_the_namespace(absent: ApiStack) -> None:
    part, remedy = await readiness(absent)
    assert part == {"ok": False, "detail": "no_namespace"}
    assert f"Temporal has no namespace {NOBODYS}" in remedy


async def test_readiness_names_the_search_attributes(bare: ApiStack) -> None:
    part, remedy = await readiness(bare)
    assert part == {"ok": False, "detail": "no_search_attributes"}
    assert f"search-attribute create --namespace {BARE}" in remedy


async def test_a_namespace_that_is_not_there_does_not_pass_for_a_workflow_that_is_gone(absent: ApiStack) -> None:
    async with absent.client("general") as client, absent.client("operator") as operator:
        for act in ("submission", "cancellation"):
            answer = await client.post(f"{APPOINTMENTS}/{DRAFT}/{act}")
            assert refused(answer, 503) == ["temporarily.unavailable"]
        history = await operator.get(f"/ops/v1/appointments/{DRAFT}/history")
    assert refused(history, 503) == ["temporarily.unavailable"]
    with pytest.raises(RPCError):
        await is_lost(absent.context.client, absent.engine, DRAFT)


async def test_a_receipt_waits_and_is_not_parked(absent: ApiStack) -> None:
    async with absent.client("customs") as customs:
        answer = await customs.post("/customs/v1/receipts", content=receipt(NOWHERE, "ACCEPTED"))
    assert refused(answer, 503) == ["temporarily.unavailable"]
    with reading(absent.engine) as session:
        (kept,) = inbox.for_appointment(session, NOWHERE)
    assert kept.outcome is None


async def test_a_notice_of_changed_hours_waits(absent: ApiStack) -> None:
    first = event(BOOKED)
    ports = {"declaration_port": PORT, "entry_exit_port": PORT, "window_start": saturday()}
    booked = first.appointment.content.model_copy(update=ports)
    window = {"content": booked, "window_end": saturday() + timedelta(hours=2)}
    newer = {"version": 2, "standing": SUBMITTED, "updated_at": datetime.now(UTC), **window}
    submitted = first.appointment.model_copy(update=newer)
    changes = {"version": 2, "before": first.after, "after": submitted.state, "appointment": submitted}
    project(absent.engine, [first.model_copy(update=changes)])
    async with absent.client("operator") as operator:
        day = f"/ops/v1/ports/{PORT}/calendar/{saturday().date()}"
        body(await operator.put(day, json={"sessions": [["18:00", "24:00"]], "note": "加班"}))
    assert await send(absent.context.dispatcher, absent.context.policy) == 1
    with reading(absent.engine) as session:
        assert [each.pre_entry_no for each in hours_notices.unsent(session)] == [BOOKED]
