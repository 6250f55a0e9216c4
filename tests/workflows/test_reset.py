"""`temporal workflow reset`, as docs/operations.md has it: nothing acknowledged is lost, nothing happens twice."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from temporalio.api.enums.v1 import EventType
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from activities.contracts import ASSESS
from db import deliveries, queries
from db.engine import reading, writing
from db.tables import EnterpriseRow
from db.verify import verify
from domain.appointment import Attention, State
from domain.enterprise import Qualification
from domain.event import Action
from domain.receipt import Disposition, Result
from tests.waiting import until
from tests.workflows.builders import APPLICANT, BRISK, content, soon, window_start
from tests.workflows.declared import matching
from tests.workflows.harness import Case, Harness
from tests.workflows.refusal import refused
from tests.workflows.resetting import FIRST, LAST, reset
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow
from workflows.contracts import ResumeDelivery, TakeBack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]

APPROVED = [Action.CREATED, Action.SUBMITTED, Action.ACCEPTED, Action.APPROVED]


@pytest.mark.parametrize("kind", [LAST, FIRST])
async def test_customs_has_one_message_by_id_when_its_answer_was_lost(harness: Harness, kind: str) -> None:
    case = await harness.case()
    harness.office.forgets_to_answer = True
    await case.submit(key="once")
    await until(lambda: bool(harness.office.messages))
    first = harness.timeline(case.number)
    case = await reset(case, kind)
    harness.office.forgets_to_answer = False
    await case.receive(Result.ACCEPTED)
    await until(lambda: not pending(harness, case.number))
    assert len(harness.office.messages) == 1
    assert harness.timeline(case.number) == [*first, Action.ACCEPTED]
    assert (await case.submit(key="once")).version == 2
    assert list(verify(harness.engine)) == []


@pytest.mark.parametrize("kind", [LAST, FIRST])
async def test_nothing_acknowledged_is_lost_and_the_lifecycle_goes_on(harness: Harness, kind: str) -> None:
    case = await harness.case(content(reason=None))
    await case.save(content(), expected_version=1, key="saved")
    await case.approved()
    number = matching(harness, case.row, serial=91)
    await case.feed_back(number, key="fed-back")
    row, told = case.row, harness.timeline(case.number)
    case = await reset(case, kind)
    again = await case.feed_back(number, key="fed-back")
    assert ([each.number for each in again.accepted], again.version) == ([number], row.version)
    assert (await case.save(content(), expected_version=1, key="saved")).version == 2
    assert (await case.receive(Result.FEEDBACK_CONFIRMED)).disposition is Disposition.APPLIED
    assert harness.timeline(case.number) == [*told, Action.FEEDBACK_CONFIRMED]
    assert case.row.submitted_at == row.submitted_at
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    assert harness.timeline(case.number)[-1] is Action.FEEDBACK_CLOSED
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_FEEDBACK"]
    assert list(verify(harness.engine)) == []


@pytest.mark.parametrize("kind", [LAST, FIRST])
async def test_what_was_decided_is_not_decided_again_by_the_facts_of_today(harness: Harness, kind: str) -> None:
    case = await (await harness.case()).approved()
    disqualify(harness)
    case = await reset(case, kind)
    await case.cancel()
    assert harness.timeline(case.number) == [*APPROVED, Action.CANCELLED]
    assert list(verify(harness.engine)) == []


@pytest.mark.parametrize("kind", [LAST, FIRST])
async def test_what_was_refused_does_not_take_effect_after_all(harness: Harness, kind: str) -> None:
    case = await harness.case()
    disqualify(harness)
    with refused("eligibility.unqualified"):
        await case.submit()
    disqualify(harness, Qualification.REGISTERED)
    await case.save(content(reason="改"))
    case = await reset(case, kind)
    await case.save(content(reason="又改"))
    assert harness.timeline(case.number) == [Action.CREATED, Action.SAVED, Action.SAVED]
    await case.submit()
    assert case.row.state is State.SUBMITTED


async def test_a_deadline_that_had_passed_before_keeps_its_place_and_its_instant(idle_bench: Harness) -> None:
    harness = replace(idle_bench, policy=BRISK)  # no new run has a clock that was moved
    async with harness.worker():
        case = await (await harness.case(soon(4))).approved()
        overdue = await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
        told = dues(harness, case.number)
        case = await reset(case, FIRST)
        await case.explain()
    assert dues(harness, case.number) == [*told, (Action.EXPLAINED, None)]
    assert case.row.deadlines == overdue.deadlines
    assert list(verify(harness.engine)) == []


async def test_news_of_changed_hours_and_parked_messages_stay_as_they_were(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.hours(1, conflict=True)
    await case.becomes(lambda row: Attention.HOURS_CHANGED in row.attention)
    await case.hours(2, conflict=False)
    await case.becomes(lambda row: not row.attention)
    harness.office.refuses = True
    await case.cancel()
    await case.becomes(lambda row: Attention.DELIVERY_STUCK in row.attention)
    told, attempts = harness.timeline(case.number), harness.office.attempts
    case = await reset(case, FIRST)
    await recovered(case)
    assert (harness.timeline(case.number), harness.office.attempts) == (told, attempts)
    harness.office.refuses = False
    await case.command(ResumeDelivery)
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_CANCEL"]
    assert list(verify(harness.engine)) == []


async def test_after_many_commands_too(harness: Harness) -> None:
    case = await harness.case()
    for turn in range(15):
        await case.save(content(reason=f"第 {turn} 次"))
    case = await reset(case, FIRST)
    await case.submit()
    assert case.row.version == 17
    assert list(verify(harness.engine)) == []


async def test_a_run_that_was_carried_over_recovers_too(harness: Harness) -> None:
    case = await harness.case()
    first = (await case.handle.describe()).run_id
    turns = 0
    while (await case.handle.describe()).run_id == first:
        turns += 1
        await case.save(content(reason=f"第 {turns} 次"))
    await case.submit(key="submitted")
    case = await reset(case, FIRST)
    assert (await case.submit(key="submitted")).version == turns + 2
    await case.receive(Result.ACCEPTED)
    assert harness.timeline(case.number)[-2:] == [Action.SUBMITTED, Action.ACCEPTED]
    assert list(verify(harness.engine)) == []


@pytest.mark.parametrize("kind", [LAST, FIRST])
async def test_a_command_that_waited_takes_effect_once(harness: Harness, kind: str) -> None:
    case = await harness.case()
    harness.rename("enterprises", "enterprises_away")
    submitting = asyncio.create_task(case.submit(key="waits"))
    await asked_durably(case)
    case = await reset(case, kind)
    harness.rename("enterprises_away", "enterprises")
    await case.forward_to(await case.now() + timedelta(minutes=1))
    answers = await asyncio.gather(submitting, case.submit(key="waits"), return_exceptions=True)
    assert harness.timeline(case.number) == [Action.CREATED, Action.SUBMITTED]
    assert answers[1].version == 2  # type: ignore[union-attr]
    assert harness.office.types() == ["APPOINTMENT_APPLY"]
    assert list(verify(harness.engine)) == []


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_reset_that_meets_a_command_half_way(harness: Harness, *, recorded: bool) -> None:
    case = await harness.case()
    harness.rename("enterprises", "enterprises_away")
    submitting = asyncio.create_task(case.submit(key="waits"))
    await asked_durably(case)
    await case.hours(1, conflict=False)  # a task of its own, to which the run is reset: the command waits in it
    half_way = await end_of_task_after(case, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    if recorded:
        harness.rename("enterprises_away", "enterprises")
        await case.forward_to(await case.now() + timedelta(minutes=1))
        await submitting
    case = await reset(case, half_way)
    if not recorded:
        harness.rename("enterprises_away", "enterprises")
        await case.forward_to(await case.now() + timedelta(minutes=1))
    assert (await case.submit(key="waits")).version == 2
    await case.receive(Result.ACCEPTED)
    assert harness.timeline(case.number) == [Action.CREATED, Action.SUBMITTED, Action.ACCEPTED]
    assert harness.office.types() == ["APPOINTMENT_APPLY"]
    assert list(verify(harness.engine)) == []
    await asyncio.gather(submitting, return_exceptions=True)  # of the run that was reset


async def end_of_task_after(case: Case, kind: "EventType.ValueType") -> int:
    """The event that ends the first workflow task after the first event of a kind."""
    seen = False
    async for happened in case.handle.fetch_history_events(wait_new_event=True):
        seen = seen or happened.event_type == kind
        if seen and happened.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            return happened.event_id
    raise AssertionError("the workflow has ended")


async def asked_durably(case: Case) -> None:
    """Once a regular activity asks for the rules."""
    async for happened in case.handle.fetch_history_events(wait_new_event=True):
        if happened.activity_task_scheduled_event_attributes.activity_type.name == ASSESS:
            return


async def test_the_new_run_replays(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    case = await reset(case, FIRST)
    await case.cancel()
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    await Replayer(
        workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
    ).replay_workflow(await case.history())


def dues(harness: Harness, number: str) -> list[tuple[Action, datetime | None]]:
    """The timeline, with the instants at which timers were due."""
    with reading(harness.engine) as session:
        return [(each.action, each.due_at) for each in queries.timeline(session, number)]


async def recovered(case: Case) -> None:
    """Once the run has read back what is on record: a command that changes nothing has been answered."""
    with refused("state.not_permitted"):
        await case.command(TakeBack, version=case.row.version, at=case.row.updated_at)


def disqualify(harness: Harness, became: Qualification = Qualification.CANCELLED) -> None:
    """The applicant's registration changes."""
    enterprises = EnterpriseRow.table()
    with writing(harness.engine) as session:
        session.execute(sa.update(enterprises).where(enterprises.c.code == APPLICANT).values(qualification=became))


def pending(harness: Harness, number: str) -> list[str]:
    """Messages that customs has not acknowledged."""
    with reading(harness.engine) as session:
        return [each.message_id for each in deliveries.for_appointment(session, number) if each.state == "pending"]
