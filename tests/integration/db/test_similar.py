"""Open applications that equal another one: the applicant's own, by an index."""

from typing import Any

import sqlalchemy as sa

from db import queries
from db.engine import reading
from db.projections import project
from domain.appointment import AWAITED, Appointment, Party, State
from domain.event import Action
from domain.similar import likeness
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, STRANGER, appointment, created, event


def number(serial: int) -> str:
    return f"2026{serial:014}"


def put(engine: sa.Engine, serial: int, state: State, **more: Any) -> Appointment:
    window = {"content": _content(), **more}
    project(engine, [created(number(serial), **window)])
    found = appointment(number(serial), 2, state, **window)
    if state is not State.DRAFT:
        project(engine, [event(found, Action.SUBMITTED)])
    return found


def _content(**changes: Any) -> Any:
    return appointment().content.model_copy(update={"entry_exit_port": "2202", **changes})


def alike(engine: sa.Engine, applicant: str = BROKER, *, besides: int = 99, limit: int = 9) -> list[str]:
    like = likeness(_content())
    assert like is not None
    with reading(engine) as session:
        return queries.similar(session, applicant, like, besides=number(besides), limit=limit)


def test_only_what_was_asked_for_and_is_not_over_counts(engine: sa.Engine) -> None:
    for serial, state in enumerate(State):
        put(engine, serial, state)
    open_ones = [number(serial) for serial, state in enumerate(State) if state in AWAITED]
    assert alike(engine) == open_ones
    assert alike(engine, besides=int(open_ones[0][4:])) == open_ones[1:]
    assert alike(engine, limit=1) == open_ones[:1]


def test_another_port_or_applicant_is_none_of_them_and_no_table_is_read_from_end_to_end(engine: sa.Engine) -> None:
    put(engine, 1, State.SUBMITTED, content=_content(entry_exit_port="2233"))
    put(engine, 2, State.SUBMITTED, applicant=Party(code=STRANGER, name="企业"))
    with counting(engine) as statements:
        assert alike(engine) == []
    assert scans(engine, statements, "appointments") == []
    assert alike(engine, STRANGER) == [number(2)]
