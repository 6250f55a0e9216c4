"""Rows of a spreadsheet become applications, and each wrong cell is reported by its place."""

from datetime import datetime
from typing import Any

import pytest

from api.appointments.importing.columns import NAMES, cell_text, columns, value
from api.appointments.importing.grouping import GridRow, Group, Grouping, located
from api.appointments.importing.words import port_name
from domain.instants import SHANGHAI
from domain.problems import Fault
from runtime.spreadsheets.cells import Invalid
from runtime.spreadsheets.sheets import Raw

COLUMNS = columns({port_name("浦东机场"): "2233", port_name("首都机场"): "0101"})
READS = {column.key: column.read for column in COLUMNS}
WHOLE = {
    "reference": "A-1",
    "consignee_code": "3122260003",
    "contact_name": "王小明",
    "contact_mobile": "138 0013 8000",
    "declaration_port": "浦东机场海关",
    "entry_exit_port": "2233",
    "transport_mode": "航空运输（5）",
    "direction": "进口",
    "window_start": "2026/12/5 20:00",
    "reason_category": "鲜活",
    "reason": "夜间到港",
    "hs_code": "0301.99.9390",
    "name": "其他活鱼",
}
MORE = dict.fromkeys(NAMES, "") | {"hs_code": "0302110000", "name": "鲜鳟鱼"}


def grouping(*rows: dict[str, str]) -> Grouping:
    return Grouping([GridRow(number, cells) for number, cells in enumerate(rows, 2)], COLUMNS)


def faults(*rows: dict[str, str]) -> list[tuple[int, str | None, str]]:
    return [(at.place, at.column, at.fault.code) for at in grouping(*rows).faults]


def read(key: str, text: str) -> Any:
    try:
        return value(READS[key], text)
    except Invalid as invalid:
        return invalid.facts.get("reason", invalid.code)


def test_a_row_is_an_application_whichever_way_its_cells_are_written() -> None:
    [group] = grouping(WHOLE).groups
    assert group.content().model_dump(mode="json", exclude_none=True) == {
        "consignee_code": "3122260003",
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": "2233",
        "entry_exit_port": "2233",
        "transport_mode": "5",
        "direction": "I",
        "window_start": "2026-12-05T20:00:00+08:00",
        "reason_category": "perishable",
        "reason": "夜间到港",
        "goods": [{"hs_code": "0301999390", "name": "其他活鱼"}],
    }


@pytest.mark.parametrize("more", [{}, {"reference": "A-1"}, WHOLE | {"hs_code": "0302110000"}])
def test_further_rows_hold_more_goods_of_the_same_application(more: dict[str, str]) -> None:
    found = grouping(WHOLE, MORE | more, WHOLE | {"reference": "A-2"})
    assert found.faults == []
    assert [(group.reference, group.places) for group in found.groups] == [("A-1", [0, 1]), ("A-2", [2])]
    assert [line.hs_code for line in found.groups[0].content().goods] == ["0301999390", "0302110000"]


def test_a_further_row_that_says_something_else_is_told() -> None:
    assert faults(WHOLE, MORE | {"reference": "A-1", "direction": "出口"}) == [(1, "direction", "import.differs")]


def test_a_reference_that_comes_again_further_down_is_told() -> None:
    assert faults(WHOLE, WHOLE | {"reference": "A-2"}, WHOLE) == [(2, "reference", "import.duplicate")]


def test_an_application_without_a_reference_is_told() -> None:
    assert faults(WHOLE | {"reference": ""}) == [(0, "reference", "field.required")]
    assert faults(WHOLE, WHOLE | {"reference": " ", "contact_name": "李四"}) == [(1, "reference", "field.required")]


def test_examples_and_empty_rows_are_passed_over() -> None:
    found = grouping(WHOLE | {"reference": "示例-1"}, MORE, dict.fromkeys(NAMES, " "), WHOLE)
    assert (found.skipped, [group.places for group in found.groups], found.faults) == ([0, 1], [[3]], [])


def test_all_faults_come_at_once_each_at_its_cell() -> None:
    wrong = WHOLE | {
        "consignee_code": "31222600",
        "contact_mobile": "1380013",
        "declaration_port": "999",
        "entry_exit_port": "月球",
        "transport_mode": "火箭",
        "window_start": "明天",
        "hs_code": "301999390",
        "name": "=A1",
    }
    assert faults(WHOLE | {"reference": "A-0"}, wrong) == [
        (1, "consignee_code", "field.invalid"),
        (1, "contact_mobile", "field.invalid"),
        (1, "declaration_port", "import.leading_zeros"),
        (1, "entry_exit_port", "field.invalid"),
        (1, "transport_mode", "field.invalid"),
        (1, "window_start", "field.invalid"),
        (1, "hs_code", "import.leading_zeros"),
        (1, "name", "import.formula"),
    ]


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("window_start", "2026-12-05 20:00", datetime(2026, 12, 5, 20, tzinfo=SHANGHAI)),
        ("window_start", "2026年12月5日 20：00", datetime(2026, 12, 5, 20, tzinfo=SHANGHAI)),
        ("window_start", "2026.12.5 8:30", datetime(2026, 12, 5, 8, 30, tzinfo=SHANGHAI)),
        ("window_start", "2026-12-05 20:00:00", datetime(2026, 12, 5, 20, tzinfo=SHANGHAI)),
        ("window_start", "2026-12-05 24:00", datetime(2026, 12, 6, tzinfo=SHANGHAI)),
        ("window_start", "46361.8333333", datetime(2026, 12, 5, 20, tzinfo=SHANGHAI)),
        ("window_start", "2026-12-05T12:00:00Z", datetime.fromisoformat("2026-12-05T20:00:00+08:00")),
        ("window_start", "2026-12-05", "not_a_moment"),
        ("window_start", "2026-02-30 20:00", "not_a_moment"),
        ("window_start", "2026-12-05 25:00", "not_a_moment"),
        ("window_start", "1900-12-05 20:00", "implausible_year"),
        ("declaration_port", "2233 浦东机场", "2233"),
        ("declaration_port", "浦东机场(２２３３)", "2233"),
        ("declaration_port", "首都机场口岸", "0101"),
        ("declaration_port", "首都", "unknown_port"),
        ("transport_mode", "空运", "5"),
        ("transport_mode", "Waterway", "2"),
        ("direction", "e", "E"),
        ("direction", "I 进口", "I"),
        ("reason_category", "other_urgent", "other_urgent"),
        ("consignee_code", "3.12226E+09", "import.precision_lost"),
        ("name", "#N/A", "no_value"),
        ("reason", "字" * 501, "too_long"),
    ],
)
def test_a_cell_is_read_as_people_write_it(key: str, text: str, found: Any) -> None:
    assert read(key, text) == found


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (13800138000, "13800138000"),
        (301999390.0, "301999390"),
        (123456789012345678, "1.23456789012346E+17"),
        (datetime(2026, 12, 5, 20), "2026-12-05 20:00"),  # noqa: DTZ001 a spreadsheet's moment has no zone
        (None, ""),
        (True, "True"),
        ("0301", "0301"),
    ],
)
def test_a_cell_of_a_file_is_shown_as_it_is_read_again(raw: Raw, text: str) -> None:
    assert cell_text(raw) == text


def test_faults_of_a_content_stand_at_the_cells_it_came_from() -> None:
    group: Group = grouping(WHOLE, MORE).groups[0]
    fields = ["contact_mobile", "goods[1].name", "goods", "consignee", "applicant", None]
    at = located(group, [Fault(code="field.required", field=field) for field in fields])
    assert [(each.place, each.column) for each in at] == [
        (0, "contact_mobile"),
        (1, "name"),
        (0, "hs_code"),
        (0, "consignee_code"),
        (0, None),
        (0, None),
    ]
