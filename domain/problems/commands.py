"""Problems of what is done with an appointment after it was written, and of customs' answers."""

from domain.problems.kinds import Problem, Text

_FEEDBACK = "manual, ch. 1: declaration numbers as feedback"
_EXPLANATION = "manual, ch. 1: explanation"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "state.not_permitted",
        409,
        Text("当前状态不允许", "Not permitted in this state"),
        Text(
            "当前状态为“{state}”，不允许此操作（{pre_entry_no}）。可进行：{permitted_actions}。",
            "The state is {state}, which does not permit this ({pre_entry_no}). Permitted: {permitted_actions}.",
        ),
        Text("请刷新后按当前状态操作。", "Reload and act on the current state."),
        "manual, ch. 1 and 2",
    ),
    Problem(
        "cancellation.closed",
        422,
        Text("已不能取消", "Too late to cancel"),
        Text("只能在预约通关时间 {cancel_before} 之前取消。", "It could be cancelled only before {cancel_before}."),
        Text("未使用的预约请按期提交情况说明。", "If it was not used, send an explanation in time."),
        "manual, ch. 1: cancelling",
    ),
    Problem(
        "feedback.closed",
        422,
        Text("反馈期限已过", "Too late to feed back"),
        Text(
            "反馈报关单号的期限为 {feedback_by:until}，已经结束。",
            "Declaration numbers were taken until {feedback_by:until}.",
        ),
        Text("尚未反馈过的，请提交情况说明。", "If nothing was fed back, send an explanation."),
        _FEEDBACK,
    ),
    Problem(
        "feedback.too_many",
        422,
        Text("报关单票数过多", "Too many declarations"),
        Text("报关单合计 {count} 票，不得超过 {limit} 票。", "That makes {count} declarations; {limit} is the most."),
        Text("请减少报关单号。", "Send fewer numbers."),
        "manual, ch. 1: 50 declarations",
    ),
    Problem(
        "declaration.invalid",
        422,
        Text("报关单号无效", "Invalid declaration number"),
        Text("报关单号 {number} 无效：{reason}。", "The declaration number {number} is not valid: {reason}."),
        Text("请核对18位报关单号。", "Check the 18-digit number."),
        _FEEDBACK,
    ),
    Problem(
        "declaration.mismatch",
        422,
        Text("报关单与预约不一致", "Declaration does not match"),
        Text(
            "报关单 {number} 与预约申请不一致：{fields}。",
            "The declaration {number} does not match the appointment: {fields}.",
        ),
        Text("请填写与本预约一致的报关单号。", "Give the number of a declaration that matches."),
        _FEEDBACK,
    ),
    Problem(
        "declaration.used",
        422,
        Text("报关单号已被使用", "Declaration already used"),
        Text("报关单号 {number} 已作为反馈使用。", "The declaration number {number} was already fed back."),
        Text("每个报关单号只能使用一次。", "A number is used once."),
        "our decision: a number is used once",
    ),
    Problem(
        "declaration.not_found",
        422,
        Text("查无此报关单", "Declaration not found"),
        Text("海关没有报关单号 {number} 的记录。", "Customs has no declaration {number}."),
        Text("请核对报关单号，或在申报后再反馈。", "Check the number, or feed back once it is declared."),
        _FEEDBACK,
    ),
    Problem(
        "declaration.not_held",
        422,
        Text("该预约没有这个报关单号", "Not a number of this appointment"),
        Text("报关单号 {number} 不在该预约已反馈的号码中。", "{number} is none of the numbers fed back here."),
        Text("请从该预约现有的报关单号中选择。", "Name numbers that the appointment holds now."),
        _FEEDBACK,
    ),
    Problem(
        "explanation.already_sent",
        409,
        Text("情况说明已提交", "Explanation already sent"),
        Text("每个预约只能提交一次情况说明。", "An explanation is sent once per appointment."),
        Text("请等待海关答复或联系海关。", "Wait for customs, or get in touch with customs."),
        _EXPLANATION,
    ),
    Problem(
        "explanation.unavailable",
        422,
        Text("不能提交情况说明", "No explanation possible"),
        Text(
            "只有审批通过且未反馈报关单号的预约可以提交情况说明。",
            "Only an approved appointment without feedback takes an explanation.",
        ),
        Text("请查看申请状态。", "See the state of the application."),
        _EXPLANATION,
    ),
    Problem(
        "explanation.empty",
        422,
        Text("情况说明为空", "Explanation empty"),
        Text("请填写情况说明或上传 PDF，至少其一。", "Give a text, or a PDF, or both."),
        Text("请补充后提交；每个预约只能提交一次。", "Add one; there is one explanation per appointment."),
        _EXPLANATION,
    ),
    Problem(
        "receipt.unusable",
        422,
        Text("回执无法使用", "Receipt unusable"),
        Text("回执不符合报文规范：{reason}。", "The receipt does not follow the message specification: {reason}."),
        Text("请按报文规范重新发送；原文已留存。", "Send it again as specified; the original was kept."),
        "message specification",
    ),
    Problem(
        "receipt.conflict",
        422,
        Text("回执编号重复", "Receipt id used before"),
        Text(
            "回执编号 {receipt_id} 已用于内容不同的回执。",
            "The receipt id {receipt_id} was used for a receipt with another content.",
        ),
        Text("请为新的回执使用新的编号。", "Use a new id for a new receipt."),
        "message specification",
    ),
    Problem(
        "delivery.refused",
        422,
        Text("海关拒收报文", "Message refused by customs"),
        Text("海关系统拒收该报文：{reason}。", "The customs system refused the message: {reason}."),
        Text("请运维人员查明原因后恢复发送。", "An operator finds the cause, then resumes the delivery."),
        "message specification",
    ),
)
