"""What waits for a receiver: taken in order, one at a time per appointment, tried again, given up, replayed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from db import webhook_deliveries, webhook_endpoints
from db.engine import read, writing
from db.projections import project
from db.webhook_deliveries import ATTEMPTS_KEPT, DeliveryOutcome, LostLease, WebhookDelivery
from db.webhook_endpoints import NewEndpoint, WebhookEndpoint
from domain.webhook import Pauses
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, NOON, NUMBER, created, life, submitted

OTHER = "202600000000000002"
PAUSES = Pauses()
ID = "wh_1"


def receiver(engine: sa.Engine, endpoint_id: str = ID) -> None:
    with writing(engine) as session:
        webhook_endpoints.add(session, NewEndpoint(endpoint_id, BROKER, "https://erp.example.com/", "s"), at=NOON)


def held(engine: sa.Engine, lease: str = "one", minutes: float = 0) -> WebhookEndpoint:
    found = webhook_deliveries.begin(engine, ID, lease, NOON + timedelta(minutes=minutes))
    assert found is not None
    return found


def waiting(engine: sa.Engine, pass_: WebhookEndpoint, minutes: float = 0) -> list[WebhookDelivery]:
    now = NOON + timedelta(minutes=minutes)
    webhook_deliveries.take(engine, pass_, now)
    return read(engine, lambda session: webhook_deliveries.heads(session, pass_, now, limit=9))


def settled(
    engine: sa.Engine, pass_: WebhookEndpoint, found: list[WebhookDelivery], *, taken: bool, minutes: float = 0
) -> WebhookEndpoint:
    outcomes = [DeliveryOutcome(each, taken, 200 if taken else 500, None, 1) for each in found]
    return webhook_deliveries.settle(engine, pass_, outcomes, pauses=PAUSES, now=NOON + timedelta(minutes=minutes))


def due(engine: sa.Engine, minutes: float = 0) -> list[str]:
    return read(engine, lambda session: webhook_endpoints.due(session, NOON + timedelta(minutes=minutes)))


def told(found: list[WebhookDelivery]) -> list[tuple[str, int]]:
    return [(each.pre_entry_no, each.position) for each in found]


def test_a_receiver_gets_what_happens_from_now_on_one_event_per_appointment_at_a_time(engine: sa.Engine) -> None:
    project(engine, [created()])
    receiver(engine)
    assert due(engine) == []
    project(engine, life()[1:])
    project(engine, [created(OTHER)])
    assert due(engine) == [ID]
    pass_, sent = held(engine), []
    while found := waiting(engine, pass_):
        sent.append(told(found))
        settled(engine, pass_, found, taken=True)
    assert sent == [[(NUMBER, 2), (OTHER, 4)], [(NUMBER, 3)]]
    assert webhook_deliveries.finish(engine, pass_, PAUSES, NOON) is None
    assert due(engine, 60) == []


def test_an_event_that_fails_holds_up_its_own_appointment_alone(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, life())
    project(engine, [created(OTHER), submitted(OTHER)])
    pass_ = held(engine)
    bad, good = waiting(engine, pass_)
    settled(engine, pass_, [bad], taken=False)
    settled(engine, pass_, [good], taken=True)
    assert told(waiting(engine, pass_)) == [(OTHER, 5)]
    assert told(waiting(engine, pass_, minutes=1)) == [(NUMBER, 1), (OTHER, 5)]


def test_pauses_grow_until_the_event_is_given_up_and_the_next_one_goes_on(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, life()[:2])
    pass_, minutes, pauses = held(engine), 0.0, []
    while not (dead := given_up(engine)):
        settled(engine, pass_, waiting(engine, pass_, minutes), taken=False, minutes=minutes)
        retried = read(engine, lambda session: webhook_deliveries.heads(session, pass_, NOON + _LONG, limit=9))[0]
        if retried.position == 1:
            pauses.append(retried.next_at - NOON - timedelta(minutes=minutes))
            minutes = (retried.next_at - NOON) / timedelta(minutes=1)
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(days=3) <= timedelta(minutes=minutes) < timedelta(days=3, hours=2)
    assert (dead[0].position, dead[0].status) == (1, 500)
    assert [each.position for each in waiting(engine, pass_, minutes)] == [2]


_LONG = timedelta(days=9)


def given_up(engine: sa.Engine) -> list[WebhookDelivery]:
    return read(engine, lambda session: webhook_deliveries.dead_letters(session, ID, after=0, limit=9))


def failing(engine: sa.Engine) -> WebhookEndpoint:
    receiver(engine)
    for serial in range(1, 5):
        project(engine, [created(f"2026{serial:014}")])
    pass_ = held(engine)
    return settled(engine, pass_, waiting(engine, pass_), taken=False)


def test_a_receiver_that_takes_nothing_is_asked_with_one_event_until_it_is_back(engine: sa.Engine) -> None:
    pass_ = failing(engine)
    assert pass_.failing_since == NOON
    assert read(engine, webhook_endpoints.count_failing) == 1
    next_at = webhook_deliveries.finish(engine, pass_, PAUSES, NOON)
    assert next_at == NOON + PAUSES.first
    project(engine, [created(f"2026{9:014}")])
    assert due(engine) == [], "a new event does not call it either"
    assert due(engine, 1) == [ID]
    again = held(engine, "two", 1)
    (probe,) = waiting(engine, again, 1)
    assert probe.attempts == 0
    well = settled(engine, again, [probe], taken=True, minutes=1)
    assert (well.failing_since, well.failures) == (None, 0)
    assert len(waiting(engine, well, 1)) == 4


def test_a_receiver_that_takes_nothing_for_three_days_is_paused_and_loses_nothing(engine: sa.Engine) -> None:
    pass_ = failing(engine)
    paused = settled(engine, pass_, waiting(engine, pass_), taken=False, minutes=3 * 24 * 60)
    assert paused.pause_reason == "failing"
    with pytest.raises(LostLease):
        waiting(engine, pass_)
    assert due(engine, 9 * 24 * 60) == []
    with writing(engine) as session:
        webhook_endpoints.resume(session, ID, at=NOON + _LONG)
    resumed = held(engine, "three", 9 * 24 * 60)
    positions = [each.position for each in waiting(engine, resumed, 9 * 24 * 60)]
    assert sorted(positions + [each.position for each in given_up(engine)]) == [1, 2, 3, 4]


def test_a_pass_that_was_overtaken_changes_nothing(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, [created()])
    old = held(engine, "old")
    found = waiting(engine, old)
    held(engine, "new")
    for act in (
        lambda: settled(engine, old, found, taken=True),
        lambda: webhook_deliveries.take(engine, old, NOON),
        lambda: webhook_deliveries.forget(engine, old, [1]),
    ):
        with pytest.raises(LostLease):
            act()
    assert webhook_deliveries.finish(engine, old, PAUSES, NOON) is None
    assert read(engine, lambda session: webhook_deliveries.counts(session, ID)) == (1, 0)


def test_a_pass_that_died_is_taken_up_and_nothing_is_lost(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, life())
    waiting(engine, held(engine))
    assert due(engine) == []
    assert due(engine, 2) == [ID]
    assert told(waiting(engine, held(engine, "next", 2), 2)) == [(NUMBER, 1)]


def test_given_up_and_delivered_events_are_replayed_in_their_order(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, life())
    pass_ = held(engine)
    while found := waiting(engine, pass_):
        settled(engine, pass_, found, taken=True)
    webhook_deliveries.finish(engine, pass_, PAUSES, NOON)
    with writing(engine) as session:
        whole = webhook_endpoints.endpoint(session, ID)
        assert whole is not None
        start, end = life()[1].at, life()[2].at + timedelta(seconds=1)
        assert webhook_deliveries.replay_range(session, whole, start, end, at=NOON) == 2
    assert due(engine) == [ID]
    again, sent = held(engine, "again"), []
    while found := waiting(engine, again):
        sent += told(found)
        settled(engine, again, found, taken=True)
    assert sent == [(NUMBER, 2), (NUMBER, 3)]


def test_a_single_letter_is_replayed_once(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, [created()])
    pass_ = held(engine)
    settled(engine, pass_, waiting(engine, pass_), taken=False)
    (tried,) = waiting(engine, pass_, 10)
    settled(engine, pass_, [tried], taken=False, minutes=3 * 24 * 60)
    assert read(engine, lambda session: webhook_deliveries.counts(session, ID)) == (0, 1)
    with writing(engine) as session:
        assert webhook_deliveries.replay_one(session, ID, tried.event_id, at=NOON)
        assert not webhook_deliveries.replay_one(session, ID, tried.event_id, at=NOON)
    (again,) = waiting(engine, held(engine, "again"))
    assert (again.event_id, again.attempts) == (tried.event_id, 0)


def test_the_last_answers_are_kept_and_all_goes_with_the_receiver(engine: sa.Engine) -> None:
    receiver(engine)
    receiver(engine, "wh_2")
    project(engine, [created()])
    pass_ = held(engine)
    for minutes in range(0, (ATTEMPTS_KEPT + 5) * 60, 60):
        settled(engine, pass_, waiting(engine, pass_, minutes + 120), taken=False, minutes=0)
    kept = read(engine, lambda session: webhook_deliveries.attempts(session, ID, limit=999))
    assert len(kept) == ATTEMPTS_KEPT
    with writing(engine) as session:
        webhook_endpoints.remove(session, ID)
    assert [
        each.endpoint_id for each in read(engine, lambda session: webhook_endpoints.endpoints(session, BROKER))
    ] == ["wh_2"]
    assert read(engine, lambda session: webhook_deliveries.counts(session, ID)) == (0, 0)


def test_every_question_has_its_index(engine: sa.Engine) -> None:
    receiver(engine)
    project(engine, life())
    with counting(engine) as statements:
        pass_ = held(engine)
        settled(engine, pass_, waiting(engine, pass_), taken=False)
        webhook_deliveries.finish(engine, pass_, PAUSES, NOON)
        read(engine, lambda session: webhook_deliveries.attempts(session, ID, limit=9))
        read(engine, lambda session: webhook_deliveries.dead_letters(session, ID, after=0, limit=9))
        with writing(engine) as session:
            webhook_deliveries.replay_range(session, pass_, NOON, NOON + _LONG, at=NOON)
            webhook_deliveries.replay_one(session, ID, "evt_1", at=NOON)
            webhook_endpoints.resume(session, ID, at=NOON)
        read(engine, lambda session: webhook_endpoints.endpoints(session, BROKER))
    tables = ("webhook_endpoints", "webhook_deliveries", "webhook_attempts", "published_events", "earlier")
    assert scans(engine, statements, *tables) == []
