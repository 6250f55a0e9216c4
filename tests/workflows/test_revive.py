"""An open appointment whose workflow is gone goes on from what is on record, once somebody revives it."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import sqlalchemy as sa
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError

from db import deliveries, hours_notices, inbox, queries
from db.engine import reading, writing
from db.tables import ContentRow, EventRow, HoursNoticeRow
from db.verify import verify
from domain.appointment import Attention, State
from domain.event import Action
from domain.receipt import Receipt, Result
from runtime.dispatch.reviving import RevivalOutcome, Reviver
from runtime.lost_workflows import lost
from tests.waiting import until, until_told
from tests.workflows.builders import BRISK, content, soon, window_start
from tests.workflows.declared import matching
from tests.workflows.harness import Case, Harness
from tests.workflows.refusal import refused
from tests.workflows.resetting import FIRST, reset

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(90)]

DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def brisk(idle_bench: Harness) -> AsyncIterator[Harness]:
    """Deadlines within seconds: no new workflow has a clock that was moved."""
    idle_bench.policy = BRISK
    async with idle_bench.worker():
        yield idle_bench


async def terminated(case: Case) -> None:
    """An operator ended it; its history is still there."""
    await case.handle.terminate("a test")


async def deleted(case: Case) -> None:
    """Deletes the workflow, as after the end of its retention: the server knows nothing of it."""
    client = case.harness.environment.client
    execution = WorkflowExecution(workflow_id=case.handle.id)
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
    await client.workflow_service.delete_workflow_execution(request)

    async def is_gone() -> bool:
        try:
            await case.handle.describe()
        except RPCError:
            return True
        return False

    await until_told(is_gone, seconds=30)


Lose = Callable[[Case], Awaitable[None]]
EITHER_WAY = pytest.mark.parametrize("lose", [terminated, deleted])


async def revive(case: Case) -> RevivalOutcome:
    """Revives the appointment as `yuyue revive` does."""
    harness = case.harness
    reviver = Reviver(harness.environment.client, harness.engine, harness.task_queue)
    return await reviver.revive(case.number, "误终止", by="cli:test", at=datetime.now(UTC))


async def revived(case: Case) -> Case:
    """The case with its new workflow, once it has told that it is there."""
    await until_missing(case.harness, case.number)
    assert await revive(case) is RevivalOutcome.REVIVED
    client = case.harness.environment.client
    await until(lambda: Action.REVIVED in case.harness.timeline(case.number), 20)
    await until_missing(case.harness)
    return Case(case.harness, case.number, client.get_workflow_handle(case.handle.id))


async def until_missing(harness: Harness, *numbers: str) -> None:
    """Once `yuyue doctor` names these, and no others: what the server lists lags behind."""

    async def are_missing() -> bool:
        return await lost(harness.environment.client, harness.engine) == list(numbers)

    await until_told(are_missing)


def dues(harness: Harness, number: str) -> list[tuple[Action, datetime | None]]:
    """The timeline, with the instants at which timers were due."""
    with reading(harness.engine) as session:
        return [(each.action, each.due_at) for each in queries.timeline(session, number)]


@EITHER_WAY
async def test_a_draft(harness: Harness, lose: Lose) -> None:
    case = await harness.case(key="created")
    await case.save(content(reason="改"), key="saved", expected_version=1)
    await lose(case)
    case = await revived(case)
    assert (await case.save(content(reason="改"), key="saved", expected_version=1)).version == 2
    with refused("idempotency.conflict"):
        await case.save(content(), key="saved", body_hash="another", update_id="another")
    await case.save(content(reason="又改"), expected_version=2)  # nothing has changed since
    await case.submit()
    assert harness.timeline(case.number) == [
        *(Action.CREATED, Action.SAVED, Action.REVIVED, Action.SAVED, Action.SUBMITTED)
    ]
    assert list(verify(harness.engine)) == []


@EITHER_WAY
async def test_a_submitted_one_is_decided_or_lapses(harness: Harness, lose: Lose) -> None:
    case = await harness.case()
    await case.submit(key="submitted")
    await until(lambda: len(harness.office.messages) == 1)
    await lose(case)
    case = await revived(case)
    assert (await case.submit(key="submitted")).version == 2
    await case.forward_to(window_start() + 6 * DAY)
    await case.handle.result()
    assert dues(harness, case.number)[2:] == [
        (Action.REVIVED, None),
        (Action.CANCELLATION_CLOSED, window_start()),
        (Action.UNDECIDED, case.row.window_end),
        (Action.LAPSED, case.row.deadlines.feedback_by),
    ]
    assert harness.office.types() == ["APPOINTMENT_APPLY"]
    assert list(verify(harness.engine)) == []


@EITHER_WAY
async def test_an_accepted_one_is_approved_and_fed_back(harness: Harness, lose: Lose) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.ACCEPTED, receipt_id="accepted")
    await lose(case)
    case = await revived(case)
    await case.receive(Result.ACCEPTED, receipt_id="accepted")
    await case.receive(Result.APPROVED)
    number = matching(harness, case.row, serial=95)
    await case.feed_back(number, key="fed-back")
    await terminated(case)
    assert await revive(case) is RevivalOutcome.REVIVED
    again = await case.feed_back(number, key="fed-back")
    assert [each.number for each in again.accepted] == [number]
    await case.forward_to(window_start() + 6 * DAY)
    await case.handle.result()
    assert harness.timeline(case.number)[-3:] == [Action.FED_BACK, Action.REVIVED, Action.FEEDBACK_CLOSED]
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_FEEDBACK"]
    assert list(verify(harness.engine)) == []


@EITHER_WAY
async def test_deadlines_that_passed_meanwhile_happen_as_of_when_they_were_due(brisk: Harness, lose: Lose) -> None:
    case = await (await brisk.case(soon(4))).approved()
    await lose(case)
    due = case.row.deadlines
    assert due.feedback_by is not None
    await until(lambda: datetime.now(UTC) > due.feedback_by, 20)  # type: ignore[operator]
    case = await revived(case)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    assert dues(brisk, case.number)[4:] == [
        *((Action.REVIVED, None), (Action.CANCELLATION_CLOSED, due.cancel_before), (Action.OVERDUE, due.feedback_by))
    ]
    assert list(verify(brisk.engine)) == []


@EITHER_WAY
async def test_an_overdue_one_is_explained_and_released(brisk: Harness, lose: Lose) -> None:
    case = await (await brisk.case(soon(4))).approved()
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await lose(case)
    case = await revived(case)
    await case.explain(key="explained")
    await lose(case)
    assert await revive(case) is RevivalOutcome.REVIVED
    with refused("explanation.already_sent"):
        await case.explain()
    assert (await case.explain(key="explained")).version == 8
    await case.receive(Result.EXPLANATION_ACCEPTED)
    await case.handle.result()
    assert case.row.state is State.RELEASED
    assert brisk.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_EXPLANATION"]
    assert list(verify(brisk.engine)) == []


async def test_a_receipt_that_came_in_time_counts_though_the_deadline_has_passed(brisk: Harness) -> None:
    case = await brisk.case(soon(4))
    await case.submit()
    await terminated(case)
    at, row = datetime.now(UTC), case.row
    receipt = Receipt(
        receipt_id=str(uuid.uuid4()),
        pre_entry_no=case.number,
        result=Result.APPROVED,
        notice_time=at,
        application_no=f"22332026{uuid.uuid4().int % 10**10:010}",
    )
    inbox.store(brisk.engine, receipt, raw="sealed", raw_digest="raw", content_digest="content", received_at=at)
    assert row.deadlines.feedback_by is not None
    await until(lambda: datetime.now(UTC) > row.deadlines.feedback_by, 20)  # type: ignore[operator]
    case = await revived(case)
    overdue = await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    assert overdue.approved_at == at
    told = brisk.timeline(case.number)
    assert told[2:4] == [Action.REVIVED, Action.APPROVED]
    case = await reset(case, FIRST)
    await case.explain()
    assert brisk.timeline(case.number) == [*told, Action.EXPLAINED]
    with reading(brisk.engine) as session:
        chain = session.execute(sa.select(sa.func.count()).select_from(EventRow.table())).scalar_one()
    assert chain == len(told) + 1  # nothing was sent twice
    assert list(verify(brisk.engine)) == []


@pytest.mark.parametrize("trouble", ["down", "forgets_to_answer"])
async def test_messages_that_wait_are_neither_lost_nor_doubled(harness: Harness, trouble: str) -> None:
    case = await harness.case()
    setattr(harness.office, trouble, True)
    await case.submit()
    await case.receive(Result.APPROVED)
    await case.cancel(reason="船期取消")
    await until(lambda: harness.office.attempts > 0)
    with reading(harness.engine) as session:
        promised = [each.message_id for each in deliveries.for_appointment(session, case.number)]
    await terminated(case)
    case = await revived(case)
    setattr(harness.office, trouble, False)
    await until(lambda: len(harness.office.messages) == 2, 20)
    assert [message for message, _ in harness.office.messages] == promised
    assert "船期取消" in harness.office.messages[1][1].decode()
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    assert list(verify(harness.engine)) == []


async def test_a_parked_message_stays_parked_until_an_officer_lets_it_try(harness: Harness) -> None:
    case = await harness.case()
    harness.office.refuses = True
    await case.submit()
    await case.becomes(lambda row: row.attention == (Attention.DELIVERY_STUCK,))
    attempts = harness.office.attempts
    await terminated(case)
    case = await revived(case)
    assert (case.row.attention, harness.office.attempts) == ((Attention.DELIVERY_STUCK,), attempts)


async def test_changed_hours_are_told_again(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    told = HoursNoticeRow.table()
    news = {"check_due": False, "send_due": False, "conflict": True, "revision": 3, "facts": {"port": "2233"}}
    with writing(harness.engine) as session:
        session.execute(sa.update(told).where(told.c.pre_entry_no == case.number).values(news))
    await terminated(case)
    case = await revived(case)
    with reading(harness.engine) as session:
        (notice,) = hours_notices.unsent(session)
    assert (notice.pre_entry_no, notice.revision, notice.conflict) == (case.number, 3, True)
    await case.hours(notice.revision, conflict=notice.conflict)
    await case.becomes(lambda row: Attention.HOURS_CHANGED in row.attention)


async def test_one_that_runs_is_left_alone(harness: Harness) -> None:
    case = await harness.case()
    assert await revive(case) is RevivalOutcome.RUNNING
    assert harness.timeline(case.number) == [Action.CREATED]
    await terminated(case)
    case = await revived(case)
    assert await revive(case) is RevivalOutcome.RUNNING
    assert harness.timeline(case.number) == [Action.CREATED, Action.REVIVED]


async def test_one_that_is_over_needs_none(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.RETURNED)
    await case.handle.result()
    assert await revive(case) is RevivalOutcome.OVER
    await until_missing(harness)


async def test_none_is_revived_from_events_that_do_not_hold(harness: Harness) -> None:
    case = await harness.case()
    await terminated(case)
    contents = ContentRow.table()
    with writing(harness.engine) as session:
        session.execute(sa.update(contents).where(contents.c.pre_entry_no == case.number).values(reason="made up"))
    assert await revive(case) is RevivalOutcome.DOUBTFUL


async def test_nobody_makes_up_an_appointment(harness: Harness) -> None:
    case = await harness.case()
    reviver = Reviver(harness.environment.client, harness.engine, harness.task_queue)
    assert await reviver.revive(case.number[::-1], "x", by="cli:test", at=datetime.now(UTC)) is RevivalOutcome.UNKNOWN
