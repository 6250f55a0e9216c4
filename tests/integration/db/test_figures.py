"""Figures by day and port: lives made by hand, and what they add up to counted by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import figure_rows
from db.backfill import backfill, without_figures
from db.engine import read, writing
from db.projections import project, rebuild
from db.queries import FigureFilter, Figures, figures
from db.repair import repair_rows
from db.tables import FigureRow
from db.verify import DiscrepancyKind, verify
from domain.appointment import Content, Deadlines, State
from domain.event import Action, Event
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import appointment, created, event

#: Monday 2026-11-23 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = FigureFilter(date(2026, 11, 23), date(2026, 11, 29))
#: 24:00 of Friday 2026-11-27 in Shanghai.
FRIDAY_ENDS = datetime(2026, 11, 27, 16, tzinfo=UTC)


class Life:
    """One application: submitted ``lead`` before its cut-off, then events in their order."""

    def __init__(self, number: int, submitted: datetime, *, port: str = "2233", lead: timedelta = HOUR) -> None:
        self.number = f"2026{number:014}"
        content = Content(consignee_code="3122260003", declaration_port=port, window_start=submitted + 3 * DAY)
        self.changes: dict[str, Any] = {"content": content, "created_at": submitted - HOUR, "submitted_at": submitted}
        self.changes |= {"deadlines": Deadlines(submit_by=submitted + lead)}
        self.events: list[Event] = [created(self.number, content=content)]
        self.then(Action.SUBMITTED, State.SUBMITTED, submitted)

    def then(self, action: Action, state: State, at: datetime, **more: Any) -> "Life":
        version = len(self.events) + 1
        after = appointment(self.number, version, state, **(self.changes | {"updated_at": at}))
        self.events.append(event(after, action, self.events[-1].after, **({"received_at": at} | more)))
        return self

    def approved(self, after: timedelta) -> "Life":
        return self.then(Action.APPROVED, State.SUCCEEDED, self.changes["submitted_at"] + after)

    def returned(self, after: timedelta) -> "Life":
        return self.then(Action.RETURNED, State.RETURNED, self.changes["submitted_at"] + after)

    def deadline(self, action: Action, state: State, due: datetime = FRIDAY_ENDS) -> "Life":
        return self.then(action, state, due + HOUR, due_at=due, received_at=None)


def lived(engine: sa.Engine) -> None:
    """Six applications at two ports; 4 answers of customs, 1 lapse, 3 deadlines of which 2 were missed."""
    lives = (
        Life(1, MONDAY, lead=4 * HOUR).approved(HOUR).deadline(Action.OVERDUE, State.COMPLETED_WITHOUT_FEEDBACK),
        Life(2, MONDAY, lead=2 * HOUR).approved(3 * HOUR).deadline(Action.FEEDBACK_CLOSED, State.COMPLETED),
        Life(3, MONDAY + DAY).returned(2 * HOUR),
        Life(4, MONDAY, port="2248", lead=10 * HOUR)
        .approved(25 * HOUR)
        .deadline(Action.OVERDUE, State.COMPLETED_WITHOUT_FEEDBACK)
        .then(Action.RELEASED, State.RELEASED, FRIDAY_ENDS + DAY),
        Life(5, MONDAY, port="2248").deadline(Action.LAPSED, State.RETURNED),
        Life(6, MONDAY + 6 * DAY + 15 * HOUR),  # Monday 00:00 in Shanghai: the next week
    )
    for each in lives:
        project(engine, each.events)
    project(engine, [created("202600000000000009")])


def minutes(found: Mapping[str, Figures], name: str) -> dict[str, int | None]:
    return {label: getattr(each, f"{name}_minutes") for label, each in found.items()}


def by_port(engine: sa.Engine, wanted: FigureFilter = WEEK) -> Mapping[str, Figures]:
    return read(engine, lambda session: figures(session, wanted, "port")).groups


def test_by_port_they_are_what_is_counted_by_hand(engine: sa.Engine) -> None:
    lived(engine)
    found = by_port(engine)
    pudong, yangshan = found["2233"], found["2248"]
    assert (pudong.applications, pudong.approvals, pudong.returns, pudong.lapsed) == (3, 2, 1, 0)
    assert (yangshan.applications, yangshan.approvals, yangshan.returns, yangshan.lapsed) == (2, 1, 0, 1)
    assert (pudong.due, pudong.overdue, yangshan.due, yangshan.overdue) == (2, 1, 1, 1), "released, but overdue"
    assert minutes(found, "answer_median") == {"2233": 120, "2248": 1500}
    assert minutes(found, "answer_p90") == {"2233": 180, "2248": 1500}, "a lapse is no answer of customs"
    assert minutes(found, "lead_median") == {"2233": 120, "2248": 60}
    assert minutes(found, "lead_p10") == {"2233": 60, "2248": 60}


def test_by_day_each_figure_is_on_the_day_on_which_it_happened(engine: sa.Engine) -> None:
    lived(engine)
    found = read(engine, lambda session: figures(session, WEEK, "day")).groups
    told = {
        day: (each.applications, each.approvals, each.returns, each.lapsed, each.due) for day, each in found.items()
    }
    assert told == {
        "2026-11-23": (4, 2, 0, 0, 0),
        "2026-11-24": (1, 1, 1, 0, 0),
        "2026-11-27": (0, 0, 0, 0, 3),
        "2026-11-28": (0, 0, 0, 1, 0),
    }


def test_the_total_and_one_port_are_of_the_same_rows(engine: sa.Engine) -> None:
    lived(engine)
    total = read(engine, lambda session: figures(session, WEEK, "port")).total
    assert (total.applications, total.approvals, total.returns, total.due, total.overdue) == (5, 3, 1, 3, 2)
    assert (total.answer_median_minutes, total.answer_p90_minutes) == (120, 1500)
    one = read(engine, lambda session: figures(session, WEEK._replace(port="2248"), "day"))
    assert one.total == by_port(engine)["2248"]
    assert by_port(engine, WEEK._replace(port="0101")) == {}


def test_a_number_that_customs_strikes_after_the_deadline_makes_it_overdue_on_the_day_of_the_deadline(
    engine: sa.Engine,
) -> None:
    life = Life(1, MONDAY).approved(HOUR).deadline(Action.FEEDBACK_CLOSED, State.COMPLETED)
    project(engine, life.events)
    assert by_port(engine)["2233"].overdue == 0
    life.then(Action.FEEDBACK_REFUSED, State.COMPLETED_WITHOUT_FEEDBACK, FRIDAY_ENDS + DAY)
    project(engine, life.events)
    found = read(engine, lambda session: figures(session, WEEK, "day")).groups
    assert {day: each.overdue for day, each in found.items() if each.due} == {"2026-11-27": 1}


def test_they_are_rebuilt_filled_in_proven_and_mended(engine: sa.Engine) -> None:
    lived(engine)
    wanted = by_port(engine)
    rows = FigureRow.table()
    for again in (backfill, rebuild):
        with writing(engine) as session:
            session.execute(sa.delete(rows))
        again(engine)
        assert by_port(engine) == wanted
    with writing(engine) as session:
        session.execute(sa.update(rows).where(rows.c.port == "2248", rows.c.due_on.is_not(None)).values(overdue=False))
    findings = list(verify(engine))
    assert [found.what for found in findings] == [DiscrepancyKind.FIGURES_DIFFER]
    repair_rows(engine, findings)
    assert (list(verify(engine)), by_port(engine)) == ([], wanted)


def test_a_submission_that_was_lost_counts_no_more(engine: sa.Engine) -> None:
    life = Life(1, MONDAY)
    project(engine, life.events)
    draft = life.events[0].appointment.model_copy(update={"version": 2, "updated_at": MONDAY + HOUR})
    project(engine, [event(draft, Action.SAVED)], durable=True)
    assert by_port(engine) == {}


@pytest.mark.parametrize("by", ["day", "port"])
@pytest.mark.parametrize("port", [None, "2233"])
def test_every_question_has_its_index(engine: sa.Engine, by: Any, port: str | None) -> None:
    lived(engine)
    with counting(engine) as seen:
        read(engine, lambda session: figures(session, WEEK._replace(port=port), by))
        read(engine, lambda session: session.execute(without_figures("")).all())
        with writing(engine) as session:
            figure_rows.sync(session, Life(1, MONDAY).events[-1].appointment)
    assert scans(engine, seen, "appointment_figures", "appointment_events") == []
