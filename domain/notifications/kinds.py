"""The texts of all notifications, in Chinese and English, with what to do next."""

from typing import Any, NamedTuple

from domain.problems.explain import sentence
from domain.problems.kinds import Fault, Language, Text


class Kind(NamedTuple):
    """One kind of notification. Its texts say what happened and what to do next; ``{name}`` is replaced by a fact."""

    code: str
    message: Text
    remedy: Text


_NOTHING = Text("无需操作。", "Nothing to do.")
_EXPLAIN = Text("请提交情况说明，或联系口岸海关。", "Send an explanation, or contact customs at the port.")
_KINDS = (
    Kind(
        "approved",
        Text("海关审批通过，申请编号 {application_no}。", "Customs approved the application, number {application_no}."),
        Text("请在期限前反馈报关单号。", "Feed back the declaration numbers before the deadline."),
    ),
    Kind(
        "returned",
        Text("海关退单（{note}）。", "Customs returned the application ({note})."),
        Text("可复制为新申请，改正后重新申报。", "Copy it to a new application, correct it and submit again."),
    ),
    Kind(
        "lapsed",
        Text("海关在期限前未作审批，申请已退回。", "Customs did not decide in time; the application was returned."),
        Text("如仍需预约，请复制为新申请。", "If you still need an appointment, copy it to a new application."),
    ),
    Kind(
        "undecided",
        Text("预约时间已过，海关尚未审批。", "The window is over and customs has not decided yet."),
        Text("请联系口岸海关。", "Contact customs at the port."),
    ),
    Kind(
        "feedback_refused",
        Text(
            "海关未接受所反馈的报关单号（{number}）（{note}）。",
            "Customs refused the declaration numbers ({number}) ({note}).",
        ),
        Text("请核对后在期限前反馈正确的报关单号。", "Check them and feed back the right ones before the deadline."),
    ),
    Kind(
        "feedback_refused_late",
        Text(
            "反馈期限届满后，海关未接受所反馈的报关单号（{number}）（{note}）。"
            "状态现为 I-通关完成未反馈，不能新增预约。",
            "After the feedback deadline customs refused the declaration numbers ({number}) ({note})."
            " The state is now I, and no new application is possible.",
        ),
        _EXPLAIN,
    ),
    Kind(
        "approval_withdrawn",
        Text(
            "海关撤销了审批（{note}）。预约已退单，不再有效，原报关单号不再计入反馈。",
            "Customs withdrew its approval ({note}). The application was returned; its numbers no longer count.",
        ),
        Text(
            "请勿按该时段通关；如仍需预约，请复制为新申请。",
            "Do not rely on the window; if you still need an appointment, copy it to a new application.",
        ),
    ),
    Kind(
        "customs_reversed",
        Text(
            "海关改变了先前的决定：{result}（{note}）。",
            "Customs changed an earlier decision: {result} ({note}).",
        ),
        Text("请查看回执，并联系口岸海关确认。", "See the receipts, and ask customs at the port."),
    ),
    Kind(
        "number_mismatched",
        Text(
            "报关单号 {number} 经复核与预约不一致：{fields}。该号码不再计入反馈。",
            "Declaration number {number} was rechecked and differs in: {fields}. It no longer counts as feedback.",
        ),
        Text("请在期限前反馈正确的报关单号。", "Feed back the right number before the deadline."),
    ),
    Kind(
        "overdue",
        Text(
            "超过反馈期限，状态为 I-通关完成未反馈，不能新增预约。",
            "Feedback is overdue; the state is now I, and no new application is possible.",
        ),
        _EXPLAIN,
    ),
    Kind("explanation_accepted", Text("海关已接受情况说明。", "Customs accepted the explanation."), _NOTHING),
    Kind(
        "explanation_refused",
        Text("海关未接受情况说明（{note}）。", "Customs refused the explanation ({note})."),
        Text(
            "期限前请反馈报关单号；已逾期的，请联系口岸海关解除违约。",
            "Feed back declaration numbers until the deadline; after it, contact the port to lift the breach.",
        ),
    ),
    Kind("released", Text("违约已解除，可以新增预约。", "The breach was lifted; you may apply again."), _NOTHING),
    Kind(
        "hours_changed",
        Text(
            "口岸工作时间变更，预约时段现处于海关工作时间内。",
            "The port changed its hours; the window is now in working time.",
        ),
        Text(
            "预约仍然有效；不再需要时请在开始前取消。",
            "The appointment stays valid; if you no longer need it, cancel it before it begins.",
        ),
    ),
    Kind(
        "hours_restored",
        Text(
            "口岸工作时间再次变更，预约时段已不在工作时间内。",
            "The port changed its hours again; the window is outside working time.",
        ),
        _NOTHING,
    ),
    Kind(
        "cutoff_near",
        Text("最晚应在 {due:until} 申报。", "The cut-off is near: submit by {due:until}."),
        Text("请尽快申报。", "Submit it soon."),
    ),
    Kind(
        "feedback_due",
        Text("最晚应在 {due:until} 之前反馈报关单号。", "Declaration numbers must be fed back before {due:until}."),
        Text(
            "请反馈报关单号；没有报关单号时请提交情况说明。",
            "Feed them back; if there are none, send an explanation.",
        ),
    ),
)
_KNOWN = Kind(
    "declaration_known",
    Text(
        "海关已有本预约时段的报关单 {number}，尚未反馈。",
        "Customs knows declarations of this window that are not fed back: {number}.",
    ),
    Text("请核对后在 {due:until} 之前反馈。", "Check them and feed them back before {due:until}."),
)
CODES: dict[str, Kind] = {kind.code: kind for kind in (*_KINDS, _KNOWN)}


def explain(fault: Fault, language: Language) -> dict[str, Any]:
    """Returns ``{code, message, remedy, facts}`` in one language. Raises KeyError for an unknown code."""
    kind = CODES[fault.code]
    return {
        "code": fault.code,
        "message": sentence(kind.message, fault, language),
        "remedy": sentence(kind.remedy, fault, language),
        "facts": fault.facts,
    }
