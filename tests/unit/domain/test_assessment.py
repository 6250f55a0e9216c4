"""The whole of the rules at once: drafts loosely, declarations fully, every fault in one answer."""

from datetime import UTC, date
from typing import Any

import pytest

from domain.appointment import Content, Deadlines, GoodsLine
from domain.assessment import when
from domain.calendar import Day, WorkingSession
from domain.content import REQUIRED
from domain.decision import Decision, Purpose
from domain.enterprise import Grade
from domain.facts import Block, Tariff
from domain.policy import CalendarPolicy, Policy
from tests.unit.domain.builders import (
    BROKER,
    IMPORTER,
    POLICY,
    PUDONG,
    YANGSHAN,
    calendar,
    codes,
    content,
    decide,
    enterprise,
    facts,
    fields,
    instant,
)

DRAFTS = (Purpose.CREATE, Purpose.SAVE)


def test_an_application_without_faults_gets_parties_level_and_instants() -> None:
    decision = decide()
    assert decision.faults == ()
    assert decision.applicant == enterprise(BROKER).party()
    assert decision.consignee == enterprise(IMPORTER).party()
    assert decision.window_end == instant("11-28 22:00")
    assert decision.policy_version == POLICY.version
    assert decision.deadlines == Deadlines(
        submit_by=instant("11-27 13:00"), cancel_before=instant("11-28 20:00"), feedback_by=instant("12-04 00:00")
    )
    instants = (decision.window_end, *decision.deadlines.model_dump().values())
    assert {one.tzinfo for one in instants if one} == {UTC}


def test_a_decision_keeps_what_it_rests_on() -> None:
    assert decide().facts == {
        "rules": ["required", "formats", "goods", "eligibility", "ports", "window", "calendar", "cutoff"],
        "policy_version": POLICY.version,
        "received_at": "2026-11-24T12:00:00+08:00",
        "credit_table": "2026-04-01",
        "governing": "declaration_port",
        "feedback_reading": "natural_days",
        "cutoff_enforced": True,
        "submit_by": "2026-11-27T13:00:00+08:00",
        "closing": "2026-11-27T17:00:00+08:00",
        "notice_hours": 4,
        "same_port": True,
        "port": PUDONG,
        "calendar_day": "2026-11-27",
        "calendar_layer": "national",
    }


def test_an_empty_draft_is_welcome_and_an_empty_declaration_names_every_field() -> None:
    for purpose in DRAFTS:
        assert decide(purpose, content=Content(), facts=facts(consignee=None)).faults == ()
    decision = decide(content=Content(), facts=facts(consignee=None))
    assert fields(decision.faults) == [*(("field.required", name) for name in REQUIRED), ("goods.required", "goods")]


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_missed_by_itself(name: str) -> None:
    faults = decide(content=content(**{name: None})).faults
    assert fields(faults) == [("field.required", name)]


def test_all_faults_come_at_once() -> None:
    broken = content(
        contact_name=None,
        declaration_port="9999",
        entry_exit_port="22",
        transport_mode="Q",
        window_start=instant("11-20 10:30"),
        goods=(GoodsLine(hs_code="0301", name="鱼" * 4001), GoodsLine()),
    )
    world = facts(
        applicant=enterprise(BROKER, grade=Grade.DISHONEST, valid_until=date(2026, 1, 1)),
        consignee=None,
        blocks=(Block(BROKER, "N1", BROKER, None),),
    )
    assert sorted(fields(decide(content=broken, facts=world).faults), key=str) == [
        ("eligibility.dishonest", "applicant"),
        ("eligibility.overdue", "applicant"),
        ("eligibility.unqualified", "applicant"),
        ("eligibility.unqualified", "consignee_code"),
        ("field.invalid", "declaration_port"),
        ("field.invalid", "entry_exit_port"),
        ("field.invalid", "goods[0].hs_code"),
        ("field.invalid", "transport_mode"),
        ("field.required", "contact_name"),
        ("field.required", "goods[1].hs_code"),
        ("field.required", "goods[1].name"),
        ("goods.names_too_long", "goods"),
        ("window.past", "window_start"),
        ("window.step", "window_start"),
    ]


def test_all_time_rules_are_told_together() -> None:
    decision = decide(content=content(window_start=instant("11-24 10:30")), received_at=instant("11-24 12:00"))
    assert codes(decision.faults) == ["window.past", "window.step", "window.working_time", "cutoff.passed"]


def test_a_wrong_entry_exit_port_does_not_hide_working_time() -> None:
    broken = content(entry_exit_port=None, window_start=instant("11-25 10:00"))
    assert codes(decide(content=broken).faults) == ["field.required", "window.working_time"]


def test_a_missing_day_is_one_fault_though_two_rules_miss_it() -> None:
    gap = {PUDONG: calendar(without=[date(2026, 11, 28)])}
    assert codes(decide(facts=facts(calendars=gap)).faults) == ["calendar.missing"]


@pytest.mark.parametrize("purpose", DRAFTS)
@pytest.mark.parametrize("start", ["11-25 10:00", "11-20 20:00", "11-28 20:30", "11-24 20:00"])
def test_a_draft_is_not_refused_for_its_window(purpose: Purpose, start: str) -> None:
    assert decide(purpose, content=content(window_start=instant(start))).faults == ()


def test_a_draft_tells_the_latest_moment_when_it_can() -> None:
    for purpose in DRAFTS:
        deadlines = decide(purpose).deadlines
        assert deadlines == Deadlines(submit_by=instant("11-27 13:00"), cancel_before=instant("11-28 20:00"))
        no_port = decide(purpose, content=content(entry_exit_port=None)).deadlines
        assert no_port == Deadlines(cancel_before=instant("11-28 20:00"))
        unbookable = decide(purpose, content=content(window_start=instant("11-25 10:00"))).deadlines
        assert unbookable == Deadlines(cancel_before=instant("11-25 10:00"))
        assert decide(purpose, content=content(window_start=None)).deadlines == Deadlines()


def test_a_draft_is_refused_for_what_is_malformed() -> None:
    broken = content(consignee_code="31", declaration_port="22A3", transport_mode="Q", goods=(GoodsLine(hs_code="03"),))
    for purpose in DRAFTS:
        assert fields(decide(purpose, content=broken).faults) == [
            ("field.invalid", "consignee_code"),
            ("field.invalid", "declaration_port"),
            ("field.invalid", "transport_mode"),
            ("field.invalid", "goods[0].hs_code"),
        ]


def test_a_port_outside_the_table_may_stand_in_a_draft_only() -> None:
    elsewhere = content(declaration_port="9999")
    assert decide(Purpose.SAVE, content=elsewhere).faults == ()
    [fault] = decide(content=elsewhere).faults
    assert (fault.code, fault.field, fault.facts) == ("field.invalid", "declaration_port", {"reason": "unknown_port"})


def test_a_code_outside_the_tariff_may_stand_in_a_draft_only() -> None:
    other = facts(tariff=Tariff(date(2026, 11, 28), frozenset()))
    assert decide(Purpose.SAVE, facts=other).faults == ()
    assert fields(decide(facts=other).faults) == [("goods.hs_code_unknown", "goods[0].hs_code")]


def test_both_calendars_must_be_closed_when_both_govern() -> None:
    saturday = Day(date(2026, 11, 28), "override", (WorkingSession(19 * 60, 23 * 60),))
    world = facts(calendars={PUDONG: calendar(), YANGSHAN: calendar(YANGSHAN, overrides=[saturday])})
    application = content(entry_exit_port=YANGSHAN)
    assert decide(content=application, facts=world).faults == ()
    both = Policy(calendar=CalendarPolicy(governing="both"))
    [fault] = decide(content=application, facts=world, policy=both).faults
    assert (fault.code, fault.facts["port"]) == ("window.working_time", YANGSHAN)


def test_a_decision_survives_the_journey_as_json() -> None:
    decision = decide(content=content(window_start=instant("11-25 10:00")))
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def _when(**changes: Any) -> Decision:
    question: dict[str, Any] = {
        "declaration_port": PUDONG,
        "entry_exit_port": PUDONG,
        "window_start": instant("11-28 20:00"),
        "facts": facts(consignee=None),
        "policy": POLICY,
        "received_at": instant("11-24 12:00"),
    }
    return when(**(question | changes))


def test_the_question_when_is_answered_with_the_latest_moment() -> None:
    answer = _when()
    assert answer.faults == ()
    assert answer.deadlines.submit_by == instant("11-27 13:00")
    assert answer.facts["closing"] == "2026-11-27T17:00:00+08:00"


def test_too_late_it_still_tells_what_the_latest_moment_was() -> None:
    answer = _when(received_at=instant("11-27 13:00:01"))
    assert codes(answer.faults) == ["cutoff.passed"]
    assert answer.deadlines.submit_by == instant("11-27 13:00")


def test_an_unbookable_window_has_no_latest_moment() -> None:
    answer = _when(window_start=instant("11-25 10:00"))
    assert codes(answer.faults) == ["window.working_time"]
    assert answer.deadlines.submit_by is None


def test_the_question_counts_the_consignee_when_it_is_named() -> None:
    regular = facts(consignee=enterprise(IMPORTER, grade=Grade.REGULAR))
    assert _when(facts=regular, consignee_code=IMPORTER).deadlines.submit_by == instant("11-27 09:00")
    blocked = facts(blocks=(Block(IMPORTER, "N1", "3122260009", IMPORTER),))
    assert codes(_when(facts=blocked, consignee_code=IMPORTER).faults) == ["eligibility.overdue"]
    assert codes(_when(facts=blocked).faults) == []
    assert codes(_when(consignee_code=IMPORTER).faults) == ["eligibility.unqualified"]


def test_the_question_may_be_asked_without_an_applicant() -> None:
    nobody = facts(applicant_code="", applicant=None, consignee=None)
    answer = _when(facts=nobody)
    assert answer.faults == ()
    assert answer.deadlines.submit_by == instant("11-27 09:00")


def test_the_question_names_ports_that_do_not_exist() -> None:
    answer = _when(declaration_port="9999", entry_exit_port="22")
    assert fields(answer.faults) == [("field.invalid", "entry_exit_port"), ("field.invalid", "declaration_port")]
