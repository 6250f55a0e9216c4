"""One application without Temporal, for what only reads; one with the whole of it, for commands and receipts."""

import asyncio
import os
import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from runtime import logs
from runtime.settings import Settings
from tests.integration.api.api_stack import ApiStack, environment_of, make_settings, opened, publish, this_year
from workflows.contracts import SEARCH_ATTRIBUTES

_KEY: dict[str, Callable[[str], SearchAttributeKey[Any]]] = {
    "Keyword": SearchAttributeKey.for_keyword,
    "Datetime": SearchAttributeKey.for_datetime,
}
NOWHERE = "http://127.0.0.1:1"
#: After how many failures in a row the server marks a workflow; five by default, for which it takes a minute.
TOLD_SOON = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of them: the application lives in it."""
    for item in items:
        if Path(__file__).parent in item.path.parents and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> Iterator[None]:
    """Formats exceptions as production does, without output."""
    structlog.configure(
        processors=[logs.hide_personal, logs.describe_exceptions, structlog.processors.JSONRenderer()],
        logger_factory=structlog.ReturnLoggerFactory(),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def environ() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def own_temporal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names to commands and jobs of a test the server of its own stack; another one may have been opened since."""
    for name in ("api_stack", "stack"):
        if name in request.fixturenames and isinstance(found := request.getfixturevalue(name), ApiStack):
            address = found.context.client.service_client.config.target_host
            monkeypatch.setenv("TEMPORAL_ADDRESS", address)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api_stack(tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch) -> AsyncIterator[ApiStack]:
    """The door while Temporal is away."""
    async with unstaffed(environ, tmp_path_factory.mktemp("office")) as api_stack:
        yield api_stack


@asynccontextmanager
async def unstaffed(environ: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[ApiStack]:
    """A door with published years, while Temporal is away."""
    environ.setenv("TEMPORAL_ADDRESS", NOWHERE.removeprefix("http://"))
    async with opened(make_settings(folder, command_limit_seconds=0.3)) as stack:
        await publish(stack, *range(this_year() - 1, this_year() + 2))
        yield stack


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server."""
    here = str(Path(sys.executable).parent)
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=here) or shutil.which("temporal"),
        dev_server_log_level="error",
        dev_server_extra_args=["--dynamic-config-value", TOLD_SOON],
        search_attributes=[_KEY[kind](name) for name, kind in SEARCH_ATTRIBUTES.items()],
    ) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch
) -> AsyncIterator[ApiStack]:
    """The door with a worker behind it; customs is away and its messages wait."""
    async with staffed(server, environ, tmp_path_factory.mktemp("stack"), temporal_ui="http://127.0.0.1:8082") as stack:
        yield stack


@asynccontextmanager
async def staffed(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, folder: Path, **changes: Any
) -> AsyncIterator[ApiStack]:
    """A door and a worker on a queue of their own, with published years; customs is away unless ``changes`` say."""
    environ.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    given: dict[str, Any] = {"task_queue": f"test-{uuid.uuid4()}", "customs_url": NOWHERE} | changes
    settings = make_settings(folder, **given)
    async with opened(settings) as stack, working(settings, stack):
        await publish(stack, *range(this_year() - 1, this_year() + 2))
        yield stack


@asynccontextmanager
async def working(settings: Settings, stack: ApiStack) -> AsyncIterator[None]:
    """A worker in a process of its own, from when it polls until it has ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "worker", env=os.environ | environment_of(settings)
    )
    try:
        async with asyncio.timeout(30), stack.client() as client:
            while (await client.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 another process begins
                await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()
