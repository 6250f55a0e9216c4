"""Problems of a file that is imported: of the file as a whole, then of single cells."""

from domain.problems.kinds import Problem, Text

_DECISION = "our decision: imports"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "import.unreadable",
        422,
        Text("文件无法读取", "File unreadable"),
        Text("无法读取该文件：{reason}。", "The file cannot be read: {reason}."),
        Text("建议：{advice}。", "{advice}."),
        _DECISION,
    ),
    Problem(
        "import.too_large",
        413,
        Text("文件过大", "File too large"),
        Text("{reason}：上限 {limit}。", "{reason}: {limit} is the most."),
        Text("建议：{advice}。", "{advice}."),
        _DECISION,
    ),
    Problem(
        "import.sheets_ambiguous",
        422,
        Text("多个工作表", "Several sheets"),
        Text("这些工作表都有所需的列名和数据：{sheets}。", "Each of these sheets has the columns and rows: {sheets}."),
        Text("请只保留要导入的工作表，或隐藏其余的。", "Keep the one to import, or hide the others."),
        _DECISION,
    ),
    Problem(
        "import.empty",
        422,
        Text("没有数据", "No rows"),
        Text("表头之下没有数据行。", "There is no row below the column names."),
        Text("请核对文件和工作表。", "Check the file and the sheet."),
        _DECISION,
    ),
    Problem(
        "import.columns_missing",
        422,
        Text("缺少列", "Columns missing"),
        Text(
            "前 {rows} 行中没有包含这些列名的表头：{columns}。",
            "No row of the first {rows} names these columns: {columns}.",
        ),
        Text(
            "请按模板或 docs/imports.md 写明列名。",
            "Name the columns as the template or docs/imports.md gives them.",
        ),
        _DECISION,
    ),
    Problem(
        "import.column_repeated",
        422,
        Text("列重复", "Column repeated"),
        Text("列“{column}”出现了不止一次。", "The column “{column}” is there more than once."),
        Text("请只保留一列。", "Keep one of them."),
        _DECISION,
    ),
    Problem(
        "import.formula",
        422,
        Text("单元格是公式", "Formula"),
        Text("{field}是公式，不是值。", "{field} is a formula, not a value."),
        Text("请复制后选择性粘贴为数值。", "Copy it and paste it as a value."),
        _DECISION,
    ),
    Problem(
        "import.merged",
        422,
        Text("合并单元格", "Merged cells"),
        Text(
            "数据区有合并单元格 {range}，只有左上角有值。", "The cells {range} are merged; only the first has a value."
        ),
        Text("请取消合并，并在每一行填写。", "Unmerge them and fill in every row."),
        _DECISION,
    ),
    Problem(
        "import.leading_zeros",
        422,
        Text("前导零丢失", "Leading zeros lost"),
        Text(
            "{field}读到 {value}，不足 {digits} 位：单元格是数字格式，前面的 0 丢失了。",
            "{field} reads {value}, which is short of {digits} digits: the cell is a number and has lost its zeros.",
        ),
        Text(
            "请把该列设为文本格式，重新填写前面的 0。",
            "Make the column text and write the zeros again.",
        ),
        _DECISION,
    ),
    Problem(
        "import.precision_lost",
        422,
        Text("数字精度丢失", "Digits lost"),
        Text(
            "{field}读到 {value}：长数字按数字格式保存，后面的位数已丢失。",
            "{field} reads {value}: a long code was kept as a number and has lost digits.",
        ),
        Text("请把该列设为文本格式，重新填写。", "Make the column text and write the code again."),
        _DECISION,
    ),
    Problem(
        "import.duplicate",
        422,
        Text("重复", "Duplicate"),
        Text("{field} {value} 在第 {first_row} 行已经有了。", "{field} {value} is in row {first_row} already."),
        Text("请只保留一行。", "Keep one of the rows."),
        _DECISION,
    ),
    Problem(
        "import.cell_beyond",
        422,
        Text("多出的内容", "Content beyond the columns"),
        Text("该行在列名以外还有内容。", "The row has content beyond the named columns."),
        Text("请核对该行的分隔符和引号。", "Check the separators and quotes of the row."),
        _DECISION,
    ),
    Problem(
        "import.differs",
        422,
        Text("同一申请前后不一致", "Rows of one application differ"),
        Text(
            "{field}与该申请的第一行（第 {first_row} 行）不一致。",
            "{field} differs from the first row of the application (row {first_row}).",
        ),
        Text(
            "请留空或改成一致；如是另一份申请，请另编企业自编号。",
            "Leave it empty or make it the same; a different application needs its own reference.",
        ),
        _DECISION,
    ),
    Problem(
        "box.unreadable",
        422,
        Text("文件箱中的文件无法读取", "File of the box unreadable"),
        Text("无法读取该文件：{reason}。", "The file cannot be read: {reason}."),
        Text(
            "请按 erp-1.xsd 生成，先写临时文件名，完成后再改名，重新放入 OutBox。",
            "Write it by erp-1.xsd under a temporary name, rename it when it is whole, and put it into OutBox again.",
        ),
        _DECISION,
    ),
)
