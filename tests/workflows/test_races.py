"""What happens at once, twice, too early and too late."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.appointment import Cancellation, State
from domain.receipt import Disposition, Result
from tests.workflows.builders import content, window_start
from tests.workflows.declared import matching
from tests.workflows.harness import Harness, feedback_by
from tests.workflows.refusal import codes, refused

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND = timedelta(seconds=1)


async def test_a_cancel_received_in_time_counts_though_the_window_has_started_since(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.forward_to(window_start() + SECOND)
    await case.becomes(lambda row: row.standing.cancellation is Cancellation.CLOSED)
    await case.cancel(received_at=window_start() - SECOND)
    row = case.row
    assert row.state is State.CANCELLED
    assert row.standing.cancellation is Cancellation.CLOSED


async def test_feedback_received_in_time_counts_though_the_breach_was_set_since(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    in_time = feedback_by(case) - SECOND
    await case.forward_to(feedback_by(case) + SECOND)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.feed_back(matching(harness, case.row, serial=20), received_at=in_time)
    row = case.row
    assert row.state is State.COMPLETED
    assert row.attention == ()
    assert await case.handle.result() == State.COMPLETED


async def test_ten_explanations_at_once_give_exactly_one(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    answers = await asyncio.gather(*(case.explain(f"说明 {n}") for n in range(10)), return_exceptions=True)
    assert codes(answers) == ["explanation.already_sent"] * 9
    await case.receive(Result.EXPLANATION_REFUSED)
    assert harness.office.types().count("APPOINTMENT_EXPLANATION") == 1


async def test_one_key_has_one_effect_and_equal_answers(harness: Harness) -> None:
    case = await harness.case()
    at = datetime.now(UTC)
    answers = await asyncio.gather(*(case.submit(key="one", received_at=at) for _ in range(20)))
    assert {answer.version for answer in answers} == {2}
    await case.receive(Result.ACCEPTED)
    again = await case.submit(key="one")
    assert again.version == 2
    assert harness.office.types() == ["APPOINTMENT_APPLY"]


async def test_one_key_with_another_body_is_a_conflict(harness: Harness) -> None:
    case = await harness.case()
    await case.save(content(), key="mine")
    # Under another Update id, or the server would repeat the first answer by itself.
    with refused("idempotency.conflict") as refusal:
        await case.save(content(), key="mine", body_hash="another", update_id="another")
    assert refusal.code == "idempotency.conflict"


async def test_a_receipt_against_a_cancel(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.ACCEPTED)
    approval, cancel = await asyncio.gather(case.receive(Result.APPROVED), case.cancel(), return_exceptions=True)
    assert not isinstance(cancel, BaseException)
    assert not isinstance(approval, BaseException)
    assert case.row.state is State.CANCELLED


async def test_a_receipt_twice_at_once_is_applied_once(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    answers = await asyncio.gather(*(case.receive(Result.ACCEPTED, receipt_id="R1") for _ in range(5)))
    assert {answer.disposition for answer in answers} == {Disposition.APPLIED}
    assert case.row.version == 3


async def test_receipts_out_of_order(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.APPROVED)
    stale = await case.receive(Result.ACCEPTED)
    contradiction = await case.receive(Result.RETURNED)
    assert (stale.disposition, contradiction.disposition) == (Disposition.IGNORED, Disposition.PARKED)
    assert case.row.state is State.SUCCEEDED


async def test_commands_that_arrive_before_run_begins(environment: WorkflowEnvironment, idle_bench: Harness) -> None:
    creating = asyncio.create_task(idle_bench.case(key="early"))
    saving = None
    async with asyncio.timeout(60):
        while saving is None:
            async for started in environment.client.list_workflows(f"TaskQueue = '{idle_bench.task_queue}'"):
                saving = started.id
            await asyncio.sleep(0.05)
    async with idle_bench.worker():
        case = await creating
        answer = await case.save(content(contact_name="李四"))
    assert answer.version == 2


async def test_a_cancel_in_time_while_no_worker_ran_past_the_start(idle_bench: Harness) -> None:
    async with idle_bench.worker():
        case = await (await idle_bench.case()).approved()
        due = feedback_by(case)
    await case.forward_to(window_start() + SECOND)  # the timer fires; nobody is there to see it
    cancelling = asyncio.create_task(case.cancel(received_at=window_start() - SECOND))
    async with idle_bench.worker():
        await cancelling
        assert case.row.state is State.CANCELLED
    assert due == feedback_by(case)


async def test_a_late_command_waiting_for_a_worker_gains_nothing(idle_bench: Harness) -> None:
    async with idle_bench.worker():
        case = await (await idle_bench.case()).approved()
        await case.forward_to(window_start() + SECOND)
        await case.becomes(lambda row: row.standing.cancellation is Cancellation.CLOSED)
    await case.forward_to(feedback_by(case) + SECOND)  # the timer fires; nobody is there to see it
    wanted = matching(idle_bench, case.row, serial=21)
    sending = asyncio.create_task(case.feed_back(wanted, received_at=feedback_by(case)))
    async with idle_bench.worker():
        with refused("feedback.closed"):
            await sending
        await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)


async def test_keys_are_remembered_across_continue_as_new(harness: Harness) -> None:
    case = await harness.case()
    first = await case.save(content(contact_name="第一次"), key="first")
    for turn in range(25):
        await case.save(content(contact_name=f"第{turn}版"))
    case.handle = harness.environment.client.get_workflow_handle(case.handle.id)
    again = await case.save(content(contact_name="第一次"), key="first")
    assert (await case.handle.describe()).run_id != case.handle.first_execution_run_id
    assert again.version == first.version
    assert case.row.version == 27
    await case.submit()
    await case.receive(Result.APPROVED)
    await case.forward_to(feedback_by(case) + SECOND)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)


async def test_twenty_commands_without_a_key_have_one_effect(harness: Harness) -> None:
    case = await harness.case()
    answers = await asyncio.gather(*(case.submit(key=str(uuid.uuid4())) for _ in range(10)), return_exceptions=True)
    assert codes(answers) == ["state.not_permitted"] * 9


async def test_a_number_handed_in_in_time_counts_though_customs_could_be_asked_only_after_the_breach(
    harness: Harness,
) -> None:
    case = await (await harness.case()).approved()
    in_time = feedback_by(case) - SECOND
    await case.forward_to(feedback_by(case) + SECOND)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    harness.office.down = True
    await case.feed_back(matching(harness, case.row, serial=22), received_at=in_time)
    assert case.row.state is State.COMPLETED_WITHOUT_FEEDBACK
    harness.office.down = False
    await case.reaches(State.COMPLETED)


async def test_a_number_that_nobody_can_verify_does_not_slip_into_a_cancelled_appointment(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    harness.office.down = True
    wanted = matching(harness, case.row, serial=23)
    answers = await asyncio.gather(case.cancel(), case.feed_back(wanted), return_exceptions=True)
    row = case.row
    assert row.state is State.CANCELLED
    assert codes(answers) == ["state.not_permitted"] or [each.number for each in row.declarations] == [wanted]
