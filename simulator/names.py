"""Scenarios, results, and the results that each scenario sends in answer to each type of message."""

from typing import Literal

Scenario = Literal["auto", "manual", "return", "silent", "duplicate", "reorder", "outage"]
Result = Literal[
    "ACCEPTED",
    "RETURNED",
    "APPROVED",
    "FEEDBACK_CONFIRMED",
    "FEEDBACK_REFUSED",
    "CANCEL_CONFIRMED",
    "EXPLANATION_ACCEPTED",
    "EXPLANATION_REFUSED",
    "RELEASED",
]

#: How receipts are fetched: as they are, each page backwards, each page once more, a cursor that stays, half a page,
#: a cursor that is not known, not at all.
Pull = Literal["well", "reversed", "repeated", "stuck", "truncated", "forgotten", "down"]

DEFAULT_DELAY_SECONDS = 0.2

#: Message type → receipts that an automatic office sends, one delay after the other.
ANSWERS: dict[str, tuple[Result, ...]] = {
    "APPOINTMENT_APPLY": ("ACCEPTED", "APPROVED"),
    "APPOINTMENT_CANCEL": ("CANCEL_CONFIRMED",),
    "APPOINTMENT_FEEDBACK": ("FEEDBACK_CONFIRMED",),
    "APPOINTMENT_EXPLANATION": ("EXPLANATION_ACCEPTED",),
}

#: Last event of an appointment → label on the officer's page.
LABELS = {
    "APPOINTMENT_APPLY": "已收到申请 Application received",
    "APPOINTMENT_CANCEL": "企业要求取消 Cancellation received",
    "APPOINTMENT_FEEDBACK": "已收到反馈 Feedback received",
    "APPOINTMENT_EXPLANATION": "已收到情况说明 Explanation received",
    "ACCEPTED": "受理 Accepted",
    "RETURNED": "退单 Returned",
    "APPROVED": "审批通过 Approved",
    "FEEDBACK_CONFIRMED": "反馈已确认 Feedback confirmed",
    "FEEDBACK_REFUSED": "反馈不予确认 Feedback refused",
    "CANCEL_CONFIRMED": "取消已确认 Cancellation confirmed",
    "EXPLANATION_ACCEPTED": "情况说明已接受 Explanation accepted",
    "EXPLANATION_REFUSED": "情况说明不接受 Explanation refused",
    "RELEASED": "违约已解除 Released",
}

#: Last event of an appointment → decisions that the officer's page offers first.
OFFERED: dict[str, tuple[Result, ...]] = {
    "APPOINTMENT_APPLY": ("ACCEPTED", "APPROVED", "RETURNED"),
    "ACCEPTED": ("APPROVED", "RETURNED"),
    "APPOINTMENT_CANCEL": ("CANCEL_CONFIRMED",),
    "APPOINTMENT_FEEDBACK": ("FEEDBACK_CONFIRMED", "FEEDBACK_REFUSED"),
    "APPOINTMENT_EXPLANATION": ("EXPLANATION_ACCEPTED", "EXPLANATION_REFUSED"),
    "EXPLANATION_REFUSED": ("RELEASED",),
}


#: Scenario → label on the officer's page.
SCENARIOS: dict[Scenario, str] = {
    "auto": "自动受理并审批 automatic",
    "manual": "由关员人工决定 manual",
    "return": "自动退单 return all",
    "silent": "收下但不答复 silent",
    "duplicate": "每份回执发两次 duplicate",
    "reorder": "回执次序颠倒 reorder",
    "outage": "暂停服务 outage",
}

#: State of a receipt → label on the officer's page.
RECEIPT_STATES = {"queued": "待送 waiting", "taken": "对方已收 taken", "refused": "对方拒收 refused"}


def answers(scenario: Scenario, message_type: str) -> tuple[Result, ...]:
    """Returns the results that answer a message, in the order in which they are sent."""
    if scenario in {"manual", "silent"}:
        return ()
    if scenario == "return" and message_type == "APPOINTMENT_APPLY":
        return ("RETURNED",)
    usual = ANSWERS[message_type]
    return usual[::-1] if scenario == "reorder" else usual
