"""The texts of the words in decisions: layers of the calendar, readings of a rule, commands, messages."""

from domain.problems.kinds import Text

DECISIONS: dict[str, Text] = {
    "override": Text("按日例外", "override of that day"),
    "weekly": Text("口岸周计划", "weekly plan of the port"),
    "national": Text("国家工作日", "national working days"),
    "natural_days": Text("自然日，至末日 24:00", "natural days, to 24:00 of the last one"),
    "exact_hours": Text("按小时计", "exact hours"),
    "feed_back": Text("反馈报关单号", "feed back"),
    "attach": Text("上传附件", "attach a file"),
    "detach": Text("删除附件", "detach a file"),
    "resume_delivery": Text("恢复发送", "resume the delivery"),
    "record_reversal": Text("登记海关改变的决定", "record a reversal by customs"),
    "create": Text("新建", "create"),
    "APPOINTMENT_APPLY": Text("预约申请报文", "application message"),
    "APPOINTMENT_CANCEL": Text("取消报文", "cancellation message"),
    "APPOINTMENT_FEEDBACK": Text("反馈报文", "feedback message"),
    "APPOINTMENT_EXPLANATION": Text("情况说明报文", "explanation message"),
}
