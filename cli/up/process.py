"""A part of the stack: what to run, and how to see that it works."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

LEASH = Path(__file__).with_name("die_with_parent.py")


def leashed(*command: str) -> tuple[str, ...]:
    """The command, such that it dies with this process."""
    return (sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command)


@dataclass(frozen=True)
class ProcessSpec:
    """One child process.

    ``is_ready`` asks the part itself, given its pid, and answers at once. ``grace`` is how many seconds it
    gets between SIGTERM and SIGKILL. ``inherit`` are file descriptors it keeps open as long as it lives.
    Parts of a lower wave are stopped, and gone, before those of a higher one are asked.
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
        """Runs the command in a session of its own, leashed to this process, its output appended to the log."""
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *leashed(*self.command),
                env=self.environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                start_new_session=True,
                pass_fds=self.inherit,
            )

    def last_words(self, lines: int = 15) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
