"""A worker and a server that die together leave rows that never were durable; the next worker finds them."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db import queries
from db import unknown_outcomes as notes
from db.projections import project
from domain.appointment import Appointment, Standing, State
from runtime.dispatch import unknown_outcomes
from states.appointment import advance
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused
from tests.integration.api.conftest import staffed
from tests.integration.api.events import event, lost
from workflows.contracts import TakeBack

ACCEPTED = Standing(state=State.ACCEPTED)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ApiStack]:
    """A stack whose worker clears up at its start only, so that the tests do."""
    async with staffed(server, environ, tmp_path_factory.mktemp("quiet"), sweep_seconds=300) as stack:
        yield stack


def noted(api_stack: ApiStack) -> set[str]:
    return {note.pre_entry_no for note in api_stack.context.read_sync(notes.noted)}


def counted(api_stack: ApiStack) -> Counter[str]:
    """Counts of take-back commands in the metrics, by outcome."""
    (family,) = api_stack.context.metrics.commands.collect()
    return Counter(
        {
            each.labels["outcome"]: int(each.value)
            for each in family.samples
            if each.name.endswith("_total") and each.labels["command"] == TakeBack.update
        }
    )


def row(api_stack: ApiStack, number: str) -> Appointment:
    found = api_stack.context.read_sync(lambda session: queries.appointment(session, number, viewer=None))
    assert found is not None
    return found


async def test_what_happened_shortly_before_a_start_is_looked_at_again(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        numbers = [body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"] for _ in range(2)]
        project(stack.engine, [lost(row(stack, numbers[0]))])
        assert body(await client.get(f"{APPOINTMENTS}/{numbers[0]}"))["state"] == "submitted"
        unknown_outcomes.note_recent_changes(stack.engine)
        assert set(numbers) <= noted(stack)
        before = counted(stack)
        assert await unknown_outcomes.clear_up(stack.context.dispatcher) == 0
        assert counted(stack) - before == {"done": 1}, "one was taken back; the other agreed, which is no refusal"
        shown = body(await client.get(f"{APPOINTMENTS}/{numbers[0]}"))
        assert (shown["state"], shown["version"]) == ("draft", 2)
        timeline = body(await client.get(f"{APPOINTMENTS}/{numbers[0]}/timeline"))["items"]
        assert [event["action"] for event in timeline] == ["created", "taken_back"]
        assert body(await client.get(f"{APPOINTMENTS}/{numbers[1]}"))["version"] == 1


async def test_an_act_that_the_row_permits_and_the_workflow_does_not_is_to_be_tried_again(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        project(stack.engine, [lost(row(stack, number), ACCEPTED)])
        cancellation = f"{APPOINTMENTS}/{number}/cancellation"
        assert refused(await client.post(cancellation, json={}), 503) == ["temporarily.unavailable"]
        assert number in noted(stack)
        await unknown_outcomes.clear_up(stack.context.dispatcher)
        assert refused(await client.post(cancellation, json={}), 409) == ["state.not_permitted"]


async def test_an_act_that_was_lost_while_it_was_carried_out_is_to_be_tried_again(stack: ApiStack) -> None:
    """Its own lost attempt forbids it, as the workflow does; so does a receipt before the loss."""
    async with stack.client("general") as client:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        project(stack.engine, [lost(row(stack, number), advance(ACCEPTED, "cancel"))])
        cancellation, key = f"{APPOINTMENTS}/{number}/cancellation", {"Idempotency-Key": "lost"}
        assert refused(await client.post(cancellation, json={}), 409) == ["state.not_permitted"]
        answer = await client.post(cancellation, json={}, headers=key)
        assert refused(answer, 503) == ["temporarily.unavailable"]
        await unknown_outcomes.clear_up(stack.context.dispatcher)
        answer = await client.post(cancellation, json={}, headers=key)
        assert refused(answer, 409) == ["state.not_permitted"]


async def test_a_command_of_unknown_outcome_is_a_doubt_until_temporal_answers(api_stack: ApiStack) -> None:
    number = "202600000000000077"
    at = row_of_nobody(api_stack, number)
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/{number}/submission")
    assert refused(answer, 503) == ["outcome.unknown"]
    assert at.pre_entry_no in noted(api_stack)
    assert await unknown_outcomes.clear_up(api_stack.context.dispatcher) >= 1


def row_of_nobody(api_stack: ApiStack, number: str) -> Appointment:
    """A draft whose workflow cannot be asked."""
    draft = event(number)
    project(api_stack.engine, [draft])
    return draft.appointment
