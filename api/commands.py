"""Commands as the HTTP door sends them: what fails becomes a problem document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from temporalio.client import WithStartWorkflowOperation

from api.http.problems import Refusal, refusal
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.failures import CommandFailed
from runtime.dispatch.reopening import reopen
from runtime.temporal import unreachable
from workflows.contracts import Command

Result = TypeVar("Result")


class Commands:
    """Sends commands to workflows. Raises ``Refusal`` for what fails, and ``Closed`` when no workflow runs."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._sender = dispatcher.commands

    async def update(self, pre_entry_no: str, name: str, command: Command, result: type[Result]) -> Result:
        """Returns the update's result, its first one when it was sent before."""
        with refusing():
            return await self._sender.update(pre_entry_no, name, command, result)

    async def start(
        self,
        operation: Callable[[], WithStartWorkflowOperation[Any, Any]],
        name: str,
        command: Command,
        result: type[Result],
    ) -> Result:
        """Starts the workflow unless it runs, sends the update in the same call, and returns its result."""
        with refusing():
            return await self._sender.start(operation, name, command, result)

    async def reopen(self, pre_entry_no: str, name: str, command: Command, result: type[Result]) -> Result:
        """Starts a new run of a workflow that has ended, sends the update to it, and returns its result."""
        with refusing():
            return await reopen(self._dispatcher, pre_entry_no, name, command, result=result)


@contextmanager
def refusing() -> Iterator[None]:
    """Raises ``Refusal`` with the faults of a command that fails inside."""
    try:
        yield
    except CommandFailed as failed:
        raise Refusal(failed.faults) from failed


def passing(error: RuntimeError) -> Exception:
    """Returns the refusal for a Temporal that cannot be reached; any other error unchanged."""
    return refusal("temporarily.unavailable") if unreachable(error) else error
