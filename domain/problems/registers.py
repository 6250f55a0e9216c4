"""Problems of changes of the registers: enterprises 企业, ports 口岸, tariff 税则."""

from domain.problems.kinds import Problem, Text

_SOURCE = "our decision: changes of registers"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "register.changed_since",
        409,
        Text("名单已变动", "Register changed since"),
        Text(
            "核对之后名单又有变动，没有写入任何内容。变动的代码：{codes}。",
            "The register was changed after this comparison, and nothing was written. Changed codes: {codes}.",
        ),
        Text("请重新核对（重新上传文件），确认差异后再应用。", "Compare again (upload the file again), then apply."),
        _SOURCE,
    ),
    Problem(
        "register.entry_changed",
        412,
        Text("该条目已被修改", "Entry changed meanwhile"),
        Text(
            "{entry} 已由 {by} 于 {at} 修改，没有写入任何内容。",
            "{by} changed {entry} at {at}, and nothing was written.",
        ),
        Text(
            "请重新读取该条目，核对对方的修改，再用新的 ETag 保存。",
            "Read the entry again, look at that change, and save with the new ETag.",
        ),
        _SOURCE,
    ),
    Problem(
        "register.rows_refused",
        409,
        Text("文件中有问题行", "Rows refused"),
        Text("文件有 {count} 处问题，不能应用。", "The file has {count} faults and cannot be applied."),
        Text("请按行号改正后重新上传。", "Correct them by their rows and upload the file again."),
        _SOURCE,
    ),
    Problem(
        "register.nothing_to_undo",
        409,
        Text("没有可撤销的内容", "Nothing to undo"),
        Text(
            "该变更的内容都已恢复，没有可撤销的。",
            "Everything of this change is as it was before it; there is nothing to undo.",
        ),
        Text("请查看变更记录中较新的变更。", "Look at the newer changes in the history."),
        _SOURCE,
    ),
)
