"""The calendar as it is stored and loaded gives the answers of the oracle, which has it in memory."""

from random import Random

import pytest
import sqlalchemy as sa

from db import calendar, lists, queries, reference
from db.calendar import DaySet, PlanSet
from db.engine import reading, writing
from db.lists import ListEntry
from db.register_history import Origin
from db.tables import CalendarDayRow
from domain.appointment import Content
from tests.integration.db.stories import NOON
from tests.oracle.cases import PORTS, Question, World, world
from tests.oracle.compare import APPLICANT, CONSIGNEE, asked, instant, on, party, policy_of, sessions
from tests.oracle.rules import Answer, Port, answer

QUESTIONS = 25


def store(engine: sa.Engine, found: World) -> None:
    """Enters the world; both ports have the same national days."""
    lists.enter(engine, "ports", [ListEntry(code=code, name=code) for code in PORTS], Origin("officer", NOON))
    national = found.ports[PORTS[0]].national
    rows = [{"day": on(day), "working": working, "name": None} for day, working in national.items()]
    with writing(engine) as session:
        session.execute(sa.delete(CalendarDayRow))
        session.execute(sa.insert(CalendarDayRow), rows)
    for code, port in found.ports.items():
        calendar.apply_changes(engine, *_changes(code, port), by="officer", at=NOON)


def _changes(code: str, port: Port) -> list[DaySet | PlanSet]:
    days = [DaySet(code, on(day), sessions(own)) for day, own in port.overrides.items()]
    week = {weekday: sessions(own) for weekday, own in port.weekly.items()}
    return [*days, PlanSet(code, on(port.plan_from), week)]


def loaded(engine: sa.Engine, question: Question) -> Answer:
    """The system's answer by what it loads for this question."""
    case, policy = question.case, policy_of(question.case.rules)
    content = Content(
        consignee_code=CONSIGNEE,
        declaration_port=case.declaration_port,
        entry_exit_port=case.entry_exit_port,
        window_start=instant(case.start),
    )
    for code, grade in zip((APPLICANT, CONSIGNEE), question.grades, strict=True):
        reference.save_enterprise(engine, party(code, grade), Origin("officer", NOON))
    with reading(engine) as session:
        facts = queries.facts_for(session, applicant=APPLICANT, content=content, policy=policy)
    return asked(question, facts, policy)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_loaded_is_enough_for_the_rules(engine: sa.Engine, seed: int) -> None:
    chance = Random(seed)
    found = world(chance)
    store(engine, found)
    questions = list(found.questions(chance, QUESTIONS))
    assert [loaded(engine, each) for each in questions] == [answer(each.case) for each in questions]
