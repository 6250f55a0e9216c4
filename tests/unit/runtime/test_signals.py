"""A child that ends by itself just as it is ended keeps its exit code."""

import asyncio
import signal

import pytest

from runtime.signals import send

#: Each child ends while signals are sent; without care most of them lose their exit code.
CHILDREN = 20


async def test_a_signal_takes_no_exit_code_away(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(CHILDREN):
        child = await asyncio.create_subprocess_exec("true")
        while child.returncode is None:
            send(child, signal.SIGTERM)
            await asyncio.sleep(0)
        assert child.returncode in {0, -signal.SIGTERM}
        send(child, signal.SIGKILL)
    assert "Unknown child process" not in caplog.text
