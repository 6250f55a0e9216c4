"""Any file becomes rows, or is refused as a whole; nothing that it holds can hurt."""

import random
import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from domain.problems import explain
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import ErrorValue, Formula, Limits, Raw, SheetUnreadable
from tests.unit.runtime.spreadsheets.files import written_csv, written_xlsx

ROWS = [["代码", "名称"], ["0101", "首都机场，含“T3”"], ["2233", "浦东\n机场"]]


def cells(path: Path, limits: Limits | None = None) -> list[tuple[Raw, ...]]:
    return [row.cells for row in open_sheet(path, limits or Limits()).rows]


def refused(path: Path, limits: Limits | None = None) -> tuple[str, object, int | None]:
    """The code, the reason and the row of a file that must be refused, with a text that says all of it."""
    with pytest.raises(SheetUnreadable) as error:
        cells(path, limits)
    told = explain(error.value.fault, "zh")
    assert "—" not in told["message"]
    assert told["remedy"]
    return error.value.fault.code, error.value.fault.facts.get("reason"), error.value.row


def outcome(path: Path) -> str:
    """``read``, or the code that it was refused with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cells(path)
    except SheetUnreadable as error:
        return error.fault.code
    return "read"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_offices_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = written_csv(tmp_path / "列表.txt", ROWS, encoding, delimiter)
    assert cells(path) == [tuple(row) for row in ROWS]


def test_xlsx_is_told_by_its_content(tmp_path: Path) -> None:
    assert cells(written_xlsx(tmp_path / "named.csv", ROWS)) == [tuple(row) for row in ROWS]


def test_row_numbers_are_those_an_editor_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('代码,名称\n"01\n01",a\n\n2233,b\r\n', encoding="utf-8")
    assert [row.number for row in open_sheet(path).rows] == [1, 2, 4, 5]
    path = written_xlsx(tmp_path / "a.xlsx", [["代码"], [], ["2233"]])
    assert [row.number for row in open_sheet(path).rows] == [1, 2, 3]


def test_formulas_and_errors_are_no_values(tmp_path: Path) -> None:
    [xlsx] = cells(written_xlsx(tmp_path / "a.xlsx", [["=HYPERLINK(1)", "#N/A", 1, True, date(2026, 1, 1)]]))
    assert [type(cell) for cell in xlsx] == [Formula, ErrorValue, int, bool, datetime]
    [text] = cells(written_csv(tmp_path / "a.csv", [["=cmd|' /C calc'!A0", " =1+1", "-1"]]))
    assert [type(cell) for cell in text] == [Formula, Formula, str]


def test_merged_cells_are_told(tmp_path: Path) -> None:
    sheet = open_sheet(written_xlsx(tmp_path / "a.xlsx", [["标题"], ["代码", "名称"], ["1", "2"]], ["A1:B1", "B3:C9"]))
    assert [(merge.name, merge.column, merge.first_row, merge.last_row) for merge in sheet.merges] == [
        ("A1:B1", 1, 1, 1),
        ("B3:C9", 2, 3, 9),
    ]


def test_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written_csv(tmp_path / "a.csv", [["x" * 100] * 4] * 20)
    assert refused(path, Limits(file_bytes=1000))[:2] == ("import.too_large", "file_too_large")
    assert refused(path, Limits(rows=7)) == ("import.too_large", "too_many_rows", 8)
    assert refused(path, Limits(columns=3)) == ("import.too_large", "too_many_columns", 1)
    assert refused(path, Limits(cell_characters=99)) == ("import.too_large", "cell_too_long", 1)
    path = written_xlsx(tmp_path / "a.xlsx", [["x" * 100] * 4] * 20)
    assert refused(path, Limits(rows=7)) == ("import.too_large", "too_many_rows", 8)
    assert refused(path, Limits(cell_characters=99)) == ("import.too_large", "cell_too_long", 1)
    assert cells(path, Limits(columns=3)) == [("x" * 100,) * 3] * 20


def test_empty_rows_do_not_count(tmp_path: Path) -> None:
    assert len(cells(written_csv(tmp_path / "a.csv", [["1"], *[[""]] * 50]), Limits(rows=1))) == 51


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    path = written_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(70 * 1024**2))
    assert path.stat().st_size < 1024**2
    assert refused(path)[:2] == ("import.too_large", "unpacks_too_large")


@pytest.mark.timeout(20)  # a search that goes to the end at each opened tag does not end in time
@pytest.mark.parametrize("tag", [b"<row ", b"<mergeCell "])
def test_tags_that_nobody_closes_are_gone_through_once(tmp_path: Path, tag: bytes) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(written_xlsx(tmp_path / "real.xlsx", ROWS)) as real, zipfile.ZipFile(path, "w", 8) as open_:
        for part in real.infolist():
            open_.writestr(part, real.read(part) + (tag * 500_000 if "sheet1" in part.filename else b""))
    assert refused(path)[0] == "import.unreadable"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(written_xlsx(tmp_path / "real.xlsx", ROWS)) as real, zipfile.ZipFile(path, "w") as lying:
        for part in real.infolist():
            lying.writestr(part, real.read(part) + (b" " * 9_000_000 if "sheet1" in part.filename else b""), 8)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = next(part.file_size for part in archive.infolist() if "sheet1" in part.filename)
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert refused(path)[0] == "import.unreadable"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_not_expanded(tmp_path: Path, part: str) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 10}">{entities}]>'.encode()
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(written_xlsx(tmp_path / "real.xlsx", ROWS)) as real, zipfile.ZipFile(path, "w") as laughing:
        for each in real.infolist():
            content = real.read(each)
            if each.filename == part:
                body = content.split(b"?>", 1)[-1].replace("名称".encode(), b"&e9;")
                content = doctype + body
            laughing.writestr(each.filename, content)
    assert outcome(path) == "import.unreadable" or "xxxxxxxxxxxxxxxx" not in str(cells(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
        (b"PK\x03\x04" + bytes(600), "broken_workbook"),
        (b"a,b\n\x00,c\n", "no_text"),
        (b"a,\xff\xff\xff\n", "encoding"),
        ('代码,名称\n"2233,浦东\n'.encode(), "quotes"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert refused(tmp_path / "file")[:2] == ("import.unreadable", reason)


def test_a_row_far_away_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(written_xlsx(tmp_path / "real.xlsx", ROWS)) as real, zipfile.ZipFile(path, "w") as far:
        for each in real.infolist():
            content = real.read(each)
            far.writestr(each.filename, content.replace(b'<row r="3"', b'<row r="99999999999"'))
    assert refused(path, Limits(rows=1000))[:2] == ("import.unreadable", "broken_workbook")


def test_a_damaged_workbook_is_read_or_refused_and_never_more(tmp_path: Path) -> None:
    whole = written_xlsx(tmp_path / "real.xlsx", [["代码", "名称", date(2026, 1, 1)], [101, "=1", "x"]]).read_bytes()
    chance, path = random.Random(20261125), tmp_path / "a.xlsx"
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        assert outcome(path) in {"read", "import.unreadable", "import.too_large"}
