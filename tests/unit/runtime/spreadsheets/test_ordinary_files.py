"""Files as the tools of an office write them: each is read as it was meant, or refused with its true cause."""

import os
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from domain.problems import explain
from runtime.imports.lists import PORT_COLUMNS, hs_columns
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import EPOCH, LIMITS, Limits, SheetUnreadable
from runtime.spreadsheets.tables import Faults, SheetTable
from tests.unit.runtime.spreadsheets.files import written_xlsx

LIBREOFFICE = Path("/usr/bin/soffice")
PORTS = [["关区代码", "关区名称"], ["0101", "首都机场海关"], ["2233", "浦东机场海关"]]
READ = [("0101", "首都机场海关"), ("2233", "浦东机场海关")]
TRANSITIONAL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HS_COLUMNS = hs_columns(EPOCH)
STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


def read(path: Path, columns: Sequence[Column] = PORT_COLUMNS, limits: Limits = LIMITS) -> list[tuple[str, str]]:
    """Code and name of every row; the file must have no fault."""
    faults = Faults()
    table = SheetTable(open_sheet(path, limits, columns), columns, faults)
    found = [(record.values["code"], record.values["name"]) for record in table.records()]
    assert faults.listed == []
    return found


def faults_of(path: Path, columns: Sequence[Column] = PORT_COLUMNS) -> list[tuple[int | None, str, object]]:
    faults = Faults()
    list(SheetTable(open_sheet(path, columns=columns), columns, faults).records())
    return [(each.row, each.fault.code, each.fault.facts.get("reason")) for each in faults.listed]


def refused(path: Path, columns: Sequence[Column] = PORT_COLUMNS) -> tuple[str, object]:
    """The code and the reason of a file that cannot be read; in both languages the remedy is a sentence."""
    with pytest.raises(SheetUnreadable) as error:
        read(path, columns)
    fault = error.value.fault
    assert len(explain(fault, "zh")["remedy"]) > 8
    assert len(explain(fault, "en")["remedy"]) > 20
    return fault.code, fault.facts.get("reason")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def written(content: str | bytes) -> Path:
        (tmp_path / "file").write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path / "file"

    return written


Write = Callable[[str | bytes], Path]


class TestText:
    def test_the_row_of_names_decides_the_delimiter(self, write: Write) -> None:
        lines = ["\ufeff商品编号,商品名称", "0301110010,活观赏鱼，淡水的，种苗除外"]
        lines.append("0301190010,活观赏鱼，其他的，种苗除外")
        assert read(write("\r\n".join(lines)), HS_COLUMNS) == [
            ("0301110010", "活观赏鱼，淡水的，种苗除外"),
            ("0301190010", "活观赏鱼，其他的，种苗除外"),
        ]

    @pytest.mark.parametrize(
        "content",
        [
            "关区代码,关区名称\r\n0101\t,首都机场海关\t\r\n2233\t,浦东机场海关\t\r\n",  # tabs that keep zeros
            '关区代码,关区名称\r\n="0101",首都机场海关\r\n="2233",="浦东机场海关"\r\n',
            '关区代码,关区名称\r\n"=""0101""",首都机场海关\r\n"=""2233""",浦东机场海关\r\n',
            "sep=;\r\n关区代码;关区名称\r\n0101;首都机场海关\r\n2233;浦东机场海关\r\n",
            "关区代码|关区名称\n0101|首都机场海关\n2233|浦东机场海关\n",
            "关区代码，关区名称\n0101，首都机场海关\n2233，浦东机场海关\n",
            "关区代码,关区名称\r0101,首都机场海关\r2233,浦东机场海关\r",
            '"关区代码","关区名称"\n"0101","首都机场海关"\n"2233","浦东机场海关"\n\n',
            "关区表；共 2 条；2026 年；甲；乙\n关区代码\t关区名称\n0101\t首都机场海关\n2233\t浦东机场海关\n",
            f"关区代码,关区名称{',' * 300}\r\n0101,首都机场海关{',' * 300}\r\n2233,浦东机场海关{',' * 300}\r\n",
            f"关区代码,关区名称\r\n0101,首都机场海关\r\n2233,浦东机场海关\r\n{',,,' * 3}\r\n,\r\n",
            "\u200b关区代码,关区名称\n0101,首都机场海关_x000D_\n2233,浦东机场海关\n",
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
    def test_what_tools_put_around_cells(self, write: Write, content: str, encoding: str) -> None:
        assert read(write(content.encode(encoding))) == READ

    @pytest.mark.parametrize(
        ("cell", "reason"),
        [
            ("301999590.0", "fraction"),  # pandas, where one cell of the column is blank
            ("3.0199959E+08", None),
            ("301999590", None),
            ("0301.99.95.9", "fraction"),
            ("3,019,995,900", "hs_entry"),
            ("50%", "hs_entry"),
        ],
    )
    def test_a_code_that_was_a_number_is_refused_in_its_row(self, write: Write, cell: str, reason: str | None) -> None:
        rows = f'code,name\n0301110010,活鱼\n,\n"{cell}",其他活鱼\n'
        [(row, code, found)] = faults_of(write(rows), HS_COLUMNS)
        assert (row, found) == (4, reason)
        assert code == ("field.invalid" if reason else code)

    @pytest.mark.parametrize("encoding", ["big5", "shift_jis", "euc_jis_2004"])
    def test_another_encoding_under_english_names_is_refused(self, write: Write, encoding: str) -> None:
        text = {"big5": "浦東機場海關", "shift_jis": "浦東空港の税関", "euc_jis_2004": "浦東空港税関ターミナル"}[
            encoding
        ]
        content = f"code,name\n2233,{text}\n2248,{text}\n".encode(encoding)
        assert refused(write(content)) == ("import.unreadable", "encoding_unclear")

    @pytest.mark.parametrize(
        ("heading", "name"),
        [("code,name", "浦东机场海关（一期）—“T3”"), ("关区代码,关区名称", "浦東機場海關")],
    )
    def test_gb18030_is_read_where_it_is_plain(self, write: Write, heading: str, name: str) -> None:
        assert read(write(f"{heading}\n2233,{name}\n".encode("gb18030"))) == [("2233", name)]

    def test_a_file_of_results_is_read_as_it_was_written(self, write: Write) -> None:
        content = "code,name\n2233,'=SUM(A1)\n2248,'-20°C 冷藏\n5301,'90 年代\n"
        assert read(write(content)) == [("2233", "=SUM(A1)"), ("2248", "-20°C 冷藏"), ("5301", "'90 年代")]


class TestWorkbooks:
    def book(self, path: Path, sheets: Mapping[str, tuple[str, Sequence[Sequence[str]]]]) -> Path:
        """A workbook of sheets by title, each with its state and its rows."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, (state, rows) in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            sheet.sheet_state = state
        book.active = next(place for place, (state, _) in enumerate(sheets.values()) if state == "visible")
        book.save(path)
        return path

    OLD = (["关区代码", "关区名称"], ["9999", "已撤销"])

    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_a_hidden_sheet_is_skipped(self, tmp_path: Path, state: str) -> None:
        path = self.book(tmp_path / "a.xlsx", {"旧": (state, self.OLD), "新": ("visible", PORTS)})
        assert read(path) == READ
        assert open_sheet(path, columns=PORT_COLUMNS).chosen == "新"

    def test_of_visible_sheets_the_names_of_the_columns_decide(self, tmp_path: Path) -> None:
        sheets = {"说明": ("visible", [["填写说明"], ["代码为 4 位"]]), "表": ("visible", PORTS)}
        assert read(self.book(tmp_path / "a.xlsx", sheets)) == READ
        empty = {"空表": ("visible", PORTS[:1]), "表": ("visible", PORTS)}
        assert read(self.book(tmp_path / "b.xlsx", empty)) == READ

    def test_two_sheets_that_both_could_be_meant_are_no_guess(self, tmp_path: Path) -> None:
        path = self.book(tmp_path / "a.xlsx", {"2025": ("visible", self.OLD), "2026": ("visible", PORTS)})
        with pytest.raises(SheetUnreadable) as error:
            read(path)
        assert error.value.fault.code == "import.sheets_ambiguous"
        assert "2025、2026" in explain(error.value.fault, "zh")["message"]

    def test_a_list_is_complete_with_a_filter_left_on_and_says_which_rows_it_hides(self, tmp_path: Path) -> None:
        path, book = tmp_path / "a.xlsx", Workbook()
        assert book.active is not None
        for each in PORTS:
            book.active.append(each)
        book.active.auto_filter.ref = book.active.dimensions
        book.active.row_dimensions[3].hidden = True
        book.save(path)
        table = SheetTable(open_sheet(path, columns=PORT_COLUMNS), PORT_COLUMNS, Faults())
        assert [record.row for record in table.records()] == [2, 3]
        assert table.hidden == [3]

    def test_line_ends_that_a_workbook_writes_as_text(self, tmp_path: Path) -> None:
        rows = [*PORTS[:1], ["0101", "首都机场_x000D_\n海关"], ["2233", "A_x005F_x000D_B"]]
        assert read(written_xlsx(tmp_path / "a.xlsx", rows)) == [("0101", "首都机场 海关"), ("2233", "A_x000D_B")]

    def test_a_formula_that_is_a_text_is_that_text(self, tmp_path: Path) -> None:
        rows = [*PORTS[:1], ['="0101"', "首都机场海关"], ["2233", '="浦东机场海关"']]
        assert read(written_xlsx(tmp_path / "a.xlsx", rows)) == READ

    def test_formatted_rows_without_a_value_do_not_count(self, tmp_path: Path) -> None:
        book, fill = Workbook(), PatternFill("solid", fgColor="FFF2CC")
        for row in PORTS:
            book.worksheets[0].append(row)
        for number in range(4, 3_000):
            book.worksheets[0].cell(number, 1).fill = fill
        book.save(tmp_path / "a.xlsx")
        assert read(tmp_path / "a.xlsx", limits=Limits(rows=1_000)) == READ

    def test_numbers_that_lost_their_zeros_are_told_by_row(self, tmp_path: Path) -> None:
        rows: list[list[object]] = [
            ["code", "name"],
            [301999590.0, "a"],
            [None, None],
            [8703234190.0, "b"],
            [8703.23419, "c"],
            [1e9, "d"],
        ]
        assert faults_of(written_xlsx(tmp_path / "a.xlsx", rows), HS_COLUMNS) == [
            (2, "import.leading_zeros", None),
            (5, "field.invalid", "fraction"),
        ]


class TestOtherFormats:
    def strict(self, path: Path) -> Path:
        with (
            zipfile.ZipFile(written_xlsx(path.with_suffix(".real"), PORTS)) as real,
            zipfile.ZipFile(path, "w") as made,
        ):
            for part in real.infolist():
                made.writestr(part, real.read(part).replace(TRANSITIONAL, STRICT))
        return path

    def archive(self, **parts: str) -> bytes:
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            for number, (name, text) in enumerate(parts.items()):
                made.writestr(name.replace("__", "/").replace("_dot_", ".") or str(number), text)
        return file.getvalue()

    def test_strict_open_xml(self, tmp_path: Path) -> None:
        assert refused(self.strict(tmp_path / "a.xlsx")) == ("import.unreadable", "strict_workbook")

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "opendocument"),
            ({"mimetype": "application/vnd.oasis.opendocument.text"}, "not_a_spreadsheet"),
            ({"xl__workbook_dot_bin": ""}, "binary_workbook"),
            ({"word__document_dot_xml": ""}, "not_a_spreadsheet"),
            ({"Index__Document_dot_iwa": ""}, "numbers_document"),
            ({"ports_dot_csv": "代码,名称"}, "archive"),
        ],
    )
    def test_archives_that_are_no_xlsx(self, write: Write, parts: dict[str, str], reason: str) -> None:
        assert refused(write(self.archive(**parts))) == ("import.unreadable", reason)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("<html><body><table><tr><td>关区代码</td></tr></table></body></html>", "web_page"),
            ("\ufeff\r\n<!DOCTYPE html>\n<table><tr><td>a</td></tr></table>", "web_page"),
            ("<html>".encode("utf-16"), "web_page"),
            ("MIME-Version: 1.0\nContent-Type: multipart/related", "web_page"),
            (
                '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
                "xml_spreadsheet",
            ),
            (b"%PDF-1.7\n", "pdf"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        ],
    )
    def test_what_is_no_table_whatever_its_name(self, write: Write, content: str | bytes, reason: str) -> None:
        assert refused(write(content)) == ("import.unreadable", reason)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workbook for Calc."""
    assert LIBREOFFICE.exists(), "缺少 LibreOffice，请运行 make spreadsheet · LibreOffice is missing"
    folder = tmp_path_factory.mktemp("calc")
    written_xlsx(folder / "ports.xlsx", PORTS)
    return folder


@pytest.mark.slow
class TestLibreOffice:
    def saved_as(self, folder: Path, target: str) -> Path:
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        kind, _, _ = target.partition(":")
        out = folder / "out"
        command = [LIBREOFFICE, profile, "--headless", "--convert-to", target, "--outdir", out, folder / "ports.xlsx"]
        subprocess.run(list(map(str, command)), check=True, capture_output=True, env=os.environ | {"HOME": str(folder)})
        return out / f"ports.{kind}"

    @pytest.mark.parametrize(
        ("target", "reason"), [("ods", "opendocument"), ("xls:MS Excel 97", "old_office"), ("html", "web_page")]
    )
    def test_a_format_that_is_not_read_is_named(self, made: Path, target: str, reason: str) -> None:
        assert refused(self.saved_as(made, target)) == ("import.unreadable", reason)

    @pytest.mark.parametrize(
        "target",
        [
            "xlsx:Calc MS Excel 2007 XML",
            "csv:Text - txt - csv (StarCalc):9,34,65535",  # UTF-16 with tabs: "Unicode text"
            "csv:Text - txt - csv (StarCalc):59,34,76",
        ],
    )
    def test_what_calc_saves_is_read(self, made: Path, target: str) -> None:
        assert read(self.saved_as(made, target)) == READ
