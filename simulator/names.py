"""The words of the simulated office: scenarios, results, and what each scenario answers to which message."""

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

DEFAULT_DELAY_SECONDS = 0.2

#: What an office that decides by itself answers, one delay after the other.
ANSWERS: dict[str, tuple[Result, ...]] = {
    "APPOINTMENT_APPLY": ("ACCEPTED", "APPROVED"),
    "APPOINTMENT_CANCEL": ("CANCEL_CONFIRMED",),
    "APPOINTMENT_FEEDBACK": ("FEEDBACK_CONFIRMED",),
    "APPOINTMENT_EXPLANATION": ("EXPLANATION_ACCEPTED",),
}

#: The last thing that happened to an appointment → how the office's page calls it.
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

#: The last thing that happened → the decisions the page offers first.
OFFERED: dict[str, tuple[Result, ...]] = {
    "APPOINTMENT_APPLY": ("ACCEPTED", "APPROVED", "RETURNED"),
    "ACCEPTED": ("APPROVED", "RETURNED"),
    "APPOINTMENT_CANCEL": ("CANCEL_CONFIRMED",),
    "APPOINTMENT_FEEDBACK": ("FEEDBACK_CONFIRMED", "FEEDBACK_REFUSED"),
    "APPOINTMENT_EXPLANATION": ("EXPLANATION_ACCEPTED", "EXPLANATION_REFUSED"),
    "EXPLANATION_REFUSED": ("RELEASED",),
}


def answers(scenario: Scenario, message_type: str) -> tuple[Result, ...]:
    """The receipts a message sets off, in the order in which they are sent."""
    if scenario in {"manual", "silent"}:
        return ()
    if scenario == "return" and message_type == "APPOINTMENT_APPLY":
        return ("RETURNED",)
    usual = ANSWERS[message_type]
    return usual[::-1] if scenario == "reorder" else usual
