"""Who may apply 新增预约, and what a refusal gives away."""

from datetime import date
from typing import Any

import pytest

from domain.decision import Purpose
from domain.eligibility import unqualified_reason
from domain.enterprise import Grade, Qualification
from domain.facts import Block
from domain.problems import Fault, explain
from tests.unit.domain.builders import BROKER, IMPORTER, codes, content, decide, enterprise, facts, fields, instant

STRANGER = "3122260009"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"qualification": Qualification.NOT_REGISTERED}, "not_registered"),
        ({"qualification": Qualification.EXPIRED}, "expired"),
        ({"qualification": Qualification.CANCELLED}, "cancelled_registration"),
        ({"valid_until": date(2026, 11, 23)}, "expired"),
    ],
)
def test_an_enterprise_without_qualification_may_not_apply(changes: dict[str, Any], reason: str) -> None:
    for role, code, field in (("applicant", BROKER, "applicant"), ("consignee", IMPORTER, "consignee_code")):
        [fault] = decide(facts=facts(**{role: enterprise(code, **changes)})).faults
        assert (fault.code, fault.field) == ("eligibility.unqualified", field)
        assert fault.facts == {"role": role, "enterprise": code, "reason": reason}


def test_an_enterprise_the_register_does_not_know_is_unqualified() -> None:
    for purpose in Purpose:
        faults = decide(purpose, facts=facts(applicant=None, consignee=None)).faults
        assert [(fault.field, fault.facts["reason"]) for fault in faults] == [
            ("applicant", "unknown"),
            ("consignee_code", "unknown"),
        ]


def test_the_last_valid_day_counts_until_24_00_in_shanghai() -> None:
    holder = enterprise(valid_until=date(2026, 11, 24))
    application = content(window_start=instant("12-05 20:00"))
    assert (
        decide(content=application, facts=facts(applicant=holder), received_at=instant("11-24 23:59:59.999999")).faults
        == ()
    )
    late = decide(content=application, facts=facts(applicant=holder), received_at=instant("11-25 00:00"))
    assert codes(late.faults) == ["eligibility.unqualified"]
    assert unqualified_reason(enterprise(valid_until=None), date(2099, 1, 1)) is None


@pytest.mark.parametrize("grade", [Grade.DISHONEST, Grade.SEVERELY_DISHONEST])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_dishonest_party_is_refused_in_the_manual_s_words(grade: Grade, purpose: Purpose) -> None:
    for role, code in (("applicant", BROKER), ("consignee", IMPORTER)):
        [fault] = decide(purpose, facts=facts(**{role: enterprise(code, grade=grade)})).faults
        assert fault.code == "eligibility.dishonest"
        assert "失信企业不允许操作" in explain(fault, "zh")["message"]
        assert "失信企业不允许操作" in explain(fault, "en")["message"]


def test_the_consignee_is_checked_when_it_is_entered_or_changed_and_on_submit() -> None:
    world = facts(consignee=enterprise(IMPORTER, grade=Grade.DISHONEST))
    assert codes(decide(Purpose.CREATE, facts=world).faults) == ["eligibility.dishonest"]
    assert codes(decide(Purpose.SAVE, facts=world).faults) == ["eligibility.dishonest"]
    assert codes(decide(Purpose.SAVE, facts=world, known_consignee=STRANGER).faults) == ["eligibility.dishonest"]
    assert codes(decide(Purpose.SAVE, facts=world, known_consignee=IMPORTER).faults) == []
    assert codes(decide(Purpose.SUBMIT, facts=world, known_consignee=IMPORTER).faults) == ["eligibility.dishonest"]


def test_a_draft_without_a_consignee_checks_the_applicant_alone() -> None:
    application = content(consignee_code=None)
    assert decide(Purpose.CREATE, content=application, facts=facts(consignee=None)).faults == ()


def test_an_enterprise_that_is_both_parties_is_named_once() -> None:
    holder = enterprise(BROKER, grade=Grade.DISHONEST)
    decision = decide(content=content(consignee_code=BROKER), facts=facts(applicant=holder, consignee=holder))
    assert fields(decision.faults) == [("eligibility.dishonest", "applicant")]


def _overdue(*blocks: Block) -> Fault:
    [fault] = decide(facts=facts(blocks=blocks)).faults
    assert fault.code == "eligibility.overdue"
    return fault


def test_the_applicant_s_own_block_is_named_whichever_party_it_was() -> None:
    for block in (Block(BROKER, "N1", BROKER, STRANGER), Block(BROKER, "N1", STRANGER, BROKER)):
        fault = _overdue(block)
        assert (fault.field, fault.facts["pre_entry_nos"]) == ("applicant", ["N1"])
        assert "N1" in explain(fault, "zh")["message"]


def test_a_consignee_s_block_is_named_only_to_a_party_of_it() -> None:
    shared = _overdue(Block(IMPORTER, "N1", BROKER, IMPORTER), Block(IMPORTER, "N2", STRANGER, IMPORTER))
    assert (shared.field, shared.facts["pre_entry_nos"]) == ("consignee_code", ["N1"])

    foreign = _overdue(Block(IMPORTER, "N2", STRANGER, IMPORTER))
    assert foreign.facts == {"role": "consignee", "enterprise": IMPORTER, "pre_entry_nos": []}
    for language in ("zh", "en"):
        told = str(explain(foreign, language))
        assert "N2" not in told
        assert STRANGER not in told
        assert "（）" not in told
        assert "()" not in told


def test_a_block_of_another_enterprise_does_not_matter() -> None:
    assert decide(facts=facts(blocks=(Block(STRANGER, "N1", STRANGER, BROKER),))).faults == ()


def test_nothing_of_a_foreign_block_stands_in_the_decision() -> None:
    decision = decide(facts=facts(blocks=(Block(IMPORTER, "N2", STRANGER, None),)))
    assert STRANGER not in decision.model_dump_json()
    assert "N2" not in decision.model_dump_json()
