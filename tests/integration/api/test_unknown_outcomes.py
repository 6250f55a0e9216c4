"""A worker and a server that die together leave a row of what never was; the door finds out, though nobody asks."""

from collections import Counter
from datetime import timedelta

from api import unknown_outcomes
from db import queries
from db.projections import project
from domain.actor import Actor, ActorKind
from domain.appointment import Appointment, Standing, State
from domain.event import Action, Event
from states.appointment import advance
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused
from tests.integration.api.events import event
from workflows.contracts import TakeBack

SUBMITTED, ACCEPTED = Standing(state=State.SUBMITTED), Standing(state=State.ACCEPTED)


def lost(shown: Appointment, standing: Standing = SUBMITTED) -> Event:
    """A version that was recorded and never became durable."""
    at = shown.updated_at + timedelta(microseconds=1)
    changes = {"version": shown.version + 1, "updated_at": at, "standing": standing}
    after = shown.model_copy(update=changes)
    return Event(
        version=after.version,
        at=at,
        actor=Actor(kind=ActorKind.ENTERPRISE, id=CODES["general"]),
        action=Action.SUBMITTED,
        before=shown.state,
        after=after.state,
        appointment=after,
        command_key="lost",
        command_hash="lost",
        run_id="lost",
    )


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
        await unknown_outcomes.recall(stack.context)
        assert set(numbers) <= stack.context.commands.doubts.keys()
        before = counted(stack)
        assert await unknown_outcomes.clear_up(stack.context) == 0
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
        assert number in stack.context.commands.doubts
        await unknown_outcomes.clear_up(stack.context)
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
        await unknown_outcomes.clear_up(stack.context)
        answer = await client.post(cancellation, json={}, headers=key)
        assert refused(answer, 409) == ["state.not_permitted"]


async def test_a_command_of_unknown_outcome_is_a_doubt_until_temporal_answers(api_stack: ApiStack) -> None:
    number = "202600000000000077"
    at = row_of_nobody(api_stack, number)
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/{number}/submission")
    assert refused(answer, 503) == ["outcome.unknown"]
    assert at.pre_entry_no in api_stack.context.commands.doubts
    assert await unknown_outcomes.clear_up(api_stack.context) >= 1


def row_of_nobody(api_stack: ApiStack, number: str) -> Appointment:
    """A draft whose workflow cannot be asked."""
    draft = event(number)
    project(api_stack.engine, [draft])
    return draft.appointment
