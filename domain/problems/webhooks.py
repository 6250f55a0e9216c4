"""Problems of events that go out: the pull and webhooks."""

from domain.problems.kinds import Problem, Text

_SOURCE = "our decision: events of an enterprise"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "events.cursor_unknown",
        409,
        Text("事件位置已失效", "Position of events unknown"),
        Text(
            "系统曾由备份恢复，这个位置之后的事件与此前给出的不同。",
            "The system was restored from a backup: other events follow this position than before.",
        ),
        Text(
            "请使用更早的 next_cursor，或不带 after 从头读取；按 id 去除重复。",
            "Use an earlier next_cursor, or read from the start without after; drop what you have by its id.",
        ),
        _SOURCE,
    ),
    Problem(
        "webhook.url",
        422,
        Text("接收地址不可用", "Address of the receiver not allowed"),
        Text("这个接收地址不能使用：{reason}。", "Events cannot go to this address: {reason}."),
        Text(
            "请填写公网上的 https 地址，端口为 443 或 8443。内部地址须由运维人员在设置中允许。",
            "Give an https address in the public internet, on port 443 or 8443. Operators can allow an inside address.",
        ),
        _SOURCE,
    ),
    Problem(
        "webhook.too_many",
        409,
        Text("接收地址过多", "Too many receivers"),
        Text("每个企业最多 {limit} 个接收地址。", "An enterprise has at most {limit} receivers."),
        Text("请先删除不再使用的接收地址。", "Remove a receiver that is no longer used first."),
        _SOURCE,
    ),
    Problem(
        "webhook.replay_span",
        422,
        Text("重放时段有误", "Time of the replay not valid"),
        Text(
            "重放的时段须有先后，且不超过 {days} 天。",
            "The time to replay has to end after it begins, and be no longer than {days} days.",
        ),
        Text("请缩短时段，分几次重放。", "Choose a shorter time and replay in several steps."),
        _SOURCE,
    ),
    Problem(
        "webhook.replay_too_many",
        409,
        Text("重放的事件过多", "Too many events to replay"),
        Text("一次最多重放 {limit} 个事件。", "At most {limit} events are replayed at once."),
        Text(
            "请缩短时段，或用 GET /api/v1/events 读取。", "Choose a shorter time, or read them by GET /api/v1/events."
        ),
        _SOURCE,
    ),
)
