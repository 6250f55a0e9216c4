"""The workflow on a real Temporal server whose clock can be moved, with the real activities on a real database."""

import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from tests.workflows.bench import Bench
from tests.workflows.world import open_database, template
from workflows.contracts import SEARCH_ATTRIBUTES

_KEY = {"Keyword": SearchAttributeKey.for_keyword, "Datetime": SearchAttributeKey.for_datetime}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """One server for all tests; every workflow has a clock of its own that moves only when told to."""
    server = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
        dev_server_existing_path=shutil.which("temporal", path=_scripts()) or shutil.which("temporal"),
        dev_server_extra_args=[
            "--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true",
            "--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=120",
        ],
        dev_server_log_level="error",
        search_attributes=[_KEY[kind](name) for name, kind in SEARCH_ATTRIBUTES.items()],
    )
    async with server:
        yield server


@pytest.fixture(scope="session")
def threads() -> Iterator[ThreadPoolExecutor]:
    """Where the blocking activities run."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield pool


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated and filled once."""
    return template(tmp_path_factory.mktemp("database"))


@pytest.fixture
def idle_bench(
    environment: WorkflowEnvironment, threads: ThreadPoolExecutor, database_template: Path, tmp_path: Path
) -> Iterator[Bench]:
    """A task queue and a database of its own; the test starts and stops the worker itself."""
    engine = open_database(database_template, tmp_path)
    yield Bench(environment, threads, engine, f"test-{uuid.uuid4()}")
    engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def bench(idle_bench: Bench) -> AsyncIterator[Bench]:
    """A bench whose worker runs."""
    async with idle_bench.worker():
        yield idle_bench


def _scripts() -> str:
    return str(Path(sys.executable).parent)
