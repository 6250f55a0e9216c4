"""A child process of the stack: its command and its readiness probe."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")


def dying_with_parent(*command: str) -> tuple[str, ...]:
    """Returns the command, wrapped so that it dies with this process."""
    return (sys.executable, "-I", "-S", str(DIE_WITH_PARENT), str(os.getpid()), *command)


@dataclass(frozen=True)
class ProcessSpec:
    """One child process.

    ``is_ready`` probes the process, given its pid, and answers at once. ``grace`` is the number of seconds that it
    gets between SIGTERM and SIGKILL. ``inherit`` are file descriptors that it keeps open.
    Processes of a lower wave have ended before those of a higher one are stopped.
    """

    name: str
    title: str
    address: str
    command: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    is_ready: Callable[[int], Awaitable[bool]]
    stops_in_wave: int
    grace: float = 5.0
    inherit: tuple[int, ...] = ()

    async def start(self) -> Process:
        """Starts the command in a session of its own; it dies with this process, and its output goes to the log."""
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *dying_with_parent(*self.command),
                env=self.environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                start_new_session=True,
                pass_fds=self.inherit,
            )

    def last_words(self, lines: int = 15) -> str:
        """Returns the end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
