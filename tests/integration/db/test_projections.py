"""Events are written once, in order, chained; read rows follow the newest version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import queries
from db.engine import connect, reading, writing
from db.events import Contradiction, OutOfOrder
from db.projections import project, rebuild
from db.tables import AppointmentRow, ClaimRow, ContentRow, DeliveryRow, EventRow
from db.tables.base import Table
from db.verify import verify
from domain.appointment import Appointment, Attention, State
from domain.event import Action, Event
from tests.integration.db.plans import counting, scans
from tests.integration.db.servers import Make
from tests.integration.db.stories import (
    BROKER,
    NUMBER,
    appointment,
    approved,
    created,
    deleted,
    event,
    fed_back,
    life,
    parked,
    submitted,
)


def rows(engine: sa.Engine, row: type[Table]) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its key."""
    table = row.table()
    with reading(engine) as session:
        found = session.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        return [dict(each) for each in found]


def newest(engine: sa.Engine, number: str = NUMBER) -> Appointment | None:
    with reading(engine) as session:
        return queries.appointment(session, number, viewer=None)


def test_an_event_stands_in_all_its_tables_at_once(engine: sa.Engine) -> None:
    story = life()
    for happened in story:
        project(engine, [happened])
    assert newest(engine) == story[-1].appointment
    assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3]
    assert [row["version"] for row in rows(engine, ContentRow)] == [1, 2, 3]
    (row,) = rows(engine, AppointmentRow)
    assert (row["state"], row["version"], row["creation_key"]) == ("succeeded", 3, f"key-{NUMBER}")
    (delivery,) = rows(engine, DeliveryRow)
    assert (delivery["message_id"], delivery["state"], delivery["version"]) == (f"apply-{NUMBER}", "pending", 2)


def test_several_events_at_once_are_the_same_as_one_by_one(engine: sa.Engine) -> None:
    project(engine, life())
    for happened in life("202600000000000002"):
        project(engine, [happened])
    first, second = rows(engine, AppointmentRow)
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"pre_entry_no", "creation_key", "snapshot"}
    assert len(rows(engine, EventRow)) == 6


def test_each_event_is_chained_to_the_one_before(engine: sa.Engine) -> None:
    project(engine, life())
    one, two, three = rows(engine, EventRow)
    assert one["previous_hash"] == "0" * 64
    assert (two["previous_hash"], three["previous_hash"]) == (one["hash"], two["hash"])


@pytest.mark.parametrize("again", [slice(0, 3), slice(0, 1), slice(1, 3), slice(2, 3)])
def test_asked_again_it_writes_nothing(engine: sa.Engine, again: slice) -> None:
    project(engine, life())
    before = [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow, DeliveryRow)]
    project(engine, life()[again])
    assert [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow, DeliveryRow)] == before


def test_a_batch_that_is_partly_there_is_completed(engine: sa.Engine) -> None:
    project(engine, life()[:2])
    project(engine, life())
    found = newest(engine)
    assert found is not None
    assert found.version == 3


@pytest.mark.parametrize(
    "other",
    [
        submitted(credit_level="general"),
        submitted().model_copy(update={"decision": {"rules": []}}),
        submitted().model_copy(update={"reason": "sealed:v1:k1:CCCC"}),
        submitted().model_copy(update={"outgoing": None}),
        submitted().model_copy(update={"command_hash": "another body"}),
    ],
)
def test_the_same_version_saying_something_else_is_refused_and_changes_nothing(engine: sa.Engine, other: Any) -> None:
    project(engine, life()[:2])
    before = [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow)]
    with pytest.raises(Contradiction):
        project(engine, [other, approved()])
    assert [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow)] == before


@pytest.mark.parametrize("durable", [False, True])
def test_the_same_event_told_by_another_run_changes_nothing(engine: sa.Engine, durable: bool) -> None:
    project(engine, life())
    before = [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow)]
    project(engine, [submitted().model_copy(update={"run_id": "the run after a reset"})], durable=durable)
    assert [rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow)] == before


def test_what_a_lost_attempt_wrote_is_void_once_the_workflow_goes_another_way(engine: sa.Engine) -> None:
    lost = [submitted(), approved()]
    project(engine, [created(), *lost])
    saved = later(event(appointment(version=2), Action.SAVED), lost[-1])
    project(engine, [saved])
    with reading(engine) as session:
        assert [each.action for each in queries.timeline(session, NUMBER)] == [Action.CREATED, Action.SAVED]
        found = queries.appointment(session, NUMBER, viewer=None)
        assert queries.snapshot(session, NUMBER, 3) is None
    assert found == saved.appointment
    assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3, 2]
    assert rows(engine, DeliveryRow) == []
    assert list(verify(engine)) == []
    rebuild(engine)
    assert list(verify(engine)) == []


def test_the_same_attempt_gone_through_again_later_counts_as_its_own(engine: sa.Engine) -> None:
    project(engine, [created(), submitted()])
    again = later(submitted(), submitted())
    project(engine, [again])
    project(engine, [again, approved()])
    assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 2, 3]
    assert len(rows(engine, DeliveryRow)) == 1
    assert list(verify(engine)) == []


def test_an_attempt_that_was_overtaken_has_nothing_more_to_say(engine: sa.Engine) -> None:
    project(engine, [created(), submitted()])
    again = later(submitted(), submitted())
    project(engine, [again])
    project(engine, [submitted()])
    with reading(engine) as session:
        assert queries.appointment(session, NUMBER, viewer=None) == again.appointment


def test_of_two_words_of_one_instant_the_durable_one_holds(engine: sa.Engine) -> None:
    """A task gone through twice, the second time without the receipt that was lost with the server."""
    lost = [at_once(approved(), submitted()), at_once(parked(version=4), submitted())]
    project(engine, [created(), submitted(), *lost])
    truth = at_once(
        event(appointment(version=3, state=State.SUBMITTED), Action.UNDECIDED, State.SUBMITTED), submitted()
    )
    with pytest.raises(Contradiction):
        project(engine, [truth])
    for _ in range(2):
        project(engine, [truth], durable=True)
        assert newest(engine) == truth.appointment
        assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3, 4, 3]
    assert list(verify(engine)) == []
    with pytest.raises(Contradiction):
        project(engine, lost)  # still under way when it was overruled
    assert newest(engine) == truth.appointment


def test_a_durable_word_that_comes_late_does_not_undo_what_came_after_it(engine: sa.Engine) -> None:
    project(engine, [created(), submitted()], durable=True)
    project(engine, [approved()])
    project(engine, [created(), submitted()], durable=True)
    assert newest(engine) == approved().appointment
    assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3]


def at_once(happened: Event, with_: Event) -> Event:
    """The event as the workflow task of another one writes it."""
    shown = happened.appointment.model_copy(update={"updated_at": with_.at})
    return happened.model_copy(update={"at": with_.at, "appointment": shown})


def later(happened: Event, than: Event) -> Event:
    """The event as a workflow task writes it that comes a second after another one."""
    at = than.at + timedelta(seconds=1)
    shown = happened.appointment.model_copy(update={"updated_at": at})
    return happened.model_copy(update={"at": at, "appointment": shown})


def test_an_event_before_its_turn_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(OutOfOrder):
        project(engine, [submitted()])
    project(engine, [created()])
    with pytest.raises(OutOfOrder):
        project(engine, [approved()])
    assert [row["version"] for row in rows(engine, EventRow)] == [1]


def test_events_of_two_appointments_are_not_one_call(engine: sa.Engine) -> None:
    with pytest.raises(ValueError, match="one appointment"):
        project(engine, [created(), created("202600000000000002")])
    assert rows(engine, EventRow) == []


def test_no_events_change_nothing(engine: sa.Engine) -> None:
    project(engine, [])
    assert rows(engine, EventRow) == []


def test_a_snapshot_written_with_fewer_fields_is_still_the_same_event(engine: sa.Engine) -> None:
    """Snapshots of an older version lack the fields that were added since."""
    project(engine, [created()])
    contents = ContentRow.table()
    with writing(engine) as session:
        text = session.execute(sa.select(contents.c.appointment)).scalar_one()
        fewer = text.replace('"cancel_confirmed_at":null,', "")
        assert fewer != text
        session.execute(sa.update(contents).values(appointment=fewer))
    project(engine, [created(), submitted()])
    found = newest(engine)
    assert found is not None
    assert found.state is State.SUBMITTED


def test_the_same_version_projected_by_many_at_once_is_written_once(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda _: project(engine, life()), range(24)))
    assert done == [None] * 24
    assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3]
    assert newest(engine) == approved().appointment


def test_many_appointments_at_once(engine: sa.Engine) -> None:
    numbers = [f"2026{serial:014}" for serial in range(40)]

    def live(number: str) -> None:
        for happened in life(number):
            project(engine, [happened])

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(live, numbers)) == [None] * 40
    assert {(row["pre_entry_no"], row["version"]) for row in rows(engine, AppointmentRow)} == {(n, 3) for n in numbers}


@pytest.mark.parametrize(
    "change",
    ["UPDATE appointment_events SET actor_id = 'somebody'", "DELETE FROM appointment_events"],
)
def test_the_database_itself_refuses_to_change_events(engine: sa.Engine, change: str) -> None:
    project(engine, [deleted(version=1)])
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as session:
        session.connection().exec_driver_sql(change)
    assert len(rows(engine, EventRow)) == 1


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_events(postgres_maker: Make, tmp_path: Path) -> None:
    engine = connect(postgres_maker(tmp_path))
    project(engine, [created()])
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as session:
        session.connection().exec_driver_sql("TRUNCATE appointment_events CASCADE")
    engine.dispose()


class TestErasure:
    """A deleted draft leaves number, who and when."""

    def test_contents_of_all_versions_go_and_the_events_stay(self, engine: sa.Engine) -> None:
        project(engine, [created()])
        project(engine, [event(appointment(version=2), reason="sealed:v1:k1:DDDD")])
        project(engine, [deleted()])
        assert [row["version"] for row in rows(engine, EventRow)] == [1, 2, 3]
        assert [row["version"] for row in rows(engine, ContentRow)] == [3]
        everything = repr([rows(engine, table) for table in (EventRow, ContentRow, AppointmentRow)])
        assert "sealed:" not in everything
        assert "其他活鱼" not in everything

    def test_also_when_it_comes_in_one_batch(self, engine: sa.Engine) -> None:
        project(engine, [created(), event(appointment(version=2)), deleted()])
        assert [row["version"] for row in rows(engine, ContentRow)] == [3]

    def test_a_late_repetition_does_not_bring_them_back(self, engine: sa.Engine) -> None:
        project(engine, [created(), event(appointment(version=2)), deleted()])
        project(engine, [created()])
        project(engine, [created(), event(appointment(version=2)), deleted()])
        assert [row["version"] for row in rows(engine, ContentRow)] == [3]

    def test_the_number_is_still_known(self, engine: sa.Engine) -> None:
        project(engine, [created(), event(appointment(version=2)), deleted()])
        with reading(engine) as session:
            assert queries.number_owner(session, NUMBER) == (BROKER, f"key-{NUMBER}")
            made = queries.creation_event(session, BROKER, f"key-{NUMBER}")
            assert made is not None
            assert (made.command_hash, made.appointment) == ("hash-1", None)
            assert [each.action for each in queries.timeline(session, NUMBER)] == [
                Action.CREATED,
                Action.SAVED,
                Action.DELETED,
            ]


def test_one_key_creates_one_draft(engine: sa.Engine) -> None:
    project(engine, [created()])
    stranger = created("202600000000000002").model_copy(update={"command_key": f"key-{NUMBER}"})
    with pytest.raises(sa.exc.IntegrityError):
        project(engine, [stranger])
    assert len(rows(engine, EventRow)) == 1


def test_an_error_of_the_database_does_not_tell_what_people_wrote(engine: sa.Engine) -> None:
    project(engine, [created()])
    stranger = created("202600000000000002").model_copy(update={"command_key": f"key-{NUMBER}"})
    with pytest.raises(sa.exc.IntegrityError) as refused:
        project(engine, [stranger])
    assert "sealed:" not in str(refused.value)


class TestRebuild:
    """Read rows are disposable."""

    def test_the_rows_come_back_as_they_were(self, engine: sa.Engine) -> None:
        project(engine, [*life(), fed_back(["223320261000000001"])])
        project(engine, [created("202600000000000002")])
        project(engine, [deleted("202600000000000003", version=1)])
        before = [rows(engine, table) for table in (AppointmentRow, ClaimRow, DeliveryRow)]
        with writing(engine) as session:
            session.execute(sa.delete(AppointmentRow.table()))
            session.execute(sa.delete(ClaimRow.table()))
        assert rebuild(engine) == 3
        assert [rows(engine, table) for table in (AppointmentRow, ClaimRow, DeliveryRow)] == before

    def test_damaged_and_invented_rows_are_put_right(self, engine: sa.Engine) -> None:
        project(engine, life())
        before = rows(engine, AppointmentRow)
        table = AppointmentRow.table()
        with writing(engine) as session:
            session.execute(sa.insert(table), [before[0] | {"pre_entry_no": "2026", "creation_key": None}])
            session.execute(sa.update(table).values(version=99, state="draft", snapshot="{}"))
        assert rebuild(engine) == 1
        assert rows(engine, AppointmentRow) == before

    def test_it_goes_on_beyond_one_chunk_while_events_are_written(self, engine: sa.Engine) -> None:
        numbers = [f"2026{serial:014}" for serial in range(230)]
        for number in numbers:
            project(engine, [created(number)])
        with ThreadPoolExecutor(4) as pool:
            rebuilding = pool.submit(rebuild, engine)
            writes = list(pool.map(lambda number: project(engine, [submitted(number)]), numbers[:60]))
            assert rebuilding.result() == 230
        assert writes == [None] * 60
        versions = {row["pre_entry_no"]: row["version"] for row in rows(engine, AppointmentRow)}
        assert versions == dict.fromkeys(numbers, 1) | dict.fromkeys(numbers[:60], 2)

    def test_it_reads_no_table_from_end_to_end(self, engine: sa.Engine) -> None:
        project(engine, [created()])
        with counting(engine) as statements:
            assert rebuild(engine) == 1
        assert len(statements) > 3
        assert scans(engine, statements, "appointment_events", "appointments") == []


def test_attention_undecided_can_be_filtered(engine: sa.Engine) -> None:
    project(engine, [created(), submitted(attention=(Attention.UNDECIDED,))])
    (row,) = rows(engine, AppointmentRow)
    assert row["undecided"] is True
