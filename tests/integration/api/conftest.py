"""One application without Temporal, for what only reads; one with the whole of it, for commands and receipts."""

import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

import worker
from runtime import temporal
from tests.integration.api.office import Office, make_settings, opened, publish, this_year
from workflows.contracts import SEARCH_ATTRIBUTES

_KEY: dict[str, Callable[[str], SearchAttributeKey[Any]]] = {
    "Keyword": SearchAttributeKey.for_keyword,
    "Datetime": SearchAttributeKey.for_datetime,
}
NOWHERE = "http://127.0.0.1:1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of them: the application lives in it."""
    for item in items:
        if Path(__file__).parent in item.path.parents and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def environ() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """The door while Temporal is away."""
    environ.setenv("TEMPORAL_ADDRESS", NOWHERE.removeprefix("http://"))
    settings = make_settings(tmp_path_factory.mktemp("office"), command_limit_seconds=0.3)
    async with opened(settings) as office:
        await publish(office, *range(this_year() - 1, this_year() + 2))
        yield office


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server."""
    here = str(Path(sys.executable).parent)
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=here) or shutil.which("temporal"),
        dev_server_log_level="error",
        search_attributes=[_KEY[kind](name) for name, kind in SEARCH_ATTRIBUTES.items()],
    ) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """The door with a worker behind it; customs is away and its messages wait."""
    environ.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    settings = make_settings(
        tmp_path_factory.mktemp("stack"),
        task_queue=f"test-{uuid.uuid4()}",
        customs_url=NOWHERE,
        temporal_ui="http://127.0.0.1:8082",
    )
    async with opened(settings) as stack:
        await publish(stack, *range(this_year() - 1, this_year() + 2))
        client = await temporal.connect(settings)
        with ThreadPoolExecutor(worker.THREADS) as threads, httpx.Client() as http:
            async with worker.assemble(client, settings, threads, http):
                yield stack
