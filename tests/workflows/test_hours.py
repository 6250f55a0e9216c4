"""The port changes its hours under a booked window: the holder is notified, and nothing is taken away."""

import pytest

from domain.appointment import Attention, State
from domain.event import Action
from domain.receipt import Result
from tests.workflows.builders import window_start
from tests.workflows.harness import Case, Harness

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANGED = (Attention.HOURS_CHANGED,)


def news(case: Case) -> list[Action]:
    return [each for each in case.harness.timeline(case.number) if each.name.startswith("HOURS")]


async def test_an_approved_appointment_stays_and_its_holder_is_told(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    before = case.row
    await case.hours(1, conflict=True, at=before.updated_at)
    row = await case.becomes(lambda row: row.attention == CHANGED)
    assert (row.state, row.standing, row.deadlines) == (State.SUCCEEDED, before.standing, before.deadlines)
    assert row.hours_changed_at == before.updated_at
    await case.hours(2, conflict=False)
    row = await case.becomes(lambda row: row.attention == ())
    assert row.hours_changed_at is None
    assert news(case) == [Action.HOURS_CHANGED, Action.HOURS_RESTORED]


async def test_one_that_customs_has_not_decided_is_told_as_well(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.hours(1, conflict=True)
    await case.becomes(lambda row: row.attention == CHANGED)
    await case.receive(Result.ACCEPTED)
    await case.receive(Result.APPROVED)
    assert (case.row.state, case.row.attention) == (State.SUCCEEDED, CHANGED)


async def test_what_comes_again_or_out_of_order_is_not_heard(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    for revision, conflict in ((1, True), (1, True), (2, True), (4, False), (3, True)):
        await case.hours(revision, conflict=conflict)
    await case.receive(Result.CANCEL_CONFIRMED)  # an answer, so everything before it was handled
    assert (case.row.attention, case.row.hours_changed_at) == ((), None)
    assert news(case) == [Action.HOURS_CHANGED, Action.HOURS_RESTORED]


async def test_it_does_not_matter_once_the_appointment_is_over(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.hours(1, conflict=True)
    await case.becomes(lambda row: row.attention == CHANGED)
    await case.cancel()
    assert case.row.attention == ()
    await case.hours(2, conflict=False)
    await case.hours(3, conflict=True)
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    assert (case.row.state, case.row.attention) == (State.CANCELLED, ())
    assert news(case) == [Action.HOURS_CHANGED]


async def test_a_cancel_is_still_possible_until_the_window_starts(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.hours(1, conflict=True)
    await case.becomes(lambda row: row.attention == CHANGED)
    assert case.row.deadlines.cancel_before == window_start()
    await case.cancel()
    assert case.row.state is State.CANCELLED


async def test_news_that_come_while_no_worker_runs_wait_for_one(idle_bench: Harness) -> None:
    async with idle_bench.worker():
        case = await (await idle_bench.case()).approved()
    await case.hours(1, conflict=True)
    async with idle_bench.worker():
        await case.becomes(lambda row: row.attention == CHANGED)


async def test_the_newest_news_are_remembered_across_continue_as_new(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.hours(8, conflict=True)
    await case.becomes(lambda row: row.attention == CHANGED)
    first_run = case.handle.first_execution_run_id
    case.handle = harness.environment.client.get_workflow_handle(case.handle.id)
    revision = 8
    while (await case.handle.describe()).run_id == first_run:
        revision += 1
        await case.hours(revision, conflict=revision % 2 == 0)
        await case.receive(Result.CANCEL_CONFIRMED)
    shown = case.row.attention
    await case.hours(7, conflict=not shown)
    await case.receive(Result.CANCEL_CONFIRMED)
    assert case.row.attention == shown
