"""How far receipts were fetched, and when they have to be."""

from datetime import timedelta

import sqlalchemy as sa

from db import deliveries, receipt_pulls
from db.engine import read
from db.projections import project
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, NUMBER, life

AFTER = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def due(engine: sa.Engine, minutes: float) -> bool:
    return read(engine, lambda session: receipt_pulls.is_due(session, NOON + timedelta(minutes=minutes), after=AFTER))


def test_nothing_is_due_before_anything_was_sent(engine: sa.Engine) -> None:
    assert not due(engine, 600)
    assert read(engine, receipt_pulls.since) is None


def test_an_undecided_application_makes_it_due_once_pushes_stopped(engine: sa.Engine) -> None:
    events = life()[:2]
    project(engine, events)
    assert not due(engine, 600), "customs has nothing of ours"
    deliveries.mark_delivered(engine, f"apply-{NUMBER}", NOON)
    assert due(engine, 600), "customs has never pushed"
    receipt_pulls.note_push(engine, NOON, every=AFTER)
    assert not due(engine, 9.9)
    assert due(engine, 10)
    receipt_pulls.note_push(engine, NOON + AFTER, every=AFTER)
    assert not due(engine, 19.9)


def test_a_message_sent_after_the_last_push_makes_it_due_and_one_from_before_does_not(engine: sa.Engine) -> None:
    events = life()
    project(engine, events)
    message, promised = next((each.outgoing.message_id, each.at) for each in events if each.outgoing)
    deliveries.mark_delivered(engine, message, promised)
    receipt_pulls.note_push(engine, promised - timedelta(seconds=1), every=AFTER)
    minutes = (promised - NOON) / timedelta(minutes=1)
    assert due(engine, minutes + 60)
    receipt_pulls.note_push(engine, promised + HOUR, every=AFTER)
    assert not due(engine, minutes + 600)


def test_a_push_is_noted_seldom_and_never_goes_back(engine: sa.Engine) -> None:
    for minutes in (0, 3, 9.9, 10, 5):
        receipt_pulls.note_push(engine, NOON + timedelta(minutes=minutes), every=AFTER)
    assert read(engine, receipt_pulls.state).pushed_at == NOON + AFTER


def test_the_cursor_moves_from_where_it_was_and_from_nowhere_else(engine: sa.Engine) -> None:
    assert receipt_pulls.move(engine, before=None, after="a")
    assert not receipt_pulls.move(engine, before=None, after="b")
    assert receipt_pulls.move(engine, before="a", after="b")
    assert not receipt_pulls.move(engine, before="a", after="c")
    assert read(engine, receipt_pulls.state).cursor == "b"


def test_a_failure_is_kept_and_a_later_end_clears_it(engine: sa.Engine) -> None:
    receipt_pulls.note_end(engine, tried_at=NOON, fault="http 404")
    known = read(engine, receipt_pulls.state)
    assert (known.fault, known.tried_at, known.drained_at) == ("http 404", NOON, None)
    receipt_pulls.note_end(engine, tried_at=NOON + HOUR, fault=None)
    known = read(engine, receipt_pulls.state)
    assert (known.fault, known.drained_at) == (None, NOON + HOUR)


def test_receipts_are_asked_for_from_before_the_oldest_instant_that_may_lack_one(engine: sa.Engine) -> None:
    project(engine, life()[:2])
    applied = life()[1].at
    receipt_pulls.note_push(engine, applied + 30 * HOUR, every=AFTER)
    receipt_pulls.note_end(engine, tried_at=applied + 20 * HOUR, fault=None)
    assert read(engine, receipt_pulls.since) == applied - HOUR
    project(engine, life())  # decided meanwhile
    assert read(engine, receipt_pulls.since) == applied + 19 * HOUR


def test_the_check_reads_indexes_alone(engine: sa.Engine) -> None:
    project(engine, life())
    deliveries.mark_delivered(engine, f"apply-{NUMBER}", NOON)
    with counting(engine) as statements:
        due(engine, 600)
    assert scans(engine, statements, "appointments", "deliveries") == []
