"""A Temporal UI that is open while workers are away, or a server that is killed, must not stop a single deadline.

Both leave queries waiting while timers come due. A workflow that reacts to them in another order than its history
replays is stuck for ever; here none is.
"""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from temporalio.client import WorkflowHandle, WorkflowQueryFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer
from tenacity import AsyncRetrying, retry_if_exception, wait_fixed

from domain import receipt
from domain.appointment import Feedback, Outcome, State
from domain.event import Action
from runtime.objects import Objects
from tests.integration.deadlines.server import Server
from tests.waiting import until_told
from tests.workflows.builders import BRISK, open_database, some_sealer, soon, template
from tests.workflows.declared import matching
from tests.workflows.harness import Case, Harness
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]

Result = TypeVar("Result")

COUNT = 50
#: A wedged workflow never ends; a slow machine, with all fifty due at once, may take a minute and more.
PATIENCE_SECONDS = 150
OPEN_OUTCOMES = {RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}
#: What an open page of the Temporal UI asks.
BUILT_IN = ("__temporal_workflow_metadata", "__stack_trace")
DEADLINES = frozenset({Action.LAPSED, Action.OVERDUE, Action.FEEDBACK_CLOSED})
#: Which deadline ends in which state. What was handed in in time holds, also when its deadline rang before a worker
#: came to it.
ENDS = {
    State.RETURNED: {Action.LAPSED},
    State.COMPLETED_WITHOUT_FEEDBACK: {Action.OVERDUE},
    State.COMPLETED: {Action.FEEDBACK_CLOSED, Action.OVERDUE},
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server on its own file."""
    started = Server(tmp_path)
    await started.start()
    yield started
    started.kill()


@pytest.fixture
async def idle_bench(server: Server, tmp_path: Path) -> AsyncIterator[Harness]:
    """A bench on that server, under a policy of seconds; the test starts and stops the worker itself."""
    engine = open_database(template(tmp_path), tmp_path)
    with ThreadPoolExecutor(max_workers=16) as threads:
        environment = WorkflowEnvironment.from_client(await server.client())
        yield Harness(
            environment,
            threads,
            engine,
            "deadlines",
            Objects.in_folder(tmp_path / "objects", some_sealer()),
            policy=BRISK,
        )
    engine.dispose()


async def test_an_open_ui_while_the_worker_is_away(idle_bench: Harness) -> None:
    cases, due = await _armed(idle_bench)
    asking = [asyncio.create_task(_ask(case.handle, until=due)) for case in cases]
    # Every third that was approved feeds back in time; the command waits for a worker too.
    handing_in = [asyncio.create_task(_hand_in(idle_bench, case)) for case in cases[1::6]]
    await _pass(due)
    async with idle_bench.worker():
        await asyncio.gather(*asking, *handing_in)
        ended = await _ended(idle_bench, cases)
    assert ended == {State.RETURNED: 25, State.COMPLETED_WITHOUT_FEEDBACK: 16, State.COMPLETED: 9}
    await _assert_all_replay(cases)


async def test_a_server_killed_while_the_deadlines_pass(server: Server, idle_bench: Harness) -> None:
    cases, due = await _armed(idle_bench)
    asking = [asyncio.create_task(_ask(case.handle, until=due)) for case in cases]
    await _pass(due - timedelta(seconds=3))
    server.kill()
    await _pass(due)
    await server.start()
    await asyncio.gather(*asking)
    asking = [asyncio.create_task(_ask(case.handle, until=datetime.now(UTC))) for case in cases]
    async with idle_bench.worker():
        await asyncio.gather(*asking)
        ended = await _ended(idle_bench, cases)
    assert ended == {State.RETURNED: 25, State.COMPLETED_WITHOUT_FEEDBACK: 25}
    await _assert_all_replay(cases)


async def _armed(harness: Harness) -> tuple[list[Case], datetime]:
    """Fifty appointments, every other one approved, their worker gone; and the instant by which all timers are due."""
    async with harness.worker():
        began = datetime.now(UTC)
        cases = await _some_at_a_time([harness.case(soon(seconds=3600)) for _ in range(COUNT)])
        pace = (datetime.now(UTC) - began).total_seconds()
        content = soon(seconds=6 * pace + 6)  # however slow the machine, all are decided before the window starts
        await _some_at_a_time([_decide(case, content, approved=bool(n % 2)) for n, case in enumerate(cases)])
    due = cases[0].row.deadlines.feedback_by
    assert due is not None
    assert all(case.row.state in {State.SUBMITTED, State.SUCCEEDED} for case in cases)
    return cases, due


async def _some_at_a_time(work: Sequence[Awaitable[Result]]) -> list[Result]:
    turn = asyncio.Semaphore(8)

    async def one(each: Awaitable[Result]) -> Result:
        async with turn:
            return await each

    return await asyncio.gather(*(one(each) for each in work))


async def _decide(case: Case, content: object, *, approved: bool) -> None:
    await case.save(content)  # type: ignore[arg-type]
    await case.submit()
    if approved:
        await case.receive(receipt.Result.APPROVED)


async def _ask(handle: WorkflowHandle[object, str], *, until: datetime) -> None:
    """Sends both queries at a chosen moment; they may fail while no worker answers, as in the UI."""
    await asyncio.sleep(random.uniform(0, max((until - datetime.now(UTC)).total_seconds(), 0)))
    for name in BUILT_IN:
        try:
            await handle.query(name, rpc_timeout=timedelta(seconds=20))
        except (RPCError, WorkflowQueryFailedError):
            continue


async def _hand_in(harness: Harness, case: Case) -> None:
    number = matching(harness, case.row, serial=int(case.number[-9:]), declared_on=datetime.now(UTC))
    in_time = case.row.deadlines.feedback_by
    assert in_time is not None
    key = str(uuid.uuid4())  # one for all attempts, as everybody asks again: the first may yet take effect
    async for attempt in AsyncRetrying(retry=retry_if_exception(_leaves_open), wait=wait_fixed(1)):
        with attempt:
            answer = await case.feed_back(number, key=key, received_at=in_time - timedelta(seconds=1))
            assert [each.outcome for each in answer.accepted] == [Outcome.MATCHED]


def _leaves_open(error: BaseException) -> bool:
    """An error that says nothing of the effect.

    A workflow whose tasks have timed out, as they do on a slow machine, takes no update for a while, and tells so even
    of one that it will carry out; a server under load may not answer in time.
    """
    rpc = error.__cause__ if isinstance(error, WorkflowUpdateRPCTimeoutOrCancelledError) else error
    return isinstance(rpc, RPCError) and rpc.status in OPEN_OUTCOMES


async def _pass(instant: datetime) -> None:
    await asyncio.sleep(max((instant - datetime.now(UTC)).total_seconds(), 0) + 1)


async def _ended(harness: Harness, cases: list[Case]) -> Counter[State]:
    """The final states, with each start of a window and each deadline exactly once."""
    for case in cases:
        await until_told(partial(_is_over, case), PATIENCE_SECONDS)
    states: Counter[State] = Counter()
    for case in cases:
        happened = Counter(harness.timeline(case.number))
        state = case.row.state
        assert happened[Action.CANCELLATION_CLOSED] == 1
        [deadline] = [action for action in happened.elements() if action in DEADLINES]
        assert deadline in ENDS[state]
        assert happened[Action.FED_BACK] == (state is State.COMPLETED)
        states[state] += 1
    return states


async def _is_over(case: Case) -> bool:
    """Returns True if row and history show the end.

    When fifty are due at once, attempts at their tasks are lost; what such a one wrote is shown until the next one is
    under way, and no more until that one has come as far.
    """
    row = case.row
    if row.state not in ENDS or row.standing.feedback is Feedback.OPEN:
        return False
    history = (await case.handle.describe()).raw_description
    return not history.HasField("pending_workflow_task") and not history.pending_activities


async def _assert_all_replay(cases: list[Case]) -> None:
    replayer = Replayer(
        workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
    )
    for case in cases:
        await replayer.replay_workflow(await case.history())
