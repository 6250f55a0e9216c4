"""Each enterprise reads its own events in one order, without a gap, although transactions end in any order."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from db import migrate, published_events
from db.engine import Busy, connect, read, writing
from db.projections import project, rebuild
from db.published_events import WrittenEvent
from db.queries.published_events import (
    EventPage,
    EventPosition,
    UnknownPosition,
    last_position,
    published_after,
    published_at,
)
from db.repair import repair_rows
from db.tables import PublishedEventRow, PublishedHeadRow
from db.verify import DiscrepancyKind, verify
from domain.event import Action
from domain.published_event import PublishedEvent
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import (
    BROKER,
    IMPORTER,
    NUMBER,
    STRANGER,
    appointment,
    approved,
    created,
    deleted,
    event,
    life,
    submitted,
)

_PUBLISHED = PublishedEventRow.table()
_FIRST = EventPosition()


def all_of(engine: sa.Engine, code: str, after: EventPosition = _FIRST) -> list[PublishedEvent]:
    return read(engine, lambda session: published_after(session, code, after, limit=9_999)).events


def page_of(engine: sa.Engine, after: EventPosition, *, limit: int) -> EventPage:
    return read(engine, lambda session: published_after(session, BROKER, after, limit=limit))


def seen(engine: sa.Engine, code: str) -> list[tuple[int, str, int, Action]]:
    return [(each.position, each.pre_entry_no, each.version, each.action) for each in all_of(engine, code)]


def numbered(serial: int) -> str:
    return f"2026{serial:014}"


def test_both_parties_read_the_same_events_under_the_same_ids_and_nobody_else_any(engine: sa.Engine) -> None:
    project(engine, life())
    other = numbered(2)
    project(engine, [created(other, consignee=None)])
    assert seen(engine, BROKER) == [
        (1, NUMBER, 1, Action.CREATED),
        (2, NUMBER, 2, Action.SUBMITTED),
        (3, NUMBER, 3, Action.APPROVED),
        (4, other, 1, Action.CREATED),
    ]
    assert [each.event_id for each in all_of(engine, IMPORTER)] == [each.event_id for each in all_of(engine, BROKER)][
        :3
    ]
    assert seen(engine, STRANGER) == []


def test_a_repeated_projection_publishes_nothing(engine: sa.Engine) -> None:
    project(engine, life())
    project(engine, life())
    project(engine, life()[:2])
    assert [each[0] for each in seen(engine, BROKER)] == [1, 2, 3]


def test_pages_follow_each_other_without_a_gap(engine: sa.Engine) -> None:
    project(engine, life())
    project(engine, life(numbered(2)))
    found, after = [], _FIRST
    while (page := page_of(engine, after, limit=2)).events:
        found += page.events
        after = EventPosition.read(page.end.cursor())
    assert found == all_of(engine, BROKER)
    assert after == read(engine, lambda session: last_position(session, BROKER))


def test_a_reader_beside_many_writers_skips_nothing(engine: sa.Engine) -> None:
    """PostgreSQL gives the numbers of rows before the commit: a reader that went by those would skip some."""
    numbers = [numbered(serial) for serial in range(1, 41)]
    found: list[PublishedEvent] = []
    with ThreadPoolExecutor(8) as threads:
        writers = [threads.submit(project, engine, life(number)) for number in numbers]
        after = _FIRST
        while len(found) < 3 * len(numbers):
            done = all(writer.done() for writer in writers)
            page = page_of(engine, after, limit=7)
            found, after = found + page.events, page.end
            assert page.events or not done, "an event was skipped"
    assert [each.position for each in found] == list(range(1, 121))
    for number in numbers:
        assert [each.version for each in found if each.pre_entry_no == number] == [1, 2, 3]


@pytest.mark.parametrize("code", [BROKER, IMPORTER])
def test_a_position_is_taken_until_the_transaction_ends(url: str, engine: sa.Engine, code: str) -> None:
    """The database itself refuses the next one, so that nobody sees a higher one before a lower one."""
    project(engine, [created()])
    other = connect(url) if engine.dialect.name == "sqlite" else connect(url, connect_args=_IMPATIENT)
    with writing(engine) as session:
        published_events.publish(session, [_one(numbered(2), code)])
        with pytest.raises((sa.exc.OperationalError, Busy)), writing(other) as second:
            published_events.publish(second, [_one(numbered(3), code)])
    assert read(engine, lambda session: last_position(session, code)).position == 2
    other.dispose()


_IMPATIENT = {"options": "-c timezone=UTC -c lock_timeout=100ms"}


def _one(number: str, code: str) -> WrittenEvent:
    draft = created(number)
    party = draft.appointment.applicant.model_copy(update={"code": code})
    alone = draft.appointment.model_copy(update={"applicant": party, "consignee": None})
    return WrittenEvent(draft.model_copy(update={"appointment": alone}), f"{number:0>64}")


def test_an_event_that_was_lost_is_left_out_and_the_one_that_counts_comes_later(engine: sa.Engine) -> None:
    project(engine, [created(), submitted()])
    before = read(engine, lambda session: published_after(session, BROKER, _FIRST, limit=9))
    again = appointment(version=2, updated_at=approved().at)
    project(engine, [event(again, Action.SAVED, at=approved().at)])
    after = all_of(engine, BROKER, before.end)
    assert [(each.version, each.action) for each in after] == [(2, Action.SAVED)]
    assert after[0].event_id not in {each.event_id for each in before.events}
    assert [each.action for each in all_of(engine, BROKER)] == [Action.CREATED, Action.SAVED]
    assert [each.action for each in read(engine, lambda session: published_at(session, BROKER, [1, 2, 3]))] == [
        Action.CREATED,
        Action.SAVED,
    ]


def test_a_cursor_of_another_past_is_not_continued(engine: sa.Engine) -> None:
    project(engine, life())
    known = read(engine, lambda session: last_position(session, BROKER))
    assert all_of(engine, BROKER, known) == []
    for unknown in (EventPosition(3, "0" * 12), EventPosition(4, known.mark)):
        with pytest.raises(UnknownPosition):
            all_of(engine, BROKER, unknown)


def test_events_of_earlier_versions_of_the_program_get_their_places(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = connect(empty_url)
    project(engine, life())
    project(engine, [created(numbered(2)), submitted(numbered(2))])
    wanted = {code: seen(engine, code) for code in (BROKER, IMPORTER)}
    migrate.downgrade(empty_url, "0033")
    migrate.upgrade(empty_url)
    assert {code: seen(engine, code) for code in (BROKER, IMPORTER)} == wanted
    assert list(verify(engine)) == []
    project(engine, [approved(numbered(2))])
    assert [each[0] for each in seen(engine, BROKER)] == [1, 2, 3, 4, 5, 6]
    engine.dispose()


@pytest.mark.parametrize("again", ["rebuild", "repair"])
def test_what_was_not_published_is_found_and_added(engine: sa.Engine, again: str) -> None:
    project(engine, life())
    wanted = seen(engine, BROKER)
    with writing(engine) as session:
        session.execute(sa.delete(_PUBLISHED))
        session.execute(sa.delete(PublishedHeadRow.table()))
    findings = list(verify(engine))
    assert {(found.what, found.version, found.detail) for found in findings} == {
        (DiscrepancyKind.EVENT_UNPUBLISHED, version, code) for version in (1, 2, 3) for code in (BROKER, IMPORTER)
    }
    if again == "rebuild":
        rebuild(engine)
    else:
        repair_rows(engine, findings)
    assert (list(verify(engine)), seen(engine, BROKER)) == ([], wanted)


def test_a_deleted_draft_is_told_with_nothing_of_its_contents(engine: sa.Engine) -> None:
    project(engine, [created(), deleted(version=2)])
    last = all_of(engine, BROKER)[-1].cloud_event()
    assert (last["type"], last["data"]["state"]) == ("yuyue.appointment.deleted", "deleted")
    assert set(last["data"]) == {"pre_entry_no", "version", "action", "before", "state", "due_at"}


def test_every_question_has_its_index(engine: sa.Engine) -> None:
    project(engine, life())
    with counting(engine) as statements:
        end = read(engine, lambda session: last_position(session, BROKER))
        read(engine, lambda session: published_after(session, BROKER, end, limit=100))
        read(engine, lambda session: published_at(session, BROKER, [1, 2]))
        project(engine, [created(numbered(2))])
        rebuild(engine)
    tables = ("published_events", "published_heads", "appointment_events")
    assert scans(engine, statements, *tables) == []
