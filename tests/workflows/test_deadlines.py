"""Both sides of every deadline, with nobody asking."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from domain.appointment import Attention, Cancellation, State
from domain.event import Action
from domain.receipt import Disposition, Result
from tests.workflows.builders import BRISK, soon, window_start
from tests.workflows.declared import matching
from tests.workflows.harness import Harness, feedback_by
from tests.workflows.refusal import refused

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOMENT = timedelta(microseconds=1)


async def test_the_deadline_is_midnight_after_the_fifth_natural_day(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    # A window on a Saturday 20:00–22:00 Shanghai: Thursday 24:00 Shanghai is Thursday 16:00 UTC.
    assert feedback_by(case) == window_start().replace(hour=16) + timedelta(days=5)


async def test_cancel_a_moment_before_the_start_is_taken(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.cancel(received_at=window_start() - MOMENT)
    assert case.row.state is State.CANCELLED
    await case.receive(Result.CANCEL_CONFIRMED)
    assert await case.handle.result() == State.CANCELLED
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_CANCEL"]


async def test_cancel_at_the_start_is_too_late_though_the_timer_has_not_fired(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    with refused("cancellation.closed"):
        await case.cancel(received_at=window_start())
    assert case.row.state is State.SUCCEEDED


async def test_the_start_closes_cancelling_by_itself(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.forward_to(window_start() + timedelta(seconds=1))
    row = await case.becomes(lambda row: row.standing.cancellation is Cancellation.CLOSED)
    assert row.state is State.SUCCEEDED
    with refused("cancellation.closed"):
        await case.cancel()


async def test_nobody_cancels_what_is_not_decided_or_was_returned(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    with refused("state.not_permitted"):
        await case.cancel()


async def test_no_feedback_by_the_deadline_is_a_breach_by_itself(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.forward_to(feedback_by(case) - timedelta(seconds=1))
    assert case.row.state is State.SUCCEEDED
    await case.forward_to(feedback_by(case) + timedelta(seconds=1))
    row = await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    assert row.attention == (Attention.OVERDUE,)
    with refused("feedback.closed"):
        await case.feed_back(matching(harness, row, serial=7))


async def test_feedback_a_moment_before_the_deadline_is_taken_and_at_it_refused(harness: Harness) -> None:
    in_time = await (await harness.case()).approved()
    await in_time.feed_back(matching(harness, in_time.row, serial=8), received_at=feedback_by(in_time) - MOMENT)
    assert in_time.row.state is State.COMPLETED
    late = await (await harness.case()).approved()
    with refused("feedback.closed"):
        await late.feed_back(matching(harness, late.row, serial=9), received_at=feedback_by(late))


async def test_a_completed_appointment_closes_at_the_deadline(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.feed_back(matching(harness, case.row, serial=10))
    await case.forward_to(feedback_by(case) + timedelta(seconds=1))
    assert await case.handle.result() == State.COMPLETED


async def test_an_undecided_application_is_flagged_then_lapses(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.ACCEPTED)
    await case.forward_to(window_start() + timedelta(hours=2, seconds=1))
    await case.becomes(lambda row: row.attention == (Attention.UNDECIDED,))
    await case.forward_to(feedback_by(case) + timedelta(seconds=1))
    await case.reaches(State.RETURNED)
    assert await case.handle.result() == State.RETURNED


async def test_a_late_decision_still_counts_before_the_lapse(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.forward_to(window_start() + timedelta(hours=3))
    await case.becomes(lambda row: Attention.UNDECIDED in row.attention)
    answer = await case.receive(Result.APPROVED)
    assert answer.disposition is Disposition.APPLIED
    assert case.row.state is State.SUCCEEDED
    assert case.row.attention == ()


async def test_a_decision_that_came_after_the_deadline_finds_the_application_lapsed_before_its_timer_rings(
    harness: Harness,
) -> None:
    case = await harness.case()
    await case.submit()
    late = feedback_by(case) + timedelta(seconds=1)
    answer = await case.receive(Result.APPROVED, received_at=late)
    assert (answer.disposition, answer.reason) == (Disposition.PARKED, "contradiction")
    assert case.row.state is State.RETURNED
    assert harness.timeline(case.number)[2:] == [Action.CANCELLATION_CLOSED, Action.UNDECIDED, Action.LAPSED]


async def test_a_number_handed_in_in_time_holds_the_breach_until_customs_can_be_asked(idle_bench: Harness) -> None:
    # The clock is not moved here: it does not advance while an activity is retried.
    idle_bench.policy = BRISK
    async with idle_bench.worker():
        began = datetime.now(UTC)
        case = await idle_bench.case(soon(seconds=3600))
        pace = (datetime.now(UTC) - began).total_seconds()
        await case.save(soon(seconds=6 * pace + 1))  # however slow the machine, it is approved before the window starts
        await case.approved()
        idle_bench.office.down = True
        wanted = matching(idle_bench, case.row, serial=11, declared_on=datetime.now(UTC))
        await case.feed_back(wanted)
        await asyncio.sleep((feedback_by(case) - datetime.now(UTC)).total_seconds() + 1)
        row = case.row
        assert (row.state, row.attention) == (State.SUCCEEDED, (Attention.UNVERIFIED,))
        idle_bench.office.down = False
        assert await case.handle.result() == State.COMPLETED


async def test_a_timer_keeps_the_instant_it_was_due(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.forward_to(feedback_by(case) + timedelta(minutes=1))
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    started = [
        event for event in (await case.history()).events if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
    ]
    assert len(started) == 2  # the start of the window and the feedback deadline, each armed once
    assert datetime.now(UTC) < feedback_by(case)
