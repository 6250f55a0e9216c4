"""The Temporal server of ``yuyue up`` as a process of the test's own, to be killed and started again on its file."""

import asyncio
import subprocess
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from cli.up.parts import temporal_command
from cli.up.ports import PortNumbers


class Server:
    """One file, one address; every start is a new process on both."""

    def __init__(self, folder: Path) -> None:
        self._ports = PortNumbers.at(0)
        self._file = folder / "temporal.db"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Returns once the server answers."""
        command = temporal_command(self._file, self._ports)
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 our own binary, and it returns at once
        async with asyncio.timeout(30):
            while not await self._answers():  # noqa: ASYNC110 a process that starts tells nobody
                await asyncio.sleep(0.1)

    async def client(self) -> Client:
        """A new connection."""
        return await Client.connect(f"127.0.0.1:{self._ports.temporal}", data_converter=pydantic_data_converter)

    def kill(self) -> None:
        """Kills the server as kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def _answers(self) -> bool:
        try:
            return await (await self.client()).service_client.check_health()
        except (RPCError, RuntimeError):
            return False
