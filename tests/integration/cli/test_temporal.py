"""A Temporal that answers and cannot be used: the printed remedy is run word for word, and helps."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.integration.cli.conftest import run
from tests.integration.cli.faults import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEMPORAL = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal") or ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address() -> AsyncIterator[str]:
    """A server whose namespace has no search attribute of ours."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=TEMPORAL, dev_server_log_level="error"
    ) as environment:
        yield environment.client.service_client.config.target_host


@pytest.mark.parametrize("command", ["worker", "verify", "revive --all --reason restored"])
async def test_a_namespace_that_is_not_there_is_named(command: str, place: Place, address: str) -> None:
    settings = place.environment() | {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "nobodys"}
    said = await asyncio.to_thread(run, ["cli", *command.split()], settings)
    assert said.code == 1
    assert "Temporal has no namespace nobodys" in said.english
    assert "TEMPORAL_NAMESPACE" in said.english
    assert "Traceback" not in said.out + said.err


async def test_missing_search_attributes_are_made_by_the_command_that_is_told(place: Place, address: str) -> None:
    settings = place.environment() | {"TEMPORAL_ADDRESS": address}
    said = await asyncio.to_thread(run, ["cli", "worker"], settings)
    assert said.code == 1
    (told,) = re.findall(r"run `(.*)` first", said.english)
    words = [TEMPORAL if word == "temporal" else word for word in shlex.split(told)]
    helped = await asyncio.create_subprocess_exec(*words, "--address", address, stdout=subprocess.DEVNULL)
    assert await helped.wait() == 0
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "cli", "worker"), env=os.environ | settings, stdout=subprocess.PIPE
    )
    assert worker.stdout
    try:
        async with asyncio.timeout(60):
            assert b"worker started" in await worker.stdout.readline()
    finally:
        worker.terminate()
        await worker.communicate()
