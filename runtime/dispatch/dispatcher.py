"""What is needed to address workflows: made once by each process that does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.client import Client

from db.engine import read
from runtime.dispatch.commands import CommandSender
from runtime.dispatch.doubts import Doubts
from runtime.metrics import Metrics
from runtime.settings import Settings

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """The collaborators of one process."""

    settings: Settings
    engine: Engine
    client: Client
    metrics: Metrics
    commands: CommandSender
    doubts: Doubts

    @classmethod
    def of(cls, settings: Settings, engine: Engine, client: Client, metrics: Metrics) -> "Dispatcher":
        """Returns one with a sender of its own."""
        doubts = Doubts(engine)
        commands = CommandSender(client, metrics, settings.command_limit_seconds, doubts)
        return cls(settings, engine, client, metrics, commands, doubts)

    async def read(self, query: Callable[[Session], Result]) -> Result:
        """Runs the query in a thread and returns its result."""
        return await asyncio.to_thread(read, self.engine, query)
