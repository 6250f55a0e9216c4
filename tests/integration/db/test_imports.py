"""The commands as they are typed, on both databases: all of a file or nothing of it."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from cli.imports.command import imports
from cli.main import app
from db import calendar, hours_notices, lists, reference
from db.calendar import DaySet, PlanSet
from db.engine import reading
from db.lists import ListEntry
from db.lookup import CachedIndex
from db.projections import project
from db.register_history import Origin
from db.seeds import seed_lists
from domain.appointment import Content, State
from domain.calendar import parse_sessions
from domain.enterprise import Grade, Qualification
from domain.event import Action
from domain.policy import Policy
from tests.integration.db.stories import NOON, NUMBER, appointment, event
from tests.unit.runtime.spreadsheets.files import written_csv, written_xlsx

Import = Callable[..., Result]
Write = Callable[[Sequence[Sequence[Any]]], Path]

PAGE = Path(__file__).parents[3] / "docs" / "imports.md"
REGISTER = ["海关编码", "统一社会信用代码", "检验检疫编码", "企业名称", "报关资质", "有效期至", "信用等级"]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setenv("YUYUE_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["import", *map(str, arguments)])


@pytest.fixture(params=["csv", "gb18030", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    def written(rows: Sequence[Sequence[Any]]) -> Path:
        if request.param == "xlsx":
            return written_xlsx(tmp_path / "file.xlsx", rows)
        return written_csv(tmp_path / "file.csv", rows, "utf-8-sig" if request.param == "csv" else request.param)

    return written


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    return result.stdout


def names(engine: sa.Engine, name: lists.ListName = "ports") -> dict[str, str]:
    with reading(engine) as session:
        return {entry.code: entry.name for entry in lists.entries(session, name)}


def counts(output: str) -> list[int]:
    """Added, changed, unchanged, removed."""
    [row] = [line for line in output.splitlines() if line.startswith("│")]
    return [int(cell) for cell in row.strip("│").split("│")]


class TestLists:
    PORTS = (["代码", "名称"], ["2233", "浦东机场海关"], ["2248", "洋山海关"])

    def test_ports_are_added_changed_and_taken_away(self, run: Import, write: Write, engine: sa.Engine) -> None:
        assert counts(done(run("ports", write(self.PORTS)))) == [2, 0, 0, 0]
        file = write([["代码", "名称", "英文名称"], ["2233", "浦东机场海关", "Pudong"], ["0101", "首都机场", None]])
        dry = done(run("ports", file, "--replace", "--dry-run"))
        assert (counts(dry), names(engine)) == ([1, 1, 0, 1], {"2233": "浦东机场海关", "2248": "洋山海关"})
        assert "- 2248 洋山海关" in dry
        assert counts(done(run("ports", file))) == [1, 1, 0, 0]
        assert counts(done(run("ports", file, "--replace"))) == [0, 0, 2, 1]
        assert names(engine) == {"0101": "首都机场", "2233": "浦东机场海关"}

    def test_the_tariff_has_headings_and_lines(self, run: Import, write: Write, engine: sa.Engine) -> None:
        rows = [["税则号列", "商品名称"], ["0301", "活鱼"], ["0301.9999.90", "其他活鱼"], ["8703234190", "小轿车"]]
        assert counts(done(run("hs", write(rows)))) == [3, 0, 0, 0]
        assert names(engine, "hs_codes") == {"0301": "活鱼", "0301999990": "其他活鱼", "8703234190": "小轿车"}

    def test_one_fault_and_nothing_is_imported(self, run: Import, write: Write, engine: sa.Engine) -> None:
        lists.enter(engine, "ports", [ListEntry(code="5301", name="皇岗")], Origin("officer", NOON))
        told = refused(run("ports", write([*self.PORTS, ["101", "首都机场"]]), "--replace"))
        assert "第 4 行 row 4，代码: import.leading_zeros" in told
        assert names(engine) == {"5301": "皇岗"}

    @pytest.mark.parametrize("stage", ["_write", "_remove", "_save_status"])
    def test_an_import_that_dies_half_way_leaves_everything_as_it_was(
        self, run: Import, write: Write, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, stage: str
    ) -> None:
        lists.enter(engine, "ports", [ListEntry(code="5301", name="皇岗")], Origin("officer", NOON))
        real = getattr(lists, stage)

        def killed(*given: object, **more: object) -> None:
            real(*given, **more)
            raise KeyboardInterrupt

        monkeypatch.setattr(lists, stage, killed)
        assert run("ports", write(self.PORTS), "--replace").exit_code != 0
        assert names(engine) == {"5301": "皇岗"}

    def test_who_holds_the_list_finds_what_was_imported(self, run: Import, write: Write, engine: sa.Engine) -> None:
        held = CachedIndex("ports")
        with reading(engine) as session:
            assert held.current(session)[0].search("yangshan", 5) == []
        done(run("ports", write(self.PORTS)))
        with reading(engine) as session:
            index, complete = held.current(session)
        assert [index.terms[hit.row].code for hit in index.search("yangshan", 5)] == ["2248"]
        assert not complete

    def test_an_official_list_stays_when_the_product_is_updated(
        self, run: Import, write: Write, engine: sa.Engine
    ) -> None:
        seed_lists(engine, at=NOON)
        done(run("ports", write(self.PORTS), "--replace"))
        lists.seed(engine, "ports", [ListEntry(code="0101", name="首都机场")], "newer", at=NOON)
        assert names(engine) == {"2233": "浦东机场海关", "2248": "洋山海关"}


class TestEnterprises:
    GOOD = ("3122260099", "91350100M000100Y43", "3100900099", "示例庚有限公司", "已备案", "2099-12-31", "常规")

    def test_the_register_is_entered(self, run: Import, write: Write, engine: sa.Engine) -> None:
        plain = ["3122260098", None, None, "示例辛有限公司", "expired", None, "高级认证"]
        assert counts(done(run("enterprises", write([REGISTER, self.GOOD, plain])))) == [2, 0, 0, 0]
        with reading(engine) as session:
            entry, other = (reference.enterprise(session, code) for code in ("3122260099", "3122260098"))
        assert entry
        assert (entry.uscc, entry.ciq_code, entry.grade) == ("91350100M000100Y43", "3100900099", Grade.REGULAR)
        assert (entry.qualification, str(entry.valid_until)) == (Qualification.REGISTERED, "2099-12-31")
        assert other
        assert (other.qualification, other.uscc) == (Qualification.EXPIRED, None)
        downgraded = [*self.GOOD[:-1], "失信"]
        assert counts(done(run("enterprises", write([REGISTER, downgraded]), "--dry-run"))) == [0, 1, 0, 0]
        assert counts(done(run("enterprises", write([REGISTER, downgraded]), "--replace"))) == [0, 1, 0, 1]
        with reading(engine) as session:
            assert [each.grade for each in reference.enterprises(session)] == [Grade.DISHONEST]

    @pytest.mark.parametrize(
        ("place", "value", "fault"),
        [
            (0, "312226009", "海关编码: import.leading_zeros"),
            (1, "91350100M000100Y42", "统一社会信用代码: field.invalid"),
            (2, "31009", "检验检疫编码: field.invalid"),
            (3, None, "企业名称: field.required"),
            (4, "也许", "报关资质: field.invalid"),
            (5, "31/12/2099", "有效期至: field.invalid"),
            (6, "AAA", "信用等级: field.invalid"),
            (6, "一般认证", "信用等级: field.invalid"),
        ],
    )
    def test_every_column_is_checked(
        self, run: Import, write: Write, engine: sa.Engine, place: int, value: str | None, fault: str
    ) -> None:
        row = [value if number == place else cell for number, cell in enumerate(self.GOOD)]
        assert f"第 2 行 row 2，{fault}" in refused(run("enterprises", write([REGISTER, row])))
        with reading(engine) as session:
            assert reference.enterprises(session) == []


class TestCalendar:
    COLUMNS = ("日期", "类型", "节日")

    def published(self, engine: sa.Engine, year: int) -> dict[str, tuple[bool, str]]:
        with reading(engine) as session:
            return {str(mark.day): (mark.working, mark.name) for mark in calendar.special_days(session, [year])}

    def test_a_year_is_published(self, run: Import, write: Write, engine: sa.Engine) -> None:
        rows = [self.COLUMNS, ["2031-01-01", "放假", "元旦"], ["2031-01-04", "调休", "元旦"]]
        assert counts(done(run("calendar", write(rows), "--dry-run"))) == [2, 0, 0, 0]
        assert self.published(engine, 2031) == {}
        assert counts(done(run("calendar", write(rows), "--by", "officer"))) == [2, 0, 0, 0]
        assert self.published(engine, 2031) == {"2031-01-01": (False, "元旦"), "2031-01-04": (True, "元旦")}
        with reading(engine) as session:
            assert [(year.year, year.published_by) for year in calendar.years(session)] == [(2031, "officer")]
            assert [each.kind for each in calendar.changes(session)] == ["year"]
        assert counts(done(run("calendar", write(rows)))) == [0, 0, 2, 0]
        with reading(engine) as session:
            assert len(calendar.changes(session)) == 1, "nothing new is no change"

    def test_what_stood_there_stays_unless_it_is_replaced(self, run: Import, write: Write, engine: sa.Engine) -> None:
        done(run("calendar", write([self.COLUMNS, ["2031-01-01", "放假", "元旦"], ["2031-01-02", "放假", "元旦"]])))
        more = write([self.COLUMNS, ["2031-01-01", "放假", "新年"], ["2031-10-01", "放假", "国庆节"]])
        assert counts(done(run("calendar", more))) == [1, 1, 0, 0]
        assert set(self.published(engine, 2031)) == {"2031-01-01", "2031-01-02", "2031-10-01"}
        assert counts(done(run("calendar", more, "--replace"))) == [0, 0, 2, 1]
        assert set(self.published(engine, 2031)) == {"2031-01-01", "2031-10-01"}

    def test_faults(self, run: Import, write: Write, engine: sa.Engine) -> None:
        told = refused(
            run(
                "calendar",
                write(
                    [
                        self.COLUMNS,
                        ["2031-01-01", "放假", "元旦"],
                        ["2031-01-01", "调休", "元旦"],
                        ["2031-01-03", "调休", "元旦"],
                        ["2031-02-30", "放假", "x"],
                        ["2031-05-01", "也许", "劳动节"],
                    ]
                ),
            )
        )
        assert [line for line in told.splitlines() if line.startswith("第")] == [
            "第 3 行 row 3，日期: import.duplicate",
            "第 4 行 row 4，日期: field.invalid",
            "第 5 行 row 5，日期: field.invalid",
            "第 6 行 row 6，类型: field.invalid",
        ]
        assert self.published(engine, 2031) == {}

    def test_dates_are_cells_or_serial_numbers_too(self, run: Import, tmp_path: Path, engine: sa.Engine) -> None:
        rows = [self.COLUMNS, [date(2031, 1, 1), "放假", "元旦"], [47943, "放假", "劳动节"]]
        done(run("calendar", written_xlsx(tmp_path / "a.xlsx", rows)))
        assert set(self.published(engine, 2031)) == {"2031-01-01", "2031-04-05"}


class TestWorkHours:
    COLUMNS = ("口岸", "星期", "生效日期", "日期", "工作时段", "备注")
    WEEK = (COLUMNS, ["2233", "周一至周五", "2031-01-01", None, "8:30-12:00，13:30-17:00", "冬季"])
    LUNCH = parse_sessions([["08:30", "12:00"], ["13:30", "17:00"]])

    @pytest.fixture(autouse=True)
    def ports(self, engine: sa.Engine) -> None:
        known = [ListEntry(code="2233", name="浦东机场"), ListEntry(code="2248", name="洋山")]
        lists.enter(engine, "ports", known, Origin("officer", NOON))

    def entered(self, engine: sa.Engine) -> list[PlanSet | DaySet]:
        with reading(engine) as session:
            return calendar.entered_hours(session, ["2233", "2248"])

    def test_plans_and_single_dates(self, run: Import, write: Write, engine: sa.Engine) -> None:
        rows = [
            *self.WEEK,
            ["2233", "六", "2031-01-01", None, "休息", None],
            ["2248", None, None, "2031-02-03", "9:00-24:00", None],
            ["2248", None, None, "2031-02-04", "08:00-次日02:00", None],
            ["2248", None, None, "2031-02-05", "20:00-02:00", None],
        ]
        assert counts(done(run("work-hours", write(rows), "--dry-run"))) == [4, 0, 0, 0]
        assert self.entered(engine) == []
        done(run("work-hours", write(rows)))
        week = dict.fromkeys(range(5), self.LUNCH)
        assert self.entered(engine) == [
            PlanSet("2233", date(2031, 1, 1), week | {5: ()}, "冬季"),
            DaySet("2248", date(2031, 2, 3), parse_sessions([["09:00", "24:00"]]), None),
            DaySet("2248", date(2031, 2, 4), parse_sessions([["08:00", "26:00"]]), None),
            DaySet("2248", date(2031, 2, 5), parse_sessions([["20:00", "26:00"]]), None),
        ]
        assert counts(done(run("work-hours", write(rows)))) == [0, 0, 4, 0]
        with reading(engine) as session:
            assert len(calendar.changes(session)) == 4

    def test_other_weekdays_dates_and_ports_stay_unless_replaced(
        self, run: Import, write: Write, engine: sa.Engine
    ) -> None:
        others = [DaySet("2233", date(2031, 3, 1), (), "台风"), DaySet("2248", date(2031, 3, 1), (), None)]
        calendar.apply_changes(engine, *others, by="officer", at=NOON)
        done(run("work-hours", write(self.WEEK)))
        friday = write([self.COLUMNS, ["2233", "5", "2031-01-01", None, "closed", None]])
        assert counts(done(run("work-hours", friday))) == [0, 1, 0, 0]
        week = dict.fromkeys(range(4), self.LUNCH) | {4: ()}
        assert self.entered(engine) == [PlanSet("2233", date(2031, 1, 1), week, "冬季"), *others]
        assert counts(done(run("work-hours", friday, "--replace"))) == [0, 1, 0, 1]
        assert self.entered(engine) == [PlanSet("2233", date(2031, 1, 1), {4: ()}, None), others[1]]

    def test_whoever_holds_a_window_in_it_is_to_be_told(self, run: Import, write: Write, engine: sa.Engine) -> None:
        # The import goes by the clock of the day on which it runs, so the window must still be to come.
        start = datetime(2031, 6, 14, 12, tzinfo=UTC)
        content = Content(declaration_port="2233", entry_exit_port="2233", window_start=start)
        end = start + Policy().window.length
        booked = appointment(state=State.SUCCEEDED, content=content, window_end=end)
        project(engine, [event(booked, Action.SUBMITTED)])
        hours_notices.judge(engine, Policy())
        saturday = [self.COLUMNS, ["2233", None, None, "2031-06-14", "08:30-24:00", "加班"]]
        done(run("work-hours", write(saturday)))
        assert hours_notices.judge(engine, Policy()) == 1
        with reading(engine) as session:
            assert [(each.pre_entry_no, each.conflict) for each in hours_notices.unsent(session)] == [(NUMBER, True)]

    def test_faults(self, run: Import, write: Write, engine: sa.Engine) -> None:
        rows = [
            *self.WEEK,
            ["9999", "一", "2031-01-01", None, "08:30-17:00", None],
            ["2248", "周八", "2031-01-01", None, "08:30-17:00", None],
            ["2248", "五-一", "2031-01-01", None, "08:30-17:00", None],
            ["2248", "一", None, None, "08:30-17:00", None],
            ["2248", "一", "2031-01-01", "2031-01-01", "08:30-17:00", None],
            ["2248", None, None, None, "08:30-17:00", None],
            ["2248", "一", "2031-01-01", None, "17:00-08:30", None],
            ["2248", "一", "2031-01-01", None, "08:30-12:00,11:00-17:00", None],
            ["2248", "一", "2031-01-01", None, None, None],
            ["2233", "三", "2031-01-01", None, "08:30-17:00", None],
        ]
        told = refused(run("work-hours", write(rows)))
        assert [line.split(" row ")[1] for line in told.splitlines() if line.startswith("第")] == [
            "3，口岸: field.invalid",
            "4，星期: field.invalid",
            "5，星期: field.invalid",
            "6，生效日期: field.required",
            "7，星期: field.invalid",
            "8，星期: field.invalid",
            "9，工作时段: field.invalid",
            "10，工作时段: field.invalid",
            "11，工作时段: field.required",
            "12，口岸: import.duplicate",
        ]
        assert self.entered(engine) == []

    def test_one_transaction(
        self, run: Import, write: Write, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(
            "db.calendar.hours_notices.mark_affected", killed
        )  # when all of it is written and nothing committed
        rows = [*self.WEEK, ["2248", None, None, "2031-02-03", "9:00-24:00", None]]
        assert run("work-hours", write(rows)).exit_code != 0
        assert self.entered(engine) == []


def test_a_file_that_is_none_is_refused_as_a_whole(run: Import, tmp_path: Path, engine: sa.Engine) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04 no workbook")
    assert "文件 file: import.unreadable" in refused(run("ports", tmp_path / "a.csv"))
    assert run("ports", tmp_path / "nowhere.csv").exit_code == 2
    assert names(engine) == {}


EXAMPLES = dict(re.findall(r"^## ([a-z-]+) .*?^```csv\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE))


def test_the_page_has_an_example_of_every_import() -> None:
    commands = (command.name or getattr(command.callback, "__name__", "") for command in imports.registered_commands)
    assert set(EXAMPLES) == set(commands)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_examples_of_the_page_can_be_imported(run: Import, tmp_path: Path, engine: sa.Engine, kind: str) -> None:
    seed_lists(engine, at=NOON)
    file = tmp_path / "example.csv"
    file.write_text(EXAMPLES[kind], "utf-8")
    assert sum(counts(done(run(kind, file)))[:2]) >= 1
    assert counts(done(run(kind, file)))[:2] == [0, 0]
