"""Problems of single fields and of queries."""

from domain.problems.kinds import Problem, Text

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "field.required",
        422,
        Text("必填项为空", "Required field missing"),
        Text("{field}为必填项。", "{field} is required."),
        Text("请填写{field}。", "Fill in {field}."),
        "manual, ch. 1: fields on a yellow ground are required",
    ),
    Problem(
        "field.invalid",
        422,
        Text("填写有误", "Invalid field"),
        Text("{field}填写有误：{reason}{allowed:choices}。", "{field} is not valid: {reason}{allowed:choices}."),
        Text("请改正{field}。", "Correct {field}."),
        "manual, part 3: a red hint means the entry is wrong",
    ),
    Problem(
        "field.unknown",
        422,
        Text("未知字段", "Unknown field"),
        Text("没有字段 {field}。", "There is no field {field}."),
        Text("请删除该字段或核对其名称。", "Remove it or check its name."),
        "HTTP contract",
    ),
    Problem(
        "goods.required",
        422,
        Text("缺少商品", "Goods missing"),
        Text("申报时至少应有一项商品。", "At least one line of goods is needed to submit."),
        Text("请录入商品HS编码和名称。", "Enter the HS code and the name of the goods."),
        "manual, ch. 1: goods and HS codes",
    ),
    Problem(
        "goods.too_many",
        422,
        Text("商品项数过多", "Too many goods"),
        Text("商品共 {count} 项，最多 {limit} 项。", "There are {count} lines of goods; {limit} is the most."),
        Text("请分成多个预约。", "Split them over several appointments."),
        "our decision: 200 lines",
    ),
    Problem(
        "goods.hs_code_unknown",
        422,
        Text("税则中没有该编号", "Code not in the tariff"),
        Text(
            "{field} {hs_code}：{day} 的税则中没有该编号。",
            "{field} {hs_code}: the tariff of {day} has no such code.",
        ),
        Text(
            "请按当日有效的税则改选；如税则有误，请联系口岸更新。",
            "Choose a code of the tariff in force that day; if the tariff is wrong, ask the port to update it.",
        ),
        "manual, ch. 1: goods and HS codes",
    ),
    Problem(
        "goods.names_too_long",
        422,
        Text("商品名称过长", "Goods names too long"),
        Text(
            "商品名称合计 {characters} 个字符，不得超过 {limit} 个字符。",
            "The goods names have {characters} characters in all; {limit} is the most.",
        ),
        Text("请缩短商品名称。", "Shorten the names."),
        "manual, ch. 1: 4000 characters in all",
    ),
    Problem(
        "query.span_too_long",
        422,
        Text("查询跨度过长", "Span too long"),
        Text("时间区间不得超过 {limit} 天。", "A span is {limit} days at most."),
        Text("请缩短{field}的区间。", "Shorten the span of {field}."),
        "manual, ch. 2: 15 days",
    ),
    Problem(
        "query.span_required",
        422,
        Text("缺少查询条件", "Span missing"),
        Text("请至少选择一个时间区间，或给出一个编号。", "Choose at least one time span, or enter a number."),
        Text("请补充查询条件。", "Add one of them."),
        "manual, ch. 2: query",
    ),
    Problem(
        "query.too_many",
        422,
        Text("预约申请过多", "Too many applications"),
        Text(
            "所选时间区间内的预约申请超过 {limit} 条，无法排序或查找。",
            "The time span has more than {limit} applications; they cannot be sorted or searched.",
        ),
        Text("请缩短时间区间，或按编号查询。", "Shorten the span, or query by a number."),
        "our decision: an answer comes while a person waits",
    ),
    Problem(
        "query.too_many_parties",
        422,
        Text("企业过多", "Too many enterprises"),
        Text(
            "名称中含有所输文字的企业超过 {limit} 家。",
            "More than {limit} enterprises have this text in their name.",
        ),
        Text("请输入更多文字，或输入海关编码。", "Type more of the name, or the customs code."),
        "our decision: a filter by hundreds of enterprises answers nothing",
    ),
)
