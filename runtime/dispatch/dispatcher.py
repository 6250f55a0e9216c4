"""The collaborators that address workflows, made once by each process that does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.client import Client

from db.engine import read
from runtime.dispatch.commands import CommandSender
from runtime.dispatch.outcome_recorder import OutcomeRecorder
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
    outcomes: OutcomeRecorder

    @classmethod
    def of(cls, settings: Settings, engine: Engine, client: Client, metrics: Metrics) -> "Dispatcher":
        """Returns one with a sender of its own."""
        outcomes = OutcomeRecorder(engine)
        commands = CommandSender(client, metrics, settings.command_limit_seconds, outcomes)
        return cls(settings, engine, client, metrics, commands, outcomes)

    async def read(self, query: Callable[[Session], Result]) -> Result:
        """Runs the query in a thread and returns its result."""
        return await asyncio.to_thread(read, self.engine, query)
