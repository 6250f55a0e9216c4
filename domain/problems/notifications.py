"""Problems of channels by which people are notified 通知渠道."""

from domain.problems.kinds import Problem, Text

_SOURCE = "our decision: channels of a person"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "notification_channel.too_many",
        409,
        Text("通知渠道过多", "Too many channels"),
        Text("每位用户最多 {limit} 个通知渠道。", "A user has at most {limit} channels."),
        Text("请删除不再使用的渠道。", "Delete channels that are no longer used."),
        _SOURCE,
    ),
    Problem(
        "notification_channel.unavailable",
        422,
        Text("渠道不可用", "Channel not available"),
        Text("系统未配置该通知渠道。", "This system has no such channel."),
        Text("请选择其他渠道，或联系管理员配置。", "Choose another one, or ask an operator to set it up."),
        _SOURCE,
    ),
)
