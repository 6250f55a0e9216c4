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
)
