"""A database or a customs office that is away loses nothing and holds up no more than it must."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from db.engine import writing
from domain.appointment import Attention, State
from domain.receipt import Result
from tests.waiting import until
from tests.workflows.bench import Bench
from tests.workflows.refusal import refused
from tests.workflows.world import content
from workflows.contracts import RESUME_DELIVERY, ResumeDelivery

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rename(bench: Bench, table: str, new: str) -> None:
    """Takes a table away, or gives it back."""
    with writing(bench.engine) as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))


async def test_no_command_waits_for_customs_and_the_order_is_kept(bench: Bench) -> None:
    case = await bench.case()
    bench.office.down = True
    await case.submit()
    await case.receive(Result.APPROVED)
    await case.cancel()
    assert case.row.state is State.CANCELLED
    assert bench.office.types() == []
    bench.office.down = False
    await case.forward_to(await case.now() + timedelta(minutes=2))
    await until(lambda: len(bench.office.messages) == 2)
    assert bench.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_CANCEL"]


async def test_a_message_customs_never_takes_is_parked_and_resumed_by_an_officer(bench: Bench) -> None:
    case = await bench.case()
    bench.office.refuses = True
    await case.submit()
    row = await case.becomes(lambda row: row.attention == (Attention.DELIVERY_STUCK,))
    attempts = bench.office.attempts
    bench.office.refuses = False
    await case.command(RESUME_DELIVERY, ResumeDelivery)
    row = await case.becomes(lambda row: row.attention == ())
    assert attempts == 1
    assert row.state is State.SUBMITTED
    await case.receive(Result.ACCEPTED)
    assert bench.office.types() == ["APPOINTMENT_APPLY"]


async def test_there_is_nothing_to_resume_when_nothing_is_parked(bench: Bench) -> None:
    case = await bench.case()
    with refused("state.not_permitted"):
        await case.command(RESUME_DELIVERY, ResumeDelivery)


async def test_rules_that_cannot_be_asked_refuse_for_now_and_change_nothing(bench: Bench) -> None:
    case = await bench.case()
    rename(bench, "enterprises", "enterprises_away")
    with refused("temporarily.unavailable"):
        await case.submit()
    rename(bench, "enterprises_away", "enterprises")
    assert case.row.version == 1
    await case.submit()
    assert case.row.state is State.SUBMITTED


@pytest.mark.timeout(60)
async def test_an_acknowledged_command_stands_in_the_database_however_long_it_was_away(bench: Bench) -> None:
    case = await bench.case()
    rename(bench, "appointment_events", "events_away")
    saving = asyncio.create_task(case.save(content(contact_name="李四")))
    done, _ = await asyncio.wait({saving}, timeout=1)
    assert not done
    rename(bench, "events_away", "appointment_events")
    await case.forward_to(await case.now() + timedelta(minutes=1))
    assert (await saving).version == 2
    assert case.row.version == 2
