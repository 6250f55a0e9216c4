"""One appointment's past: what happened, which command did it, how it looked then."""

import sqlalchemy as sa

from db import queries
from db.engine import reading
from db.projections import project
from domain.event import Event
from tests.integration.db.stories import BROKER, NUMBER, STRANGER, created, life, submitted


def test_a_timeline_tells_everything_but_the_snapshots(engine: sa.Engine) -> None:
    story = life()
    project(engine, story)
    with reading(engine) as session:
        told = queries.timeline(session, NUMBER)
    names = set(Event.model_fields) - {"appointment"}
    assert [each.model_dump(include=names) for each in told] == [each.model_dump(include=names) for each in story]
    assert [each.appointment for each in told] == [None] * 3
    assert {each.pre_entry_no for each in told} == {NUMBER}


def test_a_command_is_found_by_its_key_with_its_first_answer(engine: sa.Engine) -> None:
    project(engine, life())
    with reading(engine) as session:
        did = queries.command_event(session, NUMBER, "submit-1")
        assert did is not None
        assert (did.version, did.command_hash, did.appointment) == (2, "hash-2", submitted().appointment)
        assert queries.command_event(session, NUMBER, "another key") is None
        assert queries.command_event(session, "202600000000000002", "submit-1") is None


def test_a_key_belongs_to_the_enterprise_that_used_it(engine: sa.Engine) -> None:
    project(engine, life())
    with reading(engine) as session:
        made = queries.creation_event(session, BROKER, f"key-{NUMBER}")
        assert made is not None
        assert (made.pre_entry_no, made.version, made.appointment) == (NUMBER, 1, created().appointment)
        assert queries.creation_event(session, STRANGER, f"key-{NUMBER}") is None
        assert queries.creation_event(session, BROKER, "submit-1") is None


def test_a_snapshot_of_any_version(engine: sa.Engine) -> None:
    story = life()
    project(engine, story)
    with reading(engine) as session:
        assert [queries.snapshot(session, NUMBER, version) for version in (1, 2, 3, 4)] == [
            *(each.appointment for each in story),
            None,
        ]


def test_whose_a_number_is(engine: sa.Engine) -> None:
    project(engine, life())
    with reading(engine) as session:
        assert queries.number_owner(session, NUMBER) == (BROKER, f"key-{NUMBER}")
        assert queries.number_owner(session, "202600000000000002") is None
        assert queries.timeline(session, "202600000000000002") == []


def test_every_appointment_has_its_newest_state(engine: sa.Engine) -> None:
    story = life()
    with reading(engine) as session:
        assert queries.states(session) == {}
    project(engine, story)
    with reading(engine) as session:
        assert queries.states(session) == {NUMBER: story[-1].after.value}
