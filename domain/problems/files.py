"""The words for faults of imported files and of their cells, and for remedies."""

from domain.problems.kinds import Text

#: What is wrong with a file that is imported, or with one of its cells.
FILES: dict[str, Text] = {
    "file_too_large": Text("文件太大", "the file is too large"),
    "unpacks_too_large": Text("解压后太大", "it unpacks to too much"),
    "too_many_words": Text("词语过多，最多 5 个", "there are more than 5 words"),
    "too_many_rows": Text("行数太多", "it has too many rows"),
    "too_many_applications": Text("申请太多", "it has too many applications"),
    "too_many_columns": Text("列数太多", "it has too many columns"),
    "cell_too_long": Text("单元格文字太长", "a cell has too much text"),
    "old_office": Text("是旧版 Excel 97–2003 的二进制 XLS 文件", "it is an old binary XLS file (Excel 97–2003)"),
    "encrypted_workbook": Text("设有打开密码", "it is locked with a password"),
    "strict_workbook": Text(
        "是“Strict Open XML 电子表格”", "it is a “Strict Open XML Spreadsheet”, which needs another reader"
    ),
    "opendocument": Text("是 ODS（OpenDocument）文件", "it is an ODS (OpenDocument) file"),
    "binary_workbook": Text("是二进制工作簿 XLSB", "it is a binary workbook (XLSB)"),
    "numbers_document": Text("是 Apple Numbers 文件", "it is an Apple Numbers document"),
    "web_page": Text(
        "其实是网页（HTML），只是扩展名像 Excel，常见于系统导出的 .xls",
        "it is a web page (HTML) under the name of a spreadsheet, as some systems export it",
    ),
    "xml_spreadsheet": Text("是“XML 电子表格 2003”", "it is an “XML Spreadsheet 2003”"),
    "pdf": Text("是 PDF 文件", "it is a PDF"),
    "not_a_spreadsheet": Text("是其他类型的文档，不是表格", "it is a document of another kind, no spreadsheet"),
    "archive": Text("是压缩包", "it is an archive"),
    "broken_workbook": Text("工作簿已损坏", "the workbook is damaged"),
    "encoding": Text("文字编码既不是 UTF-8 也不是 GB18030", "its text is neither UTF-8 nor GB18030"),
    "encoding_unclear": Text(
        "文字编码不明：按 GB18030 读出的多不是常用汉字，可能是 Big5 或 Shift-JIS",
        "the encoding of its text is unclear: as GB18030 it is no ordinary Chinese, and may be Big5 or Shift-JIS",
    ),
    "no_text": Text("不是文本文件", "it is no text file"),
    "quotes": Text("引号不配对", "its quotes do not match"),
    "no_value": Text("单元格不是文字、数字或日期", "the cell holds neither text nor a number nor a date"),
    "not_in_list": Text("不在可选值中", "it is none of the values there are"),
    "became_date": Text(
        "文字被表格程序改成了日期或时间；请设为文本格式，重新填写",
        "a text was made a date or a time by the spreadsheet; make the column text and write it again",
    ),
    "not_a_date": Text("应为日期，如 2026-10-01", "it must be a date such as 2026-10-01"),
    "not_a_moment": Text(
        "应为日期和时间，如 2026-10-01 20:00", "it must be a date and a time such as 2026-10-01 20:00"
    ),
    "fraction": Text(
        "代码被存成了带小数的数字（如 301999590.0），前后的 0 都不可信；请设为文本格式，重新填写完整的代码",
        "a code was kept as a number with a fraction, such as 301999590.0, whose zeros cannot be trusted; "
        "make the column text and write the whole code",
    ),
    "ends_before": Text("失效日期早于生效日期", "it ends before it begins"),
    "hs_entry": Text("应为4位品目或10位商品编号", "it must be a heading of 4 digits or a line of 10"),
    "grade_not_in_force": Text("现行信用等级中没有该等级", "the credit measures in force have no such grade"),
    "make_up_in_week": Text("调休上班日应为周六或周日", "a make-up day is a Saturday or Sunday"),
    "weekday_or_date": Text("应填写星期或日期，只填其一", "give either a weekday or a date"),
    "too_many_changes": Text("要更改的工作时间太多", "it changes too many hours at once"),
    "ciq_characters": Text("应为10位数字或大写字母", "it must be 10 digits or capital letters"),
}

#: What helps with a file as a whole.
FILE_ADVICE: dict[str, Text] = {
    "save_as_xlsx": Text(
        "请用 Excel、WPS 或 LibreOffice 打开，另存为“Excel 工作簿（*.xlsx）”，或存为 UTF-8 的 CSV，再导入",
        "Open it in Excel, WPS or LibreOffice, save it as “Excel workbook (*.xlsx)” or as CSV in UTF-8, and import that",
    ),
    "save_as_plain_xlsx": Text(
        "请另存为“Excel 工作簿（*.xlsx）”，不要选“Strict Open XML 电子表格”，再导入",
        "Save it as “Excel workbook (*.xlsx)”, not as “Strict Open XML”, and import that",
    ),
    "save_as_utf8": Text(
        "请在原来的程序中另存为 UTF-8 的 CSV，或存为 XLSX，再导入",
        "Save it as CSV in UTF-8 or as XLSX in the program that it comes from, and import that",
    ),
    "remove_password": Text("请取消打开密码，另存后再导入", "Save it without the password and import that"),
    "check_quotes": Text(
        "请核对该行的引号，或另存为 XLSX 后导入", "Check the quotes of that row, or save it as XLSX and import that"
    ),
    "unpack_first": Text("请先解压，再导入其中的表格", "Unpack it and import the spreadsheet that it holds"),
    "export_a_table": Text(
        "请从原来的系统或程序导出 XLSX 或 CSV，再导入", "Export XLSX or CSV where it comes from, and import that"
    ),
    "delete_blank_rows": Text(
        "请删除数据下方和右侧只有格式的空行空列以及图片，另存后再导入；仍过大则分成多个文件",
        "Delete formatted rows and columns without data, and pictures, and save it again; if it is still too large,"
        " split it into several files",
    ),
    "keep_the_columns": Text("请只保留要导入的列", "Keep only the columns that are imported"),
    "shorten_cell": Text("请缩短该单元格的文字", "Shorten the text of that cell"),
    "split_file": Text("请分成多个文件导入", "Split it into several files"),
}
