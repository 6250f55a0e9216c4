"""Columns are found by their names; every fault is reported by its row and column."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runtime.imports.lists import PORT_COLUMNS
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import SheetUnreadable
from runtime.spreadsheets.tables import MAX_LISTED, Faults, Record, SheetTable
from tests.unit.runtime.spreadsheets.files import written_csv, written_xlsx

Write = Callable[[Sequence[Sequence[Any]]], Path]


@pytest.fixture(params=["csv", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    """Writes rows as a file of either kind."""

    def written(rows: Sequence[Sequence[Any]]) -> Path:
        path = tmp_path / "file"
        return written_csv(path, rows) if request.param == "csv" else written_xlsx(path, rows)

    return written


def read(path: Path) -> tuple[list[Record], Faults]:
    faults = Faults()
    table = SheetTable(open_sheet(path), PORT_COLUMNS, faults)
    return list(table.unique(table.records(), "code")), faults


def told(faults: Faults) -> list[tuple[int | None, str | None, str]]:
    return [(each.row, each.column, each.fault.code) for each in faults.listed]


@pytest.mark.parametrize(
    "names",
    [
        ["关区代码", "关区名称", "英文名称"],
        ["code", "name", "name_en"],
        ["Code*", "Name", "English Name"],
        ["关区代码（4位）", " 名 称 ", "英文名"],
        ["名称", "代码", "name-en"],
    ],
)
def test_names_in_either_language_in_any_order(write: Write, names: list[str]) -> None:
    values = ["浦东机场", "2233", "Pudong"] if names[0] == "名称" else ["2233", "浦东机场", "Pudong"]
    records, faults = read(write([names, values]))
    assert [(record.row, record.values) for record in records] == [
        (2, {"code": "2233", "name": "浦东机场", "name_en": "Pudong"})
    ]
    assert faults.count == 0


def test_titles_stand_above_and_other_columns_beside(write: Write) -> None:
    path = write(
        [["关区代码表"], [], ["序号", "代码", "名称"], [1, "2233", "浦东机场"], ["", "", ""], [2, "2248", "洋山"]]
    )
    records, faults = read(path)
    assert [(record.row, record.values["code"]) for record in records] == [(4, "2233"), (6, "2248")]
    assert faults.count == 0
    assert SheetTable(open_sheet(path), PORT_COLUMNS, faults).header.ignored == ["序号"]


def test_a_column_that_is_not_there_is_told_from_an_empty_cell(write: Write) -> None:
    [without], _ = read(write([["代码", "名称"], ["2233", "浦东机场"]]))
    [empty], _ = read(write([["代码", "名称", "英文名称"], ["2233", "浦东机场", " "]]))
    assert "name_en" not in without.values
    assert empty.values["name_en"] is None


def test_every_fault_of_every_row(write: Write) -> None:
    rows: Iterable[Sequence[Any]] = [
        ["代码", "名称"],
        ["101", "首都机场"],
        ["22333", None],
        [None, "洋山"],
        ["2233", "=A1"],
        ["2248", "洋山"],
        ["2248", "洋山港"],
        ["5301", "x" * 501],
    ]
    records, faults = read(write(list(rows)))
    assert [record.row for record in records] == [6]
    assert told(faults) == [
        (2, "代码", "import.leading_zeros"),
        (3, "代码", "field.invalid"),
        (3, "名称", "field.required"),
        (4, "代码", "field.required"),
        (5, "名称", "import.formula"),
        (7, "代码", "import.duplicate"),
        (8, "名称", "field.invalid"),
    ]
    assert faults.listed[5].fault.facts == {"value": "2248", "first_row": 6}


def test_a_number_cell_that_lost_its_zeros(tmp_path: Path) -> None:
    _, faults = read(written_xlsx(tmp_path / "a.xlsx", [["代码", "名称"], [101, "首都机场"], [2233, "浦东机场"]]))
    assert told(faults) == [(2, "代码", "import.leading_zeros")]


def test_content_beyond_the_columns(write: Write) -> None:
    _, faults = read(write([["代码", "名称"], ["2233", "浦东", "机场"], ["2248", "洋山", " "]]))
    assert told(faults) == [(2, None, "import.cell_beyond")]


def test_merged_data_is_a_fault_and_a_merged_title_is_none(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["关区代码表", None], ["代码", "名称"], ["2233", "浦东"], [None, "机场"]]
    _, faults = read(written_xlsx(tmp_path / "a.xlsx", rows, ["A1:B1", "B2:C2", "A3:A4"]))
    assert told(faults) == [(3, "代码", "import.merged"), (4, "代码", "field.required")]
    assert faults.listed[0].fault.facts == {"range": "A3:A4"}


def test_all_are_counted_and_a_hundred_told(write: Write) -> None:
    _, faults = read(write([["代码", "名称"], *[["x", "y"]] * 150]))
    assert (faults.count, len(faults.listed)) == (150, MAX_LISTED)


@pytest.mark.parametrize(
    ("rows", "code", "facts"),
    [
        ([["代码", "名称"]], "import.empty", {}),
        ([["代码", "名称"], [None, None]], "import.empty", {}),
        ([["代码", "称"], ["2233", "x"]], "import.columns_missing", {"columns": ["名称"], "rows": 10}),
        ([["a"], ["b"]], "import.columns_missing", {"columns": ["关区代码", "名称"], "rows": 10}),
        ([["代码", "名称", "CODE"], ["2233", "x", "y"]], "import.column_repeated", {"column": "代码"}),
        ([], "import.columns_missing", {"columns": ["关区代码", "名称"], "rows": 10}),
    ],
)
def test_a_table_that_is_none_is_refused(write: Write, rows: list[Any], code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(SheetUnreadable) as error:
        read(write(rows))
    assert (error.value.fault.code, error.value.fault.facts) == (code, facts)
