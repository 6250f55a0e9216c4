"""The workflow on a real Temporal server whose clock can be moved, with the real activities on a real database."""

import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from runtime.objects import Objects
from tests.workflows.builders import open_database, some_sealer, template
from tests.workflows.environment import start
from tests.workflows.harness import Harness


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """One server for all tests."""
    async with await start() as server:
        yield server


@pytest.fixture(scope="session")
def threads() -> Iterator[ThreadPoolExecutor]:
    """The threads of blocking activities."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield pool


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated and filled once."""
    return template(tmp_path_factory.mktemp("database"))


@pytest.fixture
def idle_bench(
    environment: WorkflowEnvironment, threads: ThreadPoolExecutor, database_template: Path, tmp_path: Path
) -> Iterator[Harness]:
    """A task queue and a database of its own; the test starts and stops the worker itself."""
    engine = open_database(database_template, tmp_path)
    yield Harness(
        environment, threads, engine, f"test-{uuid.uuid4()}", Objects.in_folder(tmp_path / "objects", some_sealer())
    )
    engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def harness(idle_bench: Harness) -> AsyncIterator[Harness]:
    """A bench whose worker runs."""
    async with idle_bench.worker():
        yield idle_bench
