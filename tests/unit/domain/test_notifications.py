"""Notifications: their receivers and their words."""

from datetime import timedelta
from typing import Any

import pytest

from domain.appointment import Deadlines, State
from domain.event import Action
from domain.notifications import ACTIONS, CODES, KNOWN, MARGINS, Due, code_of, due_soon, explain, fault_of, recipients
from domain.problems.explain import placeholders
from domain.problems.kinds import Problem
from domain.receipt import Result
from tests.unit.domain.builders import BROKER, IMPORTER, SECOND, appointment, instant

NUMBER = "223320261000000017"
#: As ``workflows`` writes it down: a number that was taken unverified belongs to somebody else's declaration.
RECHECKED: dict[str, Any] = {
    "refused": [
        {
            "number": NUMBER,
            "faults": [
                {
                    "code": "declaration.mismatch",
                    "facts": {
                        "fields": ["direction", "consignee"],
                        "mismatches": [
                            {"field": "direction", "expected": "I", "found": "E"},
                            {"field": "consignee", "expected": IMPORTER, "found": None},
                        ],
                    },
                }
            ],
        }
    ]
}


def test_every_notification_says_what_to_do_in_both_languages() -> None:
    of_actions = {code_of(action, RECHECKED) for action in ACTIONS}
    of_receipts = {code_of(Action.REVERSED, {"result": result}) for result in Result}
    late = {code_of(Action.FEEDBACK_REFUSED, {"overdue": True})}
    assert of_actions | of_receipts | late | set(Due) | {KNOWN} == set(CODES)
    for kind in CODES.values():
        for text in (*kind.message, *kind.remedy):
            assert text.endswith(("。", "."))


@pytest.mark.parametrize(
    ("action", "enterprises"),
    [
        (Action.RETURNED, (BROKER, IMPORTER)),
        (Action.APPROVED, (BROKER, IMPORTER)),
        (Action.OVERDUE, (BROKER, IMPORTER)),
        (Action.FEEDBACK_REFUSED, (BROKER,)),
        (Action.EXPLANATION_REFUSED, (BROKER,)),
        (Action.HOURS_CHANGED, (BROKER,)),
        (Action.SAVED, ()),
        (Action.SUBMITTED, ()),
        (Action.ACCEPTED, ()),
    ],
)
def test_the_applicant_is_told_and_the_consignee_of_outcomes(action: Action, enterprises: tuple[str, ...]) -> None:
    assert recipients(action, {}, applicant=BROKER, consignee=IMPORTER) == enterprises


def test_who_applies_for_itself_is_told_once() -> None:
    assert recipients(Action.RETURNED, {}, applicant=BROKER, consignee=BROKER) == (BROKER,)


def test_a_late_mismatch_names_the_number_and_its_fields() -> None:
    assert recipients(Action.RECHECKED, RECHECKED, applicant=BROKER, consignee=IMPORTER) == (BROKER,)
    found = explain(fault_of(Action.RECHECKED, RECHECKED), "zh")
    assert f"报关单号 {NUMBER} 经复核与预约不一致：进出口标识、收发货人。" in found["message"]
    assert found["facts"]["mismatches"][0] == {"field": "direction", "expected": "I", "found": "E"}


def test_a_refusal_by_customs_names_the_numbers_and_after_the_deadline_what_it_leads_to() -> None:
    told_in_time = explain(fault_of(Action.FEEDBACK_REFUSED, {"numbers": [NUMBER]}, note="查无此单"), "zh")
    assert told_in_time["message"] == f"海关未接受所反馈的报关单号（{NUMBER}）（查无此单）。"
    late = {"numbers": [NUMBER], "overdue": True}
    assert recipients(Action.FEEDBACK_REFUSED, late, applicant=BROKER, consignee=IMPORTER) == (BROKER, IMPORTER)
    assert "no new application is possible" in explain(fault_of(Action.FEEDBACK_REFUSED, late), "en")["message"]


def test_a_refused_explanation_leaves_the_feedback_open_until_its_deadline() -> None:
    remedy = explain(fault_of(Action.EXPLANATION_REFUSED, {}), "en")["remedy"]
    assert remedy.startswith("Feed back declaration numbers until the deadline;")


def test_a_refusal_written_before_numbers_were_recorded_still_reads_well() -> None:
    assert explain(fault_of(Action.FEEDBACK_REFUSED, {}), "zh")["message"] == "海关未接受所反馈的报关单号。"


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (Result.RETURNED, "海关撤销了审批（已致电核实）。"),
        (Result.EXPLANATION_REFUSED, "海关改变了先前的决定：情况说明不接受（已致电核实）。"),
        (Result.ACCEPTED, "海关改变了先前的决定：海关受理（已致电核实）。"),
    ],
)
def test_a_decision_that_customs_took_back_is_told_to_both(result: Result, says: str) -> None:
    decision = {"result": result.value}
    assert recipients(Action.REVERSED, decision, applicant=BROKER, consignee=IMPORTER) == (BROKER, IMPORTER)
    assert explain(fault_of(Action.REVERSED, decision, note="已致电核实"), "zh")["message"].startswith(says)


def test_a_recheck_that_agrees_tells_nobody() -> None:
    assert recipients(Action.RECHECKED, {"refused": []}, applicant=BROKER, consignee=IMPORTER) == ()


def test_what_customs_wrote_is_said_and_nothing_where_it_wrote_nothing() -> None:
    assert explain(fault_of(Action.RETURNED, {}, note="缺少检疫证"), "zh")["message"] == "海关退单（缺少检疫证）。"
    assert explain(fault_of(Action.RETURNED, {}), "zh")["message"] == "海关退单。"
    assert explain(fault_of(Action.RETURNED, {}), "en")["message"] == "Customs returned the application."


def test_a_draft_is_reminded_of_on_its_last_day() -> None:
    by = instant("11-27 09:00")
    draft = appointment(State.DRAFT).model_copy(update={"deadlines": Deadlines(submit_by=by)})
    assert due_soon(draft, by - MARGINS[Due.CUTOFF]) == (Due.CUTOFF, by)
    assert due_soon(draft, by) == (Due.CUTOFF, by), "at the cut-off is still on time"
    assert due_soon(draft, by - MARGINS[Due.CUTOFF] - SECOND) is None
    assert due_soon(draft, by + SECOND) is None


def test_feedback_is_reminded_of_two_days_ahead_while_no_number_matched() -> None:
    by = instant("12-04 00:00")
    approved = appointment(State.SUCCEEDED).model_copy(update={"deadlines": Deadlines(feedback_by=by)})
    assert due_soon(approved, by - timedelta(hours=48)) == (Due.FEEDBACK, by)
    fed_back = appointment(State.COMPLETED).model_copy(update={"deadlines": Deadlines(feedback_by=by)})
    assert due_soon(fed_back, by - timedelta(hours=1)) is None


def test_texts_speak_only_of_facts_they_are_given() -> None:
    known = {"application_no", "note", "number", "fields", "due", "result"}
    for code, message, remedy in CODES.values():
        assert placeholders(Problem(code, 400, message, message, remedy, "")) <= known
