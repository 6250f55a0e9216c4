"""Children that are kept warm, one for each core; whoever finds all of them busy and the line full is sent away."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from pydantic import ValidationError

from domain.documents import Report

#: How many may wait for each child: at a second or less for a file nobody waits long.
LINE = 8
#: A fork ends within its own limits; a child that says nothing for longer is broken itself.
PATIENCE_SECONDS = 12.0
START_SECONDS = 20.0
COMMAND = (sys.executable, "-I", "-m", "runtime.inspection.child")

log = structlog.get_logger("inspection")


class Crowded(Exception):
    """All children are busy and enough wait already."""


class Broken(Exception):
    """The child failed, whatever the file may be; the next one is asked of a new child."""


class Inspectors:
    """One pool per process; children are started when they are needed for the first time."""

    def __init__(self, children: int | None = None, line: int = LINE) -> None:
        self._children = [_Child() for _ in range(children or os.cpu_count() or 1)]
        self._idle: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        for child in self._children:
            self._idle.put_nowait(child)
        self._room = len(self._children) * (1 + line)
        self.peak_kib = 0

    @property
    def is_crowded(self) -> bool:
        """Whether who comes now would be sent away."""
        return not self._room

    async def inspect(self, data: bytes) -> Report:
        """What was found in the file. Raises ``Crowded`` and ``Broken``."""
        if not data:
            return Report(size=0, refused="document.empty")
        async with self._turn() as child:
            said = await child.ask(data)
        self.peak_kib = max(self.peak_kib, said.pop("peak_kib"))
        try:
            return Report(size=len(data), **said)
        except ValidationError as error:
            raise Broken from error

    async def close(self) -> None:
        """Ends all children."""
        await asyncio.gather(*(child.end() for child in self._children))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator["_Child"]:
        if not self._room:
            raise Crowded
        self._room -= 1
        try:
            child = await self._idle.get()
            try:
                yield child
            finally:
                self._idle.put_nowait(child)
        finally:
            self._room += 1


class _Child:
    """One child process; asked by one at a time."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def ask(self, data: bytes) -> dict[str, Any]:
        """The child's answer; a child that fails, or whose asker gives up, is ended."""
        try:
            process = await self._started()
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await _exchange(process, data)
        except (OSError, TimeoutError, ValueError) as error:
            await self.end()
            log.exception("a child that inspects failed")
            raise Broken from error
        except BaseException:
            await self.end()
            raise

    async def end(self) -> None:
        """Gone afterwards."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            # Its environment is empty, its folder the root: it has nothing to find and nothing to tell.
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/", limit=2 * 1024**2
            )
            async with asyncio.timeout(START_SECONDS):
                if await _line(self._process) != b"ready\n":
                    raise ValueError("the child did not start")
        return self._process


async def _exchange(process: Process, data: bytes) -> dict[str, Any]:
    assert process.stdin  # noqa: S101 it was asked for
    process.stdin.write(len(data).to_bytes(8))
    process.stdin.write(data)
    await process.stdin.drain()
    return dict(json.loads(await _line(process)))


async def _line(process: Process) -> bytes:
    assert process.stdout  # noqa: S101 it was asked for
    return await process.stdout.readline()
