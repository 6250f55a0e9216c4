"""Problems of the health jobs that operators start."""

from domain.problems.kinds import Problem, Text

_CONTRACT = "HTTP contract"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "health.running",
        409,
        Text("正在进行", "It goes on already"),
        Text(
            "{started_by} 于 {started_at} 开始的一次尚未结束。",
            "The run that {started_by} began at {started_at} has not ended.",
        ),
        Text("请等它结束后再开始。", "Start it again once that run has ended."),
        _CONTRACT,
    ),
)
