"""The lines for Temporal's command line in docs/ are run as they are: none names what the server does not know."""

import asyncio
import re
import shlex

import pytest
from temporalio.testing import WorkflowEnvironment

from cli.up.parts import temporal_binary
from tests.architecture.source import ROOT

LINE = re.compile(r"`temporal (workflow list --query \"[^`]+\")`")
PAGE = (ROOT / "docs" / "temporal-ui.md").read_text(encoding="utf-8")
LINES = LINE.findall(PAGE)


async def test_every_saved_view_has_a_line() -> None:
    assert len(LINES) == PAGE.count("`temporal workflow list") >= 14


@pytest.mark.parametrize("line", LINES)
async def test_the_server_understands_the_line(server: WorkflowEnvironment, line: str) -> None:
    host = server.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        *(str(temporal_binary()), *shlex.split(line), "--address", host),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_a_line_with_an_unknown_attribute_is_noticed(server: WorkflowEnvironment) -> None:
    with pytest.raises(AssertionError, match="NoSuchAttribute"):
        await test_the_server_understands_the_line(server, "workflow list --query \"NoSuchAttribute = 'x'\"")
