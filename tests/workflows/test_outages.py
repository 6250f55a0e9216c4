"""A database or a customs office that is away loses nothing and holds up no more than it must."""

import asyncio
from datetime import timedelta

import pytest

from domain.appointment import Attention, State
from domain.receipt import Result
from tests.waiting import until
from tests.workflows.builders import content
from tests.workflows.declared import matching
from tests.workflows.harness import Harness
from tests.workflows.refusal import codes, refused
from workflows.contracts import ResumeDelivery

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_no_command_waits_for_customs_and_the_order_is_kept(harness: Harness) -> None:
    case = await harness.case()
    harness.office.down = True
    await case.submit()
    await case.receive(Result.APPROVED)
    await case.cancel()
    assert case.row.state is State.CANCELLED
    assert harness.office.types() == []
    harness.office.down = False
    await case.forward_to(await case.now() + timedelta(minutes=2))
    await until(lambda: len(harness.office.messages) == 2)
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_CANCEL"]


async def test_a_message_customs_never_takes_is_parked_and_resumed_by_an_officer(harness: Harness) -> None:
    case = await harness.case()
    harness.office.refuses = True
    await case.submit()
    row = await case.becomes(lambda row: row.attention == (Attention.DELIVERY_STUCK,))
    attempts = harness.office.attempts
    harness.office.refuses = False
    await case.command(ResumeDelivery)
    row = await case.becomes(lambda row: row.attention == ())
    assert attempts == 1
    assert row.state is State.SUBMITTED
    await case.receive(Result.ACCEPTED)
    assert harness.office.types() == ["APPOINTMENT_APPLY"]


async def test_of_two_officers_one_lets_it_try_again(harness: Harness) -> None:
    case = await harness.case()
    harness.office.refuses = True
    await case.submit()
    await case.becomes(lambda row: row.attention == (Attention.DELIVERY_STUCK,))
    harness.office.refuses = False
    both = [case.command(ResumeDelivery) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert codes(answers) == ["state.not_permitted"]
    await case.receive(Result.ACCEPTED)
    assert harness.office.types() == ["APPOINTMENT_APPLY"]


async def test_there_is_nothing_to_resume_when_nothing_is_parked(harness: Harness) -> None:
    case = await harness.case()
    with refused("state.not_permitted"):
        await case.command(ResumeDelivery)


@pytest.mark.timeout(60)
async def test_a_command_whose_rules_cannot_be_asked_waits_and_counts_from_when_it_was_received(
    harness: Harness,
) -> None:
    # It must not fail: asked again with its key, the server would give the failure of the first time for ever.
    case = await harness.case()
    received_at = await case.now()
    harness.rename("enterprises", "enterprises_away")
    submitting = asyncio.create_task(case.submit(key="mine", received_at=received_at))
    done, _ = await asyncio.wait({submitting}, timeout=1)
    assert not done
    assert case.row.version == 1
    harness.rename("enterprises_away", "enterprises")
    await case.forward_to(await case.now() + timedelta(minutes=1))
    assert (await submitting).version == 2
    assert (case.row.state, case.row.submitted_at) == (State.SUBMITTED, received_at)
    assert (await case.submit(key="mine")).version == 2


@pytest.mark.timeout(60)
async def test_feedback_whose_numbers_cannot_be_claimed_waits_too(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    wanted = matching(harness, case.row, serial=41)
    harness.rename("declarations", "declarations_away")
    feeding_back = asyncio.create_task(case.feed_back(wanted))
    done, _ = await asyncio.wait({feeding_back}, timeout=1)
    assert not done
    harness.rename("declarations_away", "declarations")
    await case.forward_to(await case.now() + timedelta(minutes=1))
    assert [each.number for each in (await feeding_back).accepted] == [wanted]


@pytest.mark.timeout(60)
async def test_an_acknowledged_command_stands_in_the_database_however_long_it_was_away(harness: Harness) -> None:
    case = await harness.case()
    harness.rename("appointment_events", "events_away")
    saving = asyncio.create_task(case.save(content(contact_name="李四")))
    done, _ = await asyncio.wait({saving}, timeout=1)
    assert not done
    harness.rename("events_away", "appointment_events")
    await case.forward_to(await case.now() + timedelta(minutes=1))
    assert (await saving).version == 2
    assert case.row.version == 2
