"""What became of the messages promised to customs."""

from datetime import timedelta

import sqlalchemy as sa

from db import deliveries
from db.deliveries import Delivery, DeliveryState
from db.engine import reading
from db.projections import project
from domain.event import MessageType
from tests.integration.db.stories import NOON, NUMBER, approved, created, parked, resumed, submitted

MESSAGE = f"apply-{NUMBER}"
LATER = NOON + timedelta(minutes=10)


def listed(engine: sa.Engine, state: DeliveryState | None = None, limit: int = 100) -> list[Delivery]:
    with reading(engine) as session:
        return deliveries.oldest(session, state, limit=limit)


def promised(engine: sa.Engine) -> None:
    project(engine, [created(), submitted()])


def test_a_promise_waits(engine: sa.Engine) -> None:
    promised(engine)
    assert listed(engine) == [
        Delivery(
            message_id=MESSAGE,
            pre_entry_no=NUMBER,
            message_type=MessageType.APPLY,
            version=2,
            promised_at=submitted().at,
            state="pending",
        )
    ]


def test_the_first_arrival_counts(engine: sa.Engine) -> None:
    promised(engine)
    deliveries.mark_delivered(engine, MESSAGE, NOON)
    deliveries.mark_delivered(engine, MESSAGE, LATER)
    deliveries.mark_refused(engine, MESSAGE, "schema")
    (delivery,) = listed(engine)
    assert (delivery.state, delivery.delivered_at, delivery.reason) == ("delivered", NOON, None)


def test_a_message_may_arrive_before_its_event_is_written(engine: sa.Engine) -> None:
    deliveries.mark_delivered(engine, MESSAGE, NOON)
    assert listed(engine) == []
    promised(engine)
    (delivery,) = listed(engine)
    assert (delivery.state, delivery.delivered_at, delivery.pre_entry_no) == ("delivered", NOON, NUMBER)


def test_a_repeated_event_promises_nothing_new(engine: sa.Engine) -> None:
    promised(engine)
    deliveries.mark_delivered(engine, MESSAGE, NOON)
    promised(engine)
    assert [each.state for each in listed(engine)] == ["delivered"]


def test_a_refused_message_is_stuck_once_its_workflow_has_parked_it(engine: sa.Engine) -> None:
    promised(engine)
    deliveries.mark_refused(engine, MESSAGE, "schema")
    assert [(each.state, each.reason) for each in listed(engine)] == [("pending", "schema")]
    project(engine, [parked()])
    assert [(each.state, each.reason) for each in listed(engine, "stuck")] == [("stuck", "schema")]


def test_a_message_may_be_refused_before_its_event_is_written(engine: sa.Engine) -> None:
    deliveries.mark_refused(engine, MESSAGE, "schema")
    project(engine, [created(), submitted(), parked()])
    assert [(each.state, each.reason) for each in listed(engine)] == [("stuck", "schema")]


def test_what_is_stuck_waits_again_when_an_operator_says_so(engine: sa.Engine) -> None:
    promised(engine)
    deliveries.mark_refused(engine, MESSAGE, "schema")
    project(engine, [parked()])
    project(engine, [resumed()])
    assert [(each.state, each.reason) for each in listed(engine)] == [("pending", "schema")]
    deliveries.mark_delivered(engine, MESSAGE, LATER)
    assert [(each.state, each.reason) for each in listed(engine)] == [("delivered", None)]


def test_what_is_written_at_once_is_followed_in_its_order(engine: sa.Engine) -> None:
    project(engine, [created(), submitted(), parked(), resumed(), parked(5), approved(version=6)])
    assert [each.state for each in listed(engine)] == ["stuck"]


def test_a_message_that_arrived_stays_delivered_whatever_is_written_afterwards(engine: sa.Engine) -> None:
    promised(engine)
    deliveries.mark_refused(engine, MESSAGE, "schema")
    deliveries.mark_delivered(engine, MESSAGE, LATER)
    project(engine, [parked(), resumed()])
    assert [(each.state, each.reason) for each in listed(engine)] == [("delivered", None)]


def test_the_oldest_promise_comes_first(engine: sa.Engine) -> None:
    numbers = [f"2026{serial:014}" for serial in range(3)]
    for minutes, number in enumerate(reversed(numbers)):
        later = submitted(number).model_copy(update={"at": NOON + timedelta(minutes=minutes)})
        project(engine, [created(number), later])
    assert [each.pre_entry_no for each in listed(engine)] == numbers[::-1]
    assert [each.pre_entry_no for each in listed(engine, "pending", limit=2)] == numbers[:0:-1]
    with reading(engine) as session:
        assert [each.pre_entry_no for each in deliveries.for_appointment(session, numbers[1])] == [numbers[1]]


def test_a_message_belongs_to_an_appointment_once_its_event_is_written(engine: sa.Engine) -> None:
    def number(message_id: str) -> str | None:
        with reading(engine) as session:
            return deliveries.appointment_of(session, message_id)

    deliveries.mark_delivered(engine, MESSAGE, NOON)
    assert number(MESSAGE) is None
    promised(engine)
    assert number(MESSAGE) == NUMBER
    assert number("apply-unknown") is None
