"""Commands to the workflow of an appointment: sent once by their key, repeated while their outcome is unknown."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

import structlog
from pydantic import TypeAdapter, ValidationError
from temporalio.client import Client, RPCTimeoutOrCancelledError, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential
from tenacity.stop import stop_base

from domain.problems import CATALOGUE, Fault
from runtime.diagnosis import explained
from runtime.dispatch.failures import Closed, CommandFailed, Crowded, OutcomeUnknown, Refused, TemporalUnavailable
from runtime.dispatch.outcome_recorder import OutcomeRecorder
from runtime.metrics import Metrics
from runtime.temporal import lacks_attributes, lacks_namespace, lacks_workflow, unreachable
from workflows.contracts import Command, Submit, workflow_id

#: Commands to one appointment that are under way together. The server takes ten; refusing one more, it also drops the
#: ten and the task that was to answer them, so that on a slow machine a crowd would keep itself from being answered.
AT_ONCE = 4
#: The limit of single calls that read or signal.
WAIT = timedelta(seconds=5)
#: How long a crowded workflow (10 updates in flight) is asked again before its caller has to slow down.
CROWDED_SECONDS = 2.0

#: The server sometimes drops a waiting call although the update goes on, when it loses the workflow task under it;
#: asking again with the same id finds it. Each call waits twice as long as the one before.
FIRST_ASK_SECONDS = 1.0

#: FAILED_PRECONDITION: the workflow's tasks have failed lately, with a slow worker too, and the update was not taken.
_PASSING = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.FAILED_PRECONDITION,
}
_MISCONFIGURED = {
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
}
_FAULTS = TypeAdapter(tuple[Fault, ...])

Result = TypeVar("Result")

log = structlog.get_logger("dispatch.commands")


class CommandSender:
    """Sends commands to workflows; ``limit_seconds`` bounds each of them, retries included.

    ``outcomes`` notes the appointments of which it is not known whether a command took effect.
    """

    def __init__(
        self, client: Client, metrics: Metrics, limit_seconds: float, outcomes: OutcomeRecorder | None = None
    ) -> None:
        self._client = client
        self._metrics = metrics
        self._limit = limit_seconds
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._outcomes = outcomes

    async def update(
        self, pre_entry_no: str, name: str, command: Command, result: type[Result], *, uncounted: str | None = None
    ) -> Result:
        """Returns the update's result, its first one when it took effect before.

        ``uncounted``: the code of a refusal that is the expected answer, and so not counted as a refused command.
        Raises ``CommandFailed``, and ``Closed`` when no workflow runs.
        """
        handle = self._client.get_workflow_handle(workflow_id(pre_entry_no))

        async def ask(seconds: float, asked_as: str) -> Any:
            return await handle.execute_update(
                name, command, id=asked_as, result_type=result, rpc_timeout=timedelta(seconds=seconds)
            )

        try:
            return cast(
                "Result",
                await self._counted(name, self._in_turn(pre_entry_no, partial(_judged_again, command, ask)), uncounted),
            )
        except OutcomeUnknown:
            if self._outcomes:
                await self._outcomes.note(pre_entry_no)
            raise

    async def start(
        self,
        operation: Callable[[], WithStartWorkflowOperation[Any, Any]],
        name: str,
        command: Command,
        result: type[Result],
    ) -> Result:
        """Starts the workflow unless it runs, sends the update in the same call, and returns its result.

        Raises ``CommandFailed``, and ``WorkflowAlreadyStartedError`` when it has run and ended.
        """

        async def ask(seconds: float, asked_as: str) -> Any:
            with _heard(operation()) as started:
                return await self._client.execute_update_with_start_workflow(
                    name,
                    command,
                    start_workflow_operation=started,
                    id=asked_as,
                    result_type=result,
                    rpc_timeout=timedelta(seconds=seconds),
                )

        return cast(
            "Result",
            await self._counted(
                name, self._insist(partial(_judged_again, command, ask), time.monotonic() + self._limit)
            ),
        )

    async def _counted(self, name: str, work: Awaitable[Any], uncounted: str | None = None) -> Any:
        outcome: str | None = "failed"
        try:
            result = await work
            outcome = "done"
        except CommandFailed as failed:
            outcome = None if failed.code == uncounted else failed.code
            raise
        except Closed:
            outcome = "closed"
            raise
        finally:
            if outcome:
                self._metrics.commands.labels(name, outcome).inc()
        return result

    async def _in_turn(self, pre_entry_no: str, ask: Callable[[float], Awaitable[Any]]) -> Any:
        """Raises ``Crowded`` when no turn came in half the time; nothing has then reached the workflow."""
        until = time.monotonic() + self._limit
        turn = self._turns.setdefault(pre_entry_no, asyncio.Semaphore(AT_ONCE))
        try:
            async with asyncio.timeout(self._limit / 2):
                await turn.acquire()
        except TimeoutError:
            raise Crowded from None
        try:
            return await self._insist(ask, until)
        finally:
            turn.release()

    async def _insist(self, ask: Callable[[float], Awaitable[Any]], until: float) -> Any:
        """Repeats the call with the same id inside the limit: an error of a call says nothing of its effect.

        So an answer by which nothing was done holds for its own call alone, and not for those before it.
        """
        before: list[BaseException | None] = []
        try:
            return await self._repeated(ask, until, before)
        except (TemporalUnavailable, Crowded) as failed:
            if all(map(_sent_nothing, before)):
                raise
            raise OutcomeUnknown from failed

    async def _repeated(
        self, ask: Callable[[float], Awaitable[Any]], until: float, failed: list[BaseException | None]
    ) -> Any:
        """Repeats the call while its error may pass; ``failed`` gets the error of every call before the last."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            wait=wait_random_exponential(multiplier=0.05, max=1.0),
            stop=_OutOfTime(until),
            before_sleep=lambda state: failed.append(_error_of(state)),
            retry_error_callback=_gave_up,
        ):
            with attempt:
                left = until - time.monotonic()
                return await _translated(
                    ask, min(left, FIRST_ASK_SECONDS * 2 ** (attempt.retry_state.attempt_number - 1))
                )
        raise AssertionError("tenacity either returns or raises")


@contextmanager
def _heard(operation: WithStartWorkflowOperation[Any, Any]) -> Iterator[WithStartWorkflowOperation[Any, Any]]:
    """Awaits the start as well: the SDK reports its failure twice, and logs as an error what nobody awaited."""
    handle = asyncio.ensure_future(operation.workflow_handle())
    handle.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        yield operation
    finally:
        handle.cancel()


class _OutOfTime(stop_base):
    """Stops at an instant of the monotonic clock; with a crowded workflow sooner."""

    def __init__(self, until: float) -> None:
        self._until = until

    def __call__(self, retry_state: RetryCallState) -> bool:
        limit = retry_state.start_time + CROWDED_SECONDS if _is_crowded(_error_of(retry_state)) else self._until
        return time.monotonic() + retry_state.upcoming_sleep >= limit


async def _judged_again(command: Command, ask: Callable[[float, str], Awaitable[Any]], seconds: float) -> Any:
    """Asks under the command's id; where that one was refused to an earlier request, asks under an id of this request.

    A refused command did nothing, so its key is free: what refused it may be mended, and its body may be another one.
    The workflow knows the keys that took effect, under any id.
    """
    try:
        return await ask(seconds, update_id(command))
    except WorkflowUpdateFailedError as failed:
        if not _refused_to_another(failed.cause, command):
            raise
    return await ask(seconds, f"{update_id(command)}@{command.received_at.isoformat()}")


def _refused_to_another(cause: BaseException, command: Command) -> bool:
    """Returns True if the refusal is the remembered one of a command that was received at another instant."""
    detail = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else None
    received_at = detail.get("received_at") if isinstance(detail, dict) else None
    return received_at is not None and datetime.fromisoformat(received_at) != command.received_at


async def _translated(ask: Callable[[float], Awaitable[Any]], seconds: float) -> Any:
    seconds = max(seconds, 0.01)
    try:
        # The SDK polls for an accepted update's outcome without the call's own limit.
        async with asyncio.timeout(seconds):
            return await _cancellable(ask(seconds))
    except WorkflowUpdateFailedError as failed:
        raise failure_of(failed.cause) from failed
    except RPCError as error:
        if lacks_workflow(error):
            raise Closed from error
        if _is_misconfigured(error):
            log.exception("Temporal refuses this process", remedy=explained(error))  # an operator must look
            raise TemporalUnavailable from error
        raise


async def _cancellable(call: Awaitable[Any]) -> Any:
    """Returns what the call returns; the SDK replaces a cancellation by an error of its own, which is undone here."""
    try:
        return await call
    except RPCTimeoutOrCancelledError as error:
        if isinstance(error.__cause__, asyncio.CancelledError):
            raise error.__cause__ from None
        raise


def _is_misconfigured(error: RPCError) -> bool:
    return error.status in _MISCONFIGURED or lacks_namespace(error) or lacks_attributes(error)


def failure_of(cause: BaseException) -> CommandFailed:
    """Returns the workflow's refusal; any other failure of the update leaves its outcome unknown."""
    if isinstance(cause, ApplicationError) and cause.type in CATALOGUE:
        try:
            return Refused(*_FAULTS.validate_python(cause.details[0]["faults"]))
        except (IndexError, KeyError, TypeError, ValidationError):
            return Refused(Fault(code=cause.type))
    log.error("an update failed for no reason of ours", exc_info=cause)
    return OutcomeUnknown()


def update_id(command: Command) -> str:
    """Returns the key, apart for each kind of actor: an enterprise cannot occupy the id of a receipt to come.

    A submit that comes with its draft is also told apart by the draft: the server answers a known id unseen.
    """
    with_draft = f":{command.created.body_hash}" if isinstance(command, Submit) and command.created else ""
    return f"{command.actor.kind}:{command.key}{with_draft}"


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, RPCError):
        return error.status in _PASSING or _is_crowded(error)
    return isinstance(error, RPCTimeoutOrCancelledError | TimeoutError) or unreachable(error)


def _is_crowded(error: BaseException | None) -> bool:
    return isinstance(error, RPCError) and error.status == RPCStatusCode.RESOURCE_EXHAUSTED


def _sent_nothing(error: BaseException | None) -> bool:
    """Returns True if a call with that error reached no workflow, so that it cannot take effect later."""
    return _is_crowded(error) or unreachable(error)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _gave_up(state: RetryCallState) -> Any:
    error = _error_of(state)
    log.warning("a command's outcome is unknown", exc_info=error, attempts=state.attempt_number)
    raise Crowded if _is_crowded(error) else OutcomeUnknown
