"""Appointments that something may still happen to: each once is enough, and found by an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import deliveries, queries
from db.engine import reading
from db.projections import project
from db.recovery import carried_state
from domain.appointment import Attention, Deadlines, Declaration, Feedback, Outcome, Standing, State
from domain.event import Action
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, appointment, created, event, submitted

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
RUNS = {"standing": Standing(state=State.COMPLETED, feedback=Feedback.OPEN), "deadlines": Deadlines(feedback_by=NOW)}


def number(serial: int) -> str:
    return f"2026{serial:014}"


def put(engine: sa.Engine, serial: int, state: State, **more: Any) -> None:
    """An appointment in that state whose window is today."""
    project(engine, [created(number(serial))])
    window = {"window_end": NOW} | more
    project(engine, [event(appointment(number(serial), 2, state, **window), Action.SAVED)])


def found(engine: sa.Engine, size: int = 200) -> set[int]:
    return {int(each[4:]) for page in queries.unfinished(engine, size=size) for each in page}


@pytest.mark.parametrize(
    ("state", "more", "expected"),
    [
        (State.DRAFT, {}, {1}),
        (State.SUBMITTED, {}, {1}),
        (State.ACCEPTED, {}, {1}),
        (State.SUCCEEDED, {}, {1}),
        (State.COMPLETED_WITHOUT_FEEDBACK, {"window_end": NOW - 900 * DAY}, {1}),
        (State.COMPLETED, RUNS, {1}),
        (State.COMPLETED, {}, set()),
        (State.CANCELLED, {"deadlines": Deadlines(feedback_by=NOW)}, {1}),
        (State.CANCELLED, {"cancel_confirmed_at": NOW, "deadlines": Deadlines(feedback_by=NOW)}, set()),
        (State.CANCELLED, {"attention": (Attention.CANCEL_UNCONFIRMED,)}, set()),
        (
            State.CANCELLED,
            {"declarations": (Declaration(number="1", outcome=Outcome.UNVERIFIED, at=NOON),)},
            {1},
        ),
        (State.RETURNED, {}, set()),
        (State.RELEASED, {}, set()),
    ],
)
def test_what_may_still_happen(engine: sa.Engine, state: State, more: dict[str, Any], expected: set[int]) -> None:
    put(engine, 1, state, **more)
    assert found(engine) == expected


def test_a_message_that_customs_does_not_have(engine: sa.Engine) -> None:
    project(engine, [created(number(1)), submitted(number(1))])
    after = appointment(number(1), 3, State.RETURNED)
    project(engine, [event(after, Action.LAPSED)])
    assert found(engine) == {1}
    deliveries.mark_delivered(engine, f"apply-{number(1)}", NOON)
    assert found(engine) == set()


def test_all_pages_by_index(engine: sa.Engine) -> None:
    for serial in range(1, 6):
        put(engine, serial, State.SUBMITTED)
        put(engine, 10 + serial, State.COMPLETED, **RUNS)
        put(engine, 20 + serial, State.COMPLETED)
        project(engine, [created(number(30 + serial)), submitted(number(30 + serial))])
    with counting(engine) as statements:
        assert found(engine, size=2) == {*range(1, 6), *range(11, 16), *range(31, 36)}
    assert scans(engine, statements, "appointments", "deliveries", "appointment_events") == []


def test_the_state_read_back_knows_commands_and_what_was_never_delivered(engine: sa.Engine) -> None:
    project(engine, [created(number(1)), submitted(number(1))])
    with reading(engine) as session:
        state = carried_state(session, number(1))
        assert carried_state(session, number(2)) is None
    assert state is not None
    assert {key: kept.version for key, kept in state.commands.items()} == {f"key-{number(1)}": 1, "submit-1": 2}
    assert [parcel.outgoing.message_id for parcel in state.outbox] == [f"apply-{number(1)}"]
    assert state.outbox[0].appointment == state.appointment
