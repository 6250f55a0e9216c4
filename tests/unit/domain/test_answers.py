"""Answers to operators: each comes from the record alone and names the instants, the day and the place in it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain import cancellation, feedback
from domain.actor import CUSTOMS, SYSTEM, Actor, ActorKind
from domain.answers import (
    TEXTS,
    AppointmentRecord,
    CustomsMessage,
    EventSummary,
    Opening,
    Question,
    QuestionAnswer,
    answers,
    said,
)
from domain.answers.kinds import Evidence
from domain.appointment import Appointment, State
from domain.decision import Purpose
from domain.event import Action, MessageType
from domain.instants import shown
from domain.problems.explain import placeholders
from domain.problems.kinds import Fault, Problem, Text
from domain.refused_command import RefusedCommand
from tests.unit.domain.builders import (
    BROKER,
    POLICY,
    SECOND,
    appointment,
    content,
    decide,
    enterprise,
    facts,
    instant,
)
from tests.unit.domain.cutoff_rows import ROWS

CLERK = Actor(kind=ActorKind.ENTERPRISE, id=BROKER, user_id="u1")
OFFICER = Actor(kind=ActorKind.OPERATOR, id="值班员")
NAMES = {"u1": "broker.li"}


def happened(action: Action, actor: Actor = CLERK, at: str = "11-24 12:00", **more: Any) -> EventSummary:
    return EventSummary(version=3, at=instant(at), actor=actor, action=action, **more)


def refused(command: str, faults: Sequence[Fault], at: str) -> RefusedCommand:
    return RefusedCommand(
        pre_entry_no="202600000000000001",
        version=2,
        command=command,
        actor=CLERK,
        faults=tuple(faults),
        policy_version=POLICY.version,
        first_at=instant(at),
        received_at=instant(at),
    )


def asked(question: Question, of: Appointment | None = None, **record: Any) -> list[QuestionAnswer]:
    events = record.pop("events", ())
    found = answers(AppointmentRecord(of or appointment(), events, names=NAMES, **record))
    return [answer for answer in found if answer.question is question]


def the_answer(question: Question, **record: Any) -> tuple[str, Evidence]:
    (answer,) = asked(question, **record)
    assert said(answer, "en"), "in both languages"
    return said(answer, "zh"), answer.evidence


@pytest.mark.parametrize(("start", "closing", "submit_by"), [(row[0], row[1], row[3]) for row in ROWS])
def test_too_late_names_the_limit_the_day_and_the_closing(start: str, closing: str, submit_by: str) -> None:
    """The worked rows of the cut-off with 8 hours: same port, general credit."""
    late = instant(submit_by) + timedelta(minutes=1)
    general = facts(applicant=enterprise(BROKER, grade="常规"))
    decision = decide(Purpose.SUBMIT, content=content(window_start=instant(start)), facts=general, received_at=late)
    sent = refused("submit", decision.faults, shown(late)[5:16].replace("T", " "))
    sentence, evidence = the_answer(Question.TOO_LATE, refused=[sent])
    assert f"最晚应在 2026-{submit_by}" in sentence
    assert f"口岸 2233 在 2026-{closing[:5]}（国家工作日）下班时间 2026-{closing} 前 8 小时" in sentence
    assert f"于 2026-{shown(late)[5:16].replace('T', ' ')} 收到" in sentence
    assert "申报企业（broker.li）的“申报”" in sentence
    assert (evidence.rule, evidence.port, evidence.calendar_day) == ("cutoff.passed", "2233", f"2026-{closing[:5]}")
    assert (evidence.calendar_layer, evidence.policy_version) == ("national", POLICY.version)
    assert evidence.source == "manual, ch. 1: conditions of the appointment time"


def test_on_time_is_not_too_late() -> None:
    decision = decide(Purpose.SUBMIT, received_at=instant("11-27 13:00"))
    assert decision.faults == ()
    late = decide(Purpose.SUBMIT, received_at=instant("11-27 13:00") + SECOND)
    (answer,) = asked(Question.TOO_LATE, refused=[refused("submit", late.faults, "11-27 13:01")])
    assert answer.facts["notice_hours"] == 4


def test_a_late_cancellation_names_the_start_of_the_window() -> None:
    faults = cancellation.check(appointment=appointment(), received_at=instant("11-28 20:00"))
    sentence, evidence = the_answer(Question.TOO_LATE, refused=[refused("cancel", faults, "11-28 20:00")])
    assert "“取消预约”于 2026-11-28 20:00 收到" in sentence
    assert "只能在预约通关时间 2026-11-28 20:00 之前取消" in sentence
    assert evidence.rule == "cancellation.closed"


def test_a_late_feedback_names_24_of_the_last_day() -> None:
    faults = feedback.check_open(appointment(), instant("12-04 00:00"))
    sentence, _ = the_answer(Question.TOO_LATE, refused=[refused("feed_back", faults, "12-04 00:00")])
    assert "反馈报关单号的期限为 2026-12-03 24:00" in sentence


def test_a_refused_eligibility_says_whose_and_why() -> None:
    unqualified = facts(consignee=enterprise("3122260003", qualification="expired"))
    decision = decide(Purpose.SUBMIT, facts=unqualified)
    sentence, evidence = the_answer(Question.REFUSED, refused=[refused("submit", decision.faults, "11-24 12:00")])
    assert "2026-11-24 12:00 的“申报”被拒绝" in sentence
    assert "收发货人（3122260003）无报关资质：报关资质已过期" in sentence
    assert (evidence.rule, evidence.version) == ("eligibility.unqualified", 2)


def test_a_refused_number_among_accepted_ones_is_told() -> None:
    fault = {"code": "declaration.used", "facts": {"number": "223320261000000001"}}
    decision = {"accepted": [], "refused": [{"number": "223320261000000001", "faults": [fault]}]}
    event = happened(Action.FED_BACK, received_at=instant("11-29 09:00"), decision=decision)
    sentence, evidence = the_answer(Question.REFUSED, events=[event])
    assert "2026-11-29 09:00 反馈的报关单号 223320261000000001 未被接受" in sentence
    assert (evidence.rule, evidence.version) == ("declaration.used", 3)


def test_overdue_names_the_window_the_deadline_and_the_reading() -> None:
    submitted = happened(Action.SUBMITTED, decision={"feedback_reading": "natural_days"})
    overdue = happened(Action.OVERDUE, SYSTEM, "12-04 00:00", due_at=instant("12-04 00:00"))
    sentence, evidence = the_answer(Question.OVERDUE, events=[submitted, overdue])
    assert "预约时段于 2026-11-28 22:00 结束，反馈期限 2026-12-03 24:00（自然日，至末日 24:00）" in sentence
    assert (evidence.version, evidence.policy_version) == (3, POLICY.version)


def test_a_number_that_customs_refuses_after_the_deadline_makes_it_overdue() -> None:
    decision = {"overdue": True, "numbers": ["223320261000000001"], "result": "FEEDBACK_REFUSED"}
    event = happened(
        Action.FEEDBACK_REFUSED, CUSTOMS, received_at=instant("12-05 10:00"), receipt_id="r1", decision=decision
    )
    sentence, evidence = the_answer(Question.OVERDUE, events=[event])
    assert (
        "反馈期限 2026-12-03 24:00 之后，已反馈的报关单号（223320261000000001）于 2026-12-05 10:00 不再计入" in sentence
    )
    assert evidence.receipt_id == "r1"


@pytest.mark.parametrize(
    ("event", "part"),
    [
        (
            happened(
                Action.RETURNED,
                CUSTOMS,
                received_at=instant("11-25 09:00"),
                receipt_id="r2",
                decision={"notice_time": "2026-11-25T08:59:00+08:00"},
            ),
            "回执 r2 于 2026-11-25 09:00 收到，海关通知时间 2026-11-25 08:59",
        ),
        (
            happened(Action.LAPSED, SYSTEM, "12-04 00:00", due_at=instant("12-04 00:00")),
            "海关在期限 2026-12-03 24:00 前没有审批，系统于 2026-12-04 00:00 退单",
        ),
        (
            happened(Action.REVERSED, OFFICER, receipt_id="r3", decision={"result": "RETURNED"}),
            "海关撤销了审批（回执 r3），由 值班员 于 2026-11-24 12:00 登记",
        ),
    ],
)
def test_a_return_names_customs_or_the_deadline_or_the_officer(event: EventSummary, part: str) -> None:
    assert part in the_answer(Question.RETURNED, events=[event])[0]


def test_a_cancellation_names_the_user_the_instant_and_the_confirmation() -> None:
    event = happened(Action.CANCELLED, before=State.SUCCEEDED, received_at=instant("11-27 18:30"))
    sentence, evidence = the_answer(Question.CANCELLED, events=[event])
    assert "申报企业（broker.li）于 2026-11-27 18:30 在“预约成功”状态下取消，早于预约开始 2026-11-28 20:00" in sentence
    assert "海关尚未确认" in sentence
    assert evidence.version == 3
    known = appointment(cancel_confirmed_at=instant("11-27 19:00"))
    assert "海关于 2026-11-27 19:00 确认" in the_answer(Question.CANCELLED, of=known, events=[event])[0]


@pytest.mark.parametrize(
    ("delivery", "part"),
    [
        ({"state": "delivered", "delivered_at": instant("11-24 12:01"), "attempts": 1}, "2026-11-24 12:01 确认"),
        (
            {"state": "delivered", "delivered_at": instant("11-24 12:09"), "attempts": 7},
            "第 7 次发送后于 2026-11-24 12:09 确认",
        ),
        ({"state": "pending"}, "海关尚未确认收到预约申请报文：2026-11-24 12:00 起待发送"),
        ({"state": "stuck", "reason": "nack schema"}, "海关拒收预约申请报文（nack schema）"),
    ],
)
def test_whether_customs_has_a_message(delivery: dict[str, Any], part: str) -> None:
    message = CustomsMessage(
        message_id="m1", message_type=MessageType.APPLY, version=2, promised_at=instant("11-24 12:00"), **delivery
    )
    sentence, evidence = the_answer(Question.DELIVERED, messages=[message])
    assert part in sentence
    assert evidence.message_id == "m1"


def test_who_looked_at_personal_fields_is_told_even_when_nobody_did() -> None:
    assert "没有运维人员查看过" in the_answer(Question.OPENED)[0]
    given = ((5, "甲"), (7, "submit"), (6, "甲"))
    looks = [Opening(at=instant(f"11-2{day} 10:00"), subject=who) for day, who in given]
    sentence, _ = the_answer(Question.OPENED, openings=looks)
    assert "3 次，最近一次是 submit 于 2026-11-27 10:00（查看人：submit、甲）" in sentence, "a name is never a word"


def test_an_untroubled_draft_raises_no_question_but_who_looked() -> None:
    found = answers(AppointmentRecord(appointment(State.DRAFT), [happened(Action.CREATED), happened(Action.SAVED)]))
    assert [answer.code for answer in found] == ["not_opened"]


def facts_in(text: str) -> frozenset[str]:
    empty = Text("", "")
    return placeholders(Problem("", 422, empty, Text(text, ""), empty, ""))


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_take_the_same_facts(code: str) -> None:
    text = TEXTS[code]
    assert facts_in(text.zh) == facts_in(text.en)
    assert (text.zh[-1], text.en.rstrip()[-1]) in {("。", "."), ("：", ":")}
