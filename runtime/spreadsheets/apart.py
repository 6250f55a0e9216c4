"""Reads a stranger's spreadsheet in a child process, so that no content can harm this one."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import structlog

from domain.problems import Fault
from runtime.signals import send
from runtime.spreadsheets.headers import Column, headings_of
from runtime.spreadsheets.sheets import ErrorValue, Formula, Limits, Merge, Raw, Sheet, SheetRow, SheetUnreadable

#: Processor time of the child, if nothing else is asked for.
CPU_SECONDS = 10
#: For the whole child, whose own limits are shorter.
PATIENCE_SECONDS = 30.0
COMMAND = (sys.executable, "-I", "-m", "runtime.spreadsheets.child")

_READ = {
    "formula": Formula,
    "error": ErrorValue,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}

log = structlog.get_logger("spreadsheets")


async def read_apart(
    content: bytes, limits: Limits, columns: Sequence[Column] = (), cpu_seconds: int = CPU_SECONDS
) -> Sheet:
    """Returns the file's sheet that names ``columns``, completely read. The event loop is free in the meantime.

    Raises ``SheetUnreadable``, also for a file that exceeds the limits of the child.
    """
    asked = json.dumps([limits, [headings_of(each) for each in columns], cpu_seconds])
    # Its environment is empty, its folder the root: a broken-into child finds no secret.
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        asked,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={},
        cwd="/",
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS + cpu_seconds - CPU_SECONDS):
            said, _ = await process.communicate(content)
    except TimeoutError:
        said = b""
    finally:
        await _end(process)
    return await asyncio.to_thread(_sheet, said)


def _sheet(said: bytes) -> Sheet:
    head: dict[str, Any] = {}
    rows: list[SheetRow] = []
    for line in BytesIO(said):
        part = json.loads(line)
        if part == []:
            merges = tuple(Merge(*each) for each in head["merges"])
            return Sheet(iter(rows), merges, datetime.fromisoformat(head["epoch"]), head["chosen"])
        if isinstance(part, list):
            rows.append(SheetRow(part[0], tuple(map(_cell, part[1])), part[2]))
        elif "fault" in part:
            fault = Fault.model_validate(part["fault"])
            raise SheetUnreadable(fault.code, part["row"], **fault.facts)
        else:
            head = part
    log.warning("a file could not be read within the limits")
    raise SheetUnreadable("import.unreadable", reason="inspection_limits")


def _cell(written: Any) -> Raw:
    if not isinstance(written, dict):
        return written  # type: ignore[no-any-return]  # text, a number, true or null
    [(kind, text)] = written.items()
    return _READ[kind](text)  # type: ignore[operator,no-any-return]


async def _end(process: Process) -> None:
    if process.returncode is None:
        send(process, signal.SIGKILL)
        await process.wait()
