"""Problems of changes of the working calendar: the notice of a year, changes in bulk, and undoing."""

from domain.problems.kinds import Problem, Text

_DECISION = "our decision: a year is published from its notice, and nothing is guessed"
_UNDO = "our decision: an undo is a new change"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "calendar.notice_weekday",
        422,
        Text("星期与日期不符", "Weekday and date disagree"),
        Text(
            "通知写的是 {calendar_day}（{written}），而该日是{actual}：“{text}”。",
            "The notice has {calendar_day} as {written}, and that day is {actual}: “{text}”.",
        ),
        Text(
            "请核对年份和原文；年份选错时每个星期都会不符。",
            "Check the year and the original; a wrong year shows in every weekday.",
        ),
        _DECISION,
    ),
    Problem(
        "calendar.notice_total",
        422,
        Text("天数与日期不符", "Total and dates disagree"),
        Text(
            "通知写的是共 {written} 天，而所列日期是 {counted} 天：“{text}”。",
            "The notice says {written} days, and its dates are {counted}: “{text}”.",
        ),
        Text("请核对原文中的起止日期。", "Check the first and last date in the original."),
        _DECISION,
    ),
    Problem(
        "calendar.notice_dates",
        422,
        Text("日期不成立", "Dates that cannot be"),
        Text("“{dates}”不是有效的日期或起止：“{text}”。", "“{dates}” is no date or no span of dates: “{text}”."),
        Text("请核对原文；跨年的日期请写明年份。", "Check the original; write the year of a date in another year."),
        _DECISION,
    ),
    Problem(
        "calendar.notice_both",
        422,
        Text("同一天既放假又上班", "Day both off and working"),
        Text(
            "{calendar_day} 在通知中既放假又上班。", "The notice has {calendar_day} as a day off and as a working day."
        ),
        Text("请核对原文，只保留一处。", "Check the original and keep one of them."),
        _DECISION,
    ),
    Problem(
        "calendar.notice_year",
        422,
        Text("年份不符", "Notice of another year"),
        Text(
            "要公布的是 {year} 年，而内容是 {written} 年的。",
            "The year to publish is {year}, and the content is of {written}.",
        ),
        Text("请选择 {written} 年，或粘贴 {year} 年的通知。", "Choose {written}, or paste the notice of {year}."),
        _DECISION,
    ),
    Problem(
        "calendar.notice_empty",
        422,
        Text("没有识别出日期", "No day understood"),
        Text("内容中没有识别出放假或上班的日期。", "No day off and no make-up day was understood."),
        Text(
            "请粘贴通知正文，例如“元旦：1月1日至3日放假，共3天。”，或上传含日期、类型、说明三列的表格。",
            "Paste the text of the notice, or upload a table with the columns 日期, 类型 and 说明.",
        ),
        _DECISION,
    ),
    Problem(
        "calendar.notice_unread",
        422,
        Text("有未识别的句子", "Sentences not understood"),
        Text(
            "这句话可能涉及日期，但未能识别：“{text}”。",
            "This sentence may mean days and was not understood: “{text}”.",
        ),
        Text(
            "请改写这句话；确认它不涉及放假或上班的，请勾选“已核对”（accept_unread）。",
            "Rewrite it; if it sets no day, confirm that you have checked it (accept_unread).",
        ),
        _DECISION,
    ),
    Problem(
        "calendar.changed_since",
        409,
        Text("之后又有变更", "Changed since"),
        Text(
            "变更 {change} 之后，同一处在 {at} 由 {by} 再次变更（变更 {later}）。",
            "After change {change} the same place was changed again at {at} by {by} (change {later}).",
        ),
        Text("请先撤销之后的变更 {later}，或直接重新设定。", "Undo change {later} first, or set the hours again."),
        _UNDO,
    ),
    Problem(
        "calendar.nothing_before",
        409,
        Text("没有更早的内容", "Nothing to restore"),
        Text(
            "变更 {change} 之前没有可以恢复的内容，或它已被撤销。",
            "Before change {change} there was nothing else, or it was undone.",
        ),
        Text("请直接设定所需的时间。", "Set the hours that you want."),
        _UNDO,
    ),
)
