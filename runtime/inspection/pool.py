"""A pool of warm children, one for each core; a caller who finds all busy and the queue full is refused."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from pydantic import ValidationError

from domain.documents import InspectionReport
from runtime.signals import send

#: The callers who may wait for each child: a file takes a second or less, so nobody waits long.
LINE = 8
#: A fork ends within its own limits; a child without an answer for longer is broken itself.
PATIENCE_SECONDS = 12.0
START_SECONDS = 20.0
COMMAND = (sys.executable, "-I", "-m", "runtime.inspection.child")

log = structlog.get_logger("inspection")


class InspectorsBusy(Exception):
    """All children are busy and the queue is full."""


class Broken(Exception):
    """The child failed, and the file was not judged; a new child takes the next one."""


class Inspectors:
    """The pool, one in each process; a child is started when it is first needed."""

    def __init__(self, children: int | None = None, line: int = LINE) -> None:
        self._children = [_Child() for _ in range(children or os.cpu_count() or 1)]
        self._idle: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        for child in self._children:
            self._idle.put_nowait(child)
        self._room = len(self._children) * (1 + line)
        self.peak_kib = 0

    @property
    def is_crowded(self) -> bool:
        """Returns True if a caller would be refused now."""
        return not self._room

    async def inspect(self, data: bytes) -> InspectionReport:
        """Returns the verdict on the file. Raises ``InspectorsBusy`` and ``Broken``."""
        if not data:
            return InspectionReport(size=0, refused="document.empty")
        async with self._turn() as child:
            said = await child.ask(data)
        self.peak_kib = max(self.peak_kib, said.pop("peak_kib"))
        try:
            return InspectionReport(size=len(data), **said)
        except ValidationError as error:
            raise Broken from error

    async def close(self) -> None:
        """Ends all children."""
        await asyncio.gather(*(child.end() for child in self._children))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator["_Child"]:
        if not self._room:
            raise InspectorsBusy
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
    """One child process, for one caller at a time."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def ask(self, data: bytes) -> dict[str, Any]:
        """Returns the child's answer; a child that fails, or whose caller gives up, is ended."""
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
        """Ends the process and waits for it."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            send(process, signal.SIGKILL)
            await process.wait()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            # Its environment is empty, its folder the root: a broken-into child finds no secret.
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
