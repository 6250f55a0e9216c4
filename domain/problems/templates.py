"""Problems of templates 模板."""

from domain.problems.kinds import Problem, Text

_SOURCE = "our decision: templates of an enterprise"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "template.name_taken",
        409,
        Text("模板名称已存在", "Template name taken"),
        Text("本企业已有同名模板。", "The enterprise already has a template with this name."),
        Text("请换一个名称，或先修改原有模板。", "Choose another name, or change the existing template first."),
        _SOURCE,
    ),
    Problem(
        "template.too_many",
        409,
        Text("模板过多", "Too many templates"),
        Text("每个企业最多 {limit} 个模板。", "An enterprise has at most {limit} templates."),
        Text("请删除不再使用的模板。", "Delete templates that are no longer used."),
        _SOURCE,
    ),
    Problem(
        "template.source",
        422,
        Text("模板来源不明确", "Unclear template source"),
        Text(
            "请给出申请内容或一个预录入编号，只给其一。",
            "Give either the content or a pre-entry number, not both.",
        ),
        Text("请只保留 content 或 pre_entry_no 之一。", "Send only one of content and pre_entry_no."),
        _SOURCE,
    ),
)
