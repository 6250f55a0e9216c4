"""Template and result file: both have the same columns, and text in every cell."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from api.appointments.importing.columns import NAMES
from api.appointments.importing.words import CATEGORIES, DIRECTIONS
from domain.appointment import ReasonCategory
from domain.codes import TRANSPORT_MODES

MAX_ROWS = 2_000
HEADINGS = [names[0] for names in NAMES.values()]
#: One application with two lines of goods; the import ignores rows that begin with 示例.
EXAMPLE: tuple[tuple[str, ...], ...] = (
    (
        *(
            "示例-1",
            "3122260003",
            "王小明",
            "13800138000",
            "2233 浦东机场海关",
            "2233 浦东机场海关",
            "5 航空运输",
            "进口",
        ),
        *("2026-12-05 20:00", CATEGORIES[ReasonCategory.PERISHABLE].zh, "鲜活货物夜间到港", "0301999390", "其他活鱼"),
    ),
    ("示例-1", *[""] * 10, "0302110000", "鲜鳟鱼"),
)
NOTES = (
    "每行一项商品；一份申请有多项商品时，后面各行填相同的企业自编号，或只填商品，其余留空。",
    "企业自编号由贵司自定：同一行重复上传不会产生第二份申请。",
    "“示例”开头的行不会被读取，可以删除或覆盖。",
    "预约通关时间写作 2026-12-05 20:00，为时段的起始时间。",
    "各列请保持文本格式，以免编码前面的 0 丢失。",
    "口岸、运输方式、进出口标识、事由类别可填代码或名称，见“可选值”。",
)
_INERT = ("=", "+", "-", "@", "\t", "\r")
_WIDE = {"consignee_code", "window_start", "reason_category", "reason", "name", "declaration_port", "entry_exit_port"}
_CHOICES = {"declaration_port": 0, "entry_exit_port": 0, "transport_mode": 1, "direction": 2, "reason_category": 3}


def template_xlsx(ports: Iterable[tuple[str, str]]) -> bytes:
    """Returns a book of three sheets: the rows to fill in, the notes, and the lists of choices."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 a new book has one
    sheet.title = "批量预约"
    write_rows(sheet, [HEADINGS, *EXAMPLE])
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 100
    for note in NOTES:
        notes.append([note])
    _offer(sheet, _choices(book, ports))
    return saved(book)


def template_csv() -> bytes:
    """Returns the headings and the example, with a byte order mark, which Excel needs to read Chinese."""
    return csv_of([HEADINGS, *EXAMPLE])


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Returns a CSV in which no cell can be taken for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([f"'{cell}" if cell.startswith(_INERT) else cell for cell in row] for row in rows)
    return f"\ufeff{text.getvalue()}".encode()


def write_rows(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    """Writes text cells, with a mark for characters that XML does not allow; the first row is a frozen heading."""
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell) for cell in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.number_format, cell.data_type = "@", "s"
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
    sheet.freeze_panes = "B2"
    for place, key in enumerate(NAMES, 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.number_format = (24 if key in _WIDE else 14), "@"


def saved(book: Workbook) -> bytes:
    """Returns the bytes of the book."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _choices(book: Workbook, ports: Iterable[tuple[str, str]]) -> list[str]:
    """Adds the sheet of choices, and returns the ranges of ports, modes, directions and categories."""
    sheet = book.create_sheet("可选值")
    lists: Mapping[str, list[str]] = {
        "口岸": [f"{code} {name}" for code, name in ports],
        "运输方式": [f"{code} {zh}" for code, (zh, _) in TRANSPORT_MODES.items()],
        "进出口标识": [each.zh for each in DIRECTIONS.values()],
        "事由类别": [each.zh for each in CATEGORIES.values()],
    }
    ranges = []
    for place, (heading, words) in enumerate(lists.items(), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 28
        for row, word in enumerate([heading, *words], 1):
            sheet.cell(row, place, word).number_format = "@"
        ranges.append(f"'可选值'!${letter}$2:${letter}${len(words) + 1}")
    return ranges


def _offer(sheet: Worksheet, ranges: Sequence[str]) -> None:
    """Adds drop-down lists. They allow other words too, because the check explains what is wrong with them."""
    for place, key in enumerate(NAMES, 1):
        if key in _CHOICES:
            offered = DataValidation("list", formula1=ranges[_CHOICES[key]], allow_blank=True, showErrorMessage=False)
            letter = get_column_letter(place)
            offered.add(f"{letter}2:{letter}{MAX_ROWS}")
            sheet.add_data_validation(offered)
