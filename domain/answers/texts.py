"""The sentences of answers, in Chinese and English."""

from domain.answers.kinds import QuestionAnswer
from domain.problems.catalogue import explain
from domain.problems.explain import sentence
from domain.problems.kinds import Fault, Language, Text

TEXTS: dict[str, Text] = {
    "refused": Text(
        "{who:plain}于 {received_at} 的“{command}”被拒绝（规则版本 {policy_version}）：",
        "“{command}” of {who:plain} at {received_at} was refused (rules {policy_version}): ",
    ),
    "too_late_to_submit": Text(
        "太晚：{who:plain}的“{command}”于 {received_at} 收到，最晚应在 {submit_by:until}，即口岸 {port} 在"
        " {calendar_day}"
        "（{calendar_layer}）下班时间 {closing:until} 前 {notice_hours} 小时；规则版本 {policy_version}。",
        "Too late: “{command}” of {who:plain} was received at {received_at}; the limit was {submit_by:until},"
        " {notice_hours} hours"
        " before port {port} closed on {calendar_day} ({calendar_layer}) at {closing:until}; rules {policy_version}.",
    ),
    "too_late": Text(
        "太晚：{who:plain}的“{command}”于 {received_at} 收到（规则版本 {policy_version}）：",
        "Too late: “{command}” of {who:plain} was received at {received_at} (rules {policy_version}): ",
    ),
    "number_refused": Text(
        "{received_at} 反馈的报关单号 {number} 未被接受：",
        "Declaration number {number}, fed back at {received_at}, was not accepted: ",
    ),
    "returned": Text(
        "海关退单：回执 {receipt_id:plain} 于 {received_at} 收到，海关通知时间 {notice_time}；退单原因在回执备注中，"
        "查看须写明理由。",
        "Customs returned it: receipt {receipt_id:plain} came at {received_at}, dated {notice_time}; the reason is in"
        " its note,"
        " which is opened with a reason.",
    ),
    "lapsed": Text(
        "海关在期限 {due_at:until} 前没有审批，系统于 {at} 退单。",
        "Customs did not decide by {due_at:until}; the system returned it at {at}.",
    ),
    "approval_withdrawn": Text(
        "海关撤销了审批（回执 {receipt_id:plain}），由 {who:plain} 于 {received_at} 登记，预约退单。",
        "Customs withdrew its approval (receipt {receipt_id:plain}); {who:plain} recorded it at {received_at},"
        " and it was"
        " returned.",
    ),
    "cancelled": Text(
        "{who:plain}于 {received_at} 在“{state}”状态下取消，早于预约开始 {cancel_before}；海关尚未确认。",
        "{who:plain} cancelled it at {received_at} in the state {state}, before the window began at {cancel_before};"
        " customs has"
        " not confirmed yet.",
    ),
    "cancelled_confirmed": Text(
        "{who:plain}于 {received_at} 在“{state}”状态下取消，早于预约开始 {cancel_before}；海关于 {confirmed_at} 确认。",
        "{who:plain} cancelled it at {received_at} in the state {state}, before the window began at {cancel_before};"
        " customs"
        " confirmed at {confirmed_at}.",
    ),
    "overdue": Text(
        "超期：预约时段于 {window_end} 结束，反馈期限 {due_at:until}（{reading}）到期时没有相符的报关单号，系统于"
        " {at} 记为“通关完成未反馈”。",
        "Overdue: the window ended at {window_end}; no number that matches was fed back by {due_at:until}"
        " ({reading}), so the"
        " state became completed without feedback at {at}.",
    ),
    "overdue_afterwards": Text(
        "超期：反馈期限 {feedback_by:until} 之后，已反馈的报关单号（{numbers}）于 {received_at} 不再计入，"
        "没有其他号码，记为“通关完成未反馈”。",
        "Overdue: after the deadline {feedback_by:until} the numbers fed back ({numbers}) stopped counting at"
        " {received_at},"
        " and there was no other: the state became completed without feedback.",
    ),
    "released": Text(
        "{who:plain}于 {received_at} 解除违约；理由已存档，查看须写明理由。",
        "{who:plain} lifted the breach at {received_at}; the reason is on record and is opened with a reason.",
    ),
    "explanation_accepted": Text(
        "海关接受情况说明：回执 {receipt_id:plain} 于 {received_at} 收到。",
        "Customs accepted the explanation: receipt {receipt_id:plain} came at {received_at}.",
    ),
    "undecided": Text(
        "预约时段已于 {due_at} 结束，海关当时没有审批。",
        "The window ended at {due_at}, and customs had not decided by then.",
    ),
    "delivered": Text(
        "海关已收到{message}：{delivered_at} 确认。",
        "Customs has the {message}: it acknowledged at {delivered_at}.",
    ),
    "delivered_after": Text(
        "海关已收到{message}：第 {attempts} 次发送后于 {delivered_at} 确认。",
        "Customs has the {message}: it acknowledged at {delivered_at}, after {attempts} attempts.",
    ),
    "delivery_pending": Text(
        "海关尚未确认收到{message}：{promised_at} 起待发送，系统持续重试。",
        "Customs has not acknowledged the {message}: it waits since {promised_at}, and the system tries again.",
    ),
    "delivery_stuck": Text(
        "海关拒收{message}（{reason:plain}），发送已暂停；查明原因后可恢复发送。",
        "Customs refuses the {message} ({reason:plain}); the delivery is parked until the cause is found and it"
        " is resumed.",
    ),
    "opened": Text(
        "运维人员查看过个人信息 {count} 次，最近一次是 {last:plain} 于 {last_at}（查看人：{who:plain}）；"
        "双方企业自己的查看不作记录。",
        "Operators looked at personal fields {count} times, last {last:plain} at {last_at} (by: {who:plain}); the two"
        " enterprises see"
        " their own without a record.",
    ),
    "not_opened": Text(
        "没有运维人员查看过联系人、电话等个人信息；双方企业自己的查看不作记录。",
        "No operator has looked at the contact, phone number or other personal fields; the two enterprises see"
        " their own"
        " without a record.",
    ),
}


def said(answer: QuestionAnswer, language: Language) -> str:
    """Returns the sentence; that of a refusal ends with the messages of its faults."""
    text = sentence(TEXTS[answer.code], Fault(code=answer.code, facts=answer.facts), language)
    if answer.code == "too_late_to_submit":
        return text
    return text + " ".join(str(explain(fault, language)["message"]) for fault in answer.faults)
