"""企业信用等级 by date."""

from datetime import date

import pytest

from domain.appointment import CreditLevel
from domain.credit import TABLES, level, lower, table_on
from domain.enterprise import Grade
from tests.unit.domain.builders import IMPORTER, codes, content, decide, enterprise, facts, instant

ADVANCED, GENERAL, FORBIDDEN = CreditLevel.ADVANCED, CreditLevel.GENERAL, CreditLevel.FORBIDDEN
DAYS = ("2021-10-31", "2021-11-01", "2026-03-31", "2026-04-01")


@pytest.mark.parametrize(
    ("grade", "levels"),
    [
        (Grade.ADVANCED_CERTIFIED, (ADVANCED, ADVANCED, ADVANCED, ADVANCED)),
        (Grade.GENERAL_CERTIFIED, (GENERAL, None, None, None)),
        (Grade.GENERAL_CREDIT, (GENERAL, None, None, None)),
        (Grade.REGULAR, (None, GENERAL, GENERAL, GENERAL)),
        (Grade.CERTIFIED, (None, None, None, GENERAL)),
        (Grade.DISHONEST, (FORBIDDEN,) * 4),
        (Grade.SEVERELY_DISHONEST, (FORBIDDEN,) * 4),
    ],
)
def test_a_grade_means_what_the_table_of_the_day_says(grade: Grade, levels: tuple[CreditLevel | None, ...]) -> None:
    assert tuple(level(grade, date.fromisoformat(day)) for day in DAYS) == levels


def test_a_table_is_named_by_its_first_day() -> None:
    versions = [table_on(date.fromisoformat(day)).version for day in DAYS]
    assert versions == ["2018-05-01", "2021-11-01", "2021-11-01", "2026-04-01"]
    assert table_on(date(2000, 1, 1)) is TABLES[0]


def test_the_lower_level_counts_and_an_unknown_one_is_no_better_than_general() -> None:
    assert lower([ADVANCED, GENERAL]) is GENERAL
    assert lower([ADVANCED, ADVANCED]) is ADVANCED
    assert lower([FORBIDDEN, ADVANCED]) is FORBIDDEN
    assert lower([ADVANCED, None]) is GENERAL
    assert lower([FORBIDDEN, None]) is FORBIDDEN
    assert lower([]) is None


def test_a_grade_of_another_time_is_refused_not_guessed() -> None:
    decision = decide(facts=facts(consignee=enterprise(IMPORTER, grade=Grade.GENERAL_CERTIFIED)))
    [fault] = decision.faults
    assert (fault.code, fault.field) == ("eligibility.credit_unknown", "consignee_code")
    assert fault.facts["credit_table"] == "2026-04-01"
    assert decision.deadlines.submit_by == instant("11-27 09:00")


def test_the_date_is_shanghai_s_at_the_moment_of_receipt() -> None:
    application = content(window_start=instant("05-09 20:00"))
    world = facts(consignee=enterprise(IMPORTER, grade=Grade.CERTIFIED))
    before = decide(content=application, facts=world, received_at=instant("03-31 23:59:59"))
    after = decide(content=application, facts=world, received_at=instant("04-01 00:00"))
    assert codes(before.faults) == ["eligibility.credit_unknown"]
    assert after.faults == ()
    assert (before.facts["credit_table"], after.facts["credit_table"]) == ("2021-11-01", "2026-04-01")
