"""Problems of the rules of booking: eligibility, window and cut-off."""

from domain.problems.kinds import Problem, Text

_WHO = "manual, ch. 1: who may not apply"
_WHEN = "manual, ch. 1: conditions of the appointment time"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "eligibility.unqualified",
        422,
        Text("无报关资质", "Not qualified"),
        Text(
            "{role}（{enterprise}）无报关资质：{reason}，不允许新增预约。",
            "The {role} ({enterprise}) is not qualified to declare: {reason}. No new appointment is allowed.",
        ),
        Text("请先在海关办理或更新企业注册信息。", "Register with customs or renew the registration first."),
        _WHO,
    ),
    Problem(
        "eligibility.dishonest",
        422,
        Text("失信企业不允许操作", "Dishonest enterprise"),
        Text(
            "失信企业不允许操作：{role}（{enterprise}）。",
            "失信企业不允许操作: the {role} ({enterprise}) is rated dishonest and may not apply.",
        ),
        Text(
            "请在信用修复后再申请，或更换收发货人；已有的预约仍可查询、取消、反馈和提交情况说明。",
            "Apply after the credit is restored, or for another consignee. Open appointments may still be looked up,"
            " cancelled, fed back and explained.",
        ),
        _WHO,
    ),
    Problem(
        "eligibility.overdue",
        422,
        Text("存在通关完成未反馈的预约", "An appointment was not fed back"),
        Text(
            "{role}（{enterprise}）存在 I-通关完成未反馈 的预约（{pre_entry_nos}），不允许新增预约。",
            "The {role} ({enterprise}) has an appointment that was completed without feedback ({pre_entry_nos})."
            " No new appointment is allowed.",
        ),
        Text(
            "请由该预约的申报单位或收发货人提交情况说明，或由海关解除违约后再申请。",
            "A party of that appointment sends an explanation, or customs lifts the breach; then apply.",
        ),
        _WHO,
    ),
    Problem(
        "eligibility.credit_unknown",
        422,
        Text("信用等级无法识别", "Credit grade unknown"),
        Text(
            "{role}（{enterprise}）登记的信用等级在 {credit_table} 起施行的等级表中不存在。",
            "The registered credit grade of the {role} ({enterprise}) does not exist in the table of {credit_table}.",
        ),
        Text("请联系海关更新企业信用等级。", "Ask customs to update the credit grade."),
        "our decision: a grade is never guessed",
    ),
    Problem(
        "appointment.similar",
        422,
        Text("已有相同的预约", "There is a similar appointment"),
        Text(
            "已申报的预约（{pre_entry_nos}）与本申请的收发货人、口岸和预约通关时间相同。",
            "A submitted appointment ({pre_entry_nos}) has the same consignee, ports and window.",
        ),
        Text(
            "请核对是否重复申报；确需再次预约的，可以继续。",
            "Check that this is not a duplicate; if you need another appointment, go on.",
        ),
        "our decision: a warning, never a refusal",
    ),
    Problem(
        "window.past",
        422,
        Text("预约时间已过", "Window in the past"),
        Text("预约通关时间 {window_start} 已经开始或已过。", "The window start {window_start} is not in the future."),
        Text("请选择以后的时间。", "Choose a later time."),
        _WHEN,
    ),
    Problem(
        "window.step",
        422,
        Text("起始时间不是整点", "Window off the step"),
        Text(
            "预约通关时间应从 0 点起每 {step_minutes} 分钟取一个起点。",
            "A window starts on a multiple of {step_minutes} minutes after midnight.",
        ),
        Text("请调整起始时间。", "Move the start."),
        "our decision: window.step_minutes",
    ),
    Problem(
        "window.working_time",
        422,
        Text("属于海关工作时间", "Working time"),
        Text(
            "预约时间与口岸 {port} 在 {calendar_day} 的工作时间 {opening} 至 {closing:until} 重叠，工作时间无法预约。",
            "The window overlaps the working time of port {port} on {calendar_day}, {opening} to {closing:until}.",
        ),
        Text("请选择海关非工作时间。", "Choose a time outside customs working hours."),
        "manual, ch. 1: only outside customs working time",
    ),
    Problem(
        "window.hours_changed",
        422,
        Text("预约后口岸工作时间变更", "The port changed its hours after the booking"),
        Text(
            "口岸工作时间于 {since} 变更，预约时段（{window_start} 起）现处于海关工作时间内。",
            "The port changed its hours at {since}: the booked window, from {window_start}, now lies in working time.",
        ),
        Text(
            "预约仍按海关审批结果有效，期限不变。可在工作时间内正常办理通关并按期反馈；"
            "不再需要时请在时段开始前取消，以免未反馈违约；如有疑问请联系口岸海关。",
            "The appointment stays as customs has it, and so do its deadlines. Clear in working time as usual and feed"
            " back in time; if you no longer need it, cancel before the window starts, or it becomes a breach;"
            " when in doubt, ask customs at the port.",
        ),
        "our decision: a booked window is never taken away by a change of hours",
    ),
    Problem(
        "cutoff.moved",
        422,
        Text("最晚申报时间已变动", "The cut-off has moved"),
        Text(
            "最晚申报时间由 {before:until} 变为 {submit_by:until}（口岸工作时间、企业信用或规则有变）。",
            "The cut-off moved from {before:until} to {submit_by:until}: port hours, credit or rules changed.",
        ),
        Text("请在新的时间之前申报。", "Submit before the new cut-off."),
        "our decision: a draft shows its deadlines by the current hours",
    ),
    Problem(
        "cutoff.gone",
        422,
        Text("该时段现在不能申报", "The window cannot be submitted now"),
        Text(
            "原最晚申报时间 {before:until} 已不适用：口岸工作时间有变，该时段现在不能申报。",
            "The cut-off {before:until} no longer holds: the port hours changed, and the window cannot be submitted now.",
        ),
        Text("请选择其他时段。", "Choose another window."),
        "our decision: a draft shows its deadlines by the current hours",
    ),
    Problem(
        "calendar.missing",
        422,
        Text("没有工作日历", "No working calendar"),
        Text(
            "口岸 {port} 没有 {calendar_day} 的工作时间，请联系口岸更新工作日历。",
            "Port {port} has no working hours for {calendar_day}: ask the port to update its calendar"
            " (请联系口岸更新工作日历).",
        ),
        Text("请联系口岸更新工作日历。", "Ask the port to update its working calendar."),
        "manual, ch. 3: port working hours",
    ),
    Problem(
        "cutoff.passed",
        422,
        Text("已过最晚申报时间", "Too late to submit"),
        Text(
            "最晚应在 {submit_by:until} 申报，即最后一个海关工作日下班时间 {closing:until} 前 {notice_hours} 小时；"
            "本次收到时间为 {received_at}。",
            "It had to be submitted by {submit_by:until}, {notice_hours} hours before {closing:until}, when customs last closes"
            " before the window; it was received at {received_at}.",
        ),
        Text("请选择更晚的预约通关时间。", "Choose a later window."),
        _WHEN,
    ),
    Problem(
        "declaration.unmatched",
        422,
        Text("没有相符的预约", "No matching appointment"),
        Text(
            "没有可以反馈的预约与报关单号 {number} 相符。",
            "No appointment open for feedback matches the declaration number {number}.",
        ),
        Text(
            "请核对口岸、年份、进出口标识，以及预约是否已审批通过、反馈期限是否已过。",
            "Check the port, year and direction, whether the appointment was approved, and its feedback deadline.",
        ),
        "our decision: batch feedback",
    ),
)
