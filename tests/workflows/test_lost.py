"""A worker that dies after it wrote and before its workflow task became durable leaves rows of what never was."""

import asyncio
from datetime import UTC, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.contracts import PROJECT, Project
from db import deliveries
from db.engine import reading
from db.projections import project
from db.verify import verify
from domain.appointment import Content, Standing, State
from domain.event import Action, Event, MessageType, Outgoing
from tests.workflows.builders import content
from tests.workflows.harness import ENTERPRISE, Case, Harness
from tests.workflows.refusal import refused
from workflows.contracts import TakeBack

pytestmark = pytest.mark.asyncio(loop_scope="session")


def lost_submission(case: Case) -> Event:
    """The version that the worker wrote before it died, and that no caller learned of."""
    row = case.row
    at = row.updated_at + timedelta(microseconds=1)
    after = row.model_copy(
        update={"version": row.version + 1, "updated_at": at, "standing": Standing(state=State.SUBMITTED)}
    )
    return Event(
        version=after.version,
        at=at,
        actor=ENTERPRISE,
        action=Action.SUBMITTED,
        before=row.state,
        after=after.state,
        appointment=after,
        received_at=at,
        command_key="lost",
        command_hash="lost",
        outgoing=Outgoing(message_id="lost", message_type=MessageType.APPLY),
        run_id="lost",
    )


async def durably_asked(case: Case) -> Event:
    """The event that the next regular activity is to write, once the history has it."""
    async for happened in case.handle.fetch_history_events(wait_new_event=True):
        asked = happened.activity_task_scheduled_event_attributes
        if asked.activity_type.name == PROJECT:
            request: Project = (await pydantic_data_converter.decode(asked.input.payloads, [Project]))[0]
            return request.events[0]
    raise AssertionError("the workflow has ended")


async def take_back(case: Case) -> None:
    """Takes back as the API does when it doubts a row."""
    shown = case.row
    await case.command(TakeBack, version=shown.version, at=shown.updated_at)


async def test_what_was_never_durable_is_taken_back(harness: Harness) -> None:
    case = await harness.case()
    project(harness.engine, [lost_submission(case)])
    assert case.row.state is State.SUBMITTED
    await take_back(case)
    assert (case.row.version, case.row.state) == (2, State.DRAFT)
    assert harness.timeline(case.number) == [Action.CREATED, Action.TAKEN_BACK]
    with reading(harness.engine) as session:
        assert deliveries.for_appointment(session, case.number) == []
    assert list(verify(harness.engine)) == []
    await case.submit()
    assert case.row.version == 3


async def test_whoever_knew_the_version_before_what_never_was_may_still_build_on_it(harness: Harness) -> None:
    case = await harness.case()
    project(harness.engine, [lost_submission(case)])
    await take_back(case)
    await case.save(content(reason="改"), expected_version=1)
    assert case.row.version == 3
    with refused("version.stale"):
        await case.save(content(reason="又改"), expected_version=2)


async def test_where_all_agrees_nothing_is_taken_back_and_the_history_stays_as_it_is(harness: Harness) -> None:
    case = await harness.case()
    await case.save(content(reason="改"))
    before = len((await case.history()).events)
    with refused("state.not_permitted"):
        await take_back(case)
    assert len((await case.history()).events) == before
    assert case.row.version == 2


async def test_a_row_that_lags_behind_is_no_stray(harness: Harness) -> None:
    case = await harness.case()
    shown = case.row
    await case.save(content(reason="改"))
    with refused("state.not_permitted"):
        await case.command(TakeBack, version=shown.version, at=shown.updated_at)


@pytest.mark.timeout(60)
async def test_what_is_durable_overrules_a_lost_attempt_at_the_same_task(harness: Harness) -> None:
    """The server may give one task twice, the second time without the command that died with it."""
    case = await harness.case()
    harness.rename("appointment_events", "events_away")
    saving = asyncio.create_task(case.save(content(reason="改")))
    lost = (await durably_asked(case)).model_copy(update={"action": Action.ATTACHED, "command_key": "lost"})
    harness.rename("events_away", "appointment_events")
    project(harness.engine, [lost])
    assert harness.timeline(case.number) == [Action.CREATED, Action.ATTACHED]
    await case.forward_to(await case.now() + timedelta(minutes=1))
    await saving
    assert harness.timeline(case.number) == [Action.CREATED, Action.SAVED]
    assert list(verify(harness.engine)) == []


async def test_a_draft_is_as_old_as_its_start_whoever_writes_it_down(harness: Harness) -> None:
    case = await harness.case()
    started = (await case.handle.describe()).start_time
    assert case.row.updated_at == started


async def test_what_happens_is_as_old_as_its_workflow_task_however_long_local_activities_took(harness: Harness) -> None:
    case = await harness.case()
    await case.save(content(reason="改"))
    *_, started = [
        event.event_time.ToDatetime(UTC)
        for event in (await case.history()).events
        if event.event_type is EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
    ]
    assert abs(case.row.updated_at - started) <= timedelta(microseconds=1)  # the SDK counts in floats


async def test_a_deletion_is_durable_before_anything_is_erased(harness: Harness) -> None:
    case = await harness.case()
    await case.delete()
    assert case.row.content == Content()
    kinds = [event.event_type for event in (await case.history()).events]
    scheduled = kinds.index(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED in kinds[:scheduled]
