"""The calendar as it is kept from a terminal, on a database of its own."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.calendar import typed
from cli.main import app
from db.engine import connect, reading
from runtime.health import store
from runtime.health.finding import Level
from tests.copies import Copy


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, upgraded: Copy) -> str:
    """Years to 2026, the starter ports."""
    return upgraded(tmp_path_factory.mktemp("calendar") / "yuyue.db")


@pytest.fixture(autouse=True)
def environ(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "160")


def run(*arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, result.output
    return result.output


def calendar(*arguments: str, exit_code: int = 0) -> str:
    return run("calendar", *arguments, exit_code=exit_code)


def rows(table: str) -> list[list[str]]:
    """The cells of every row, frames apart."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in table.splitlines() if line.startswith("│")]


def test_a_day_is_shown_with_the_layer_it_comes_from() -> None:
    calendar("day", "2248", "2026-12-05", "08:30-12:00", "13:00-24:00", "--note", "加班")
    calendar("plan", "2248", "sun=20:00-次日02:00", "--from", "2026-12-01", "--note", "冬令")
    shown = rows(calendar("show", "2248", "--from", "2026-12-04", "--to", "2026-12-06"))
    assert shown == [
        ["2026-12-04", "周五", "08:30-17:00", "全国 national", ""],
        ["2026-12-05", "周六", "08:30-12:00 13:00-24:00", "单日 override", "加班"],
        ["2026-12-06", "周日", "20:00-26:00", "周计划 weekly", ""],
    ]


def test_without_hours_a_day_is_closed_and_can_be_taken_back() -> None:
    assert "休息 closed" in calendar("day", "5304", "2026-12-07")
    assert "全国 national" in calendar("day", "5304", "2026-12-07", "--remove", "--note", "误操作")
    assert "no override" in calendar("day", "5304", "2026-12-07", "--remove", exit_code=1)
    newest, oldest = rows(calendar("history", "--port", "5304"))
    assert (newest[2], newest[4], newest[5]) == ("单日 day 5304", "撤销 removed", "误操作")
    assert (oldest[3], oldest[4]) == ("2026-12-07", "休息 closed")
    assert oldest[1].startswith("cli:")


def test_a_plan_is_set_replaced_and_removed() -> None:
    week = ("mon-fri=08:30-12:00,13:30-17:00", "sat=closed", "sun=national")
    calendar("plan", "5301", *week, "--from", "2026-11-01")
    (plan, *more) = rows(calendar("plan", "5301"))
    assert plan[1] == "周一至周五 08:30-12:00 13:30-17:00"
    assert [row[1] for row in more[:2]] == ["周六 休息 closed", "周日 全国 national"]
    assert "2026-12-01" in calendar("plan", "5301", "mon=09:00-16:00", "--from", "2026-12-01")
    calendar("plan", "5301", "--from", "2026-12-01", "--remove")
    assert "no plan from" in calendar("plan", "5301", "--from", "2026-12-01", "--remove", exit_code=1)
    calendar("plan", "5301", "--from", "2026-11-01", "--remove")
    assert "no weekly plan" in calendar("plan", "5301")


def test_a_year_nobody_knows_is_a_gap_until_it_is_published() -> None:
    assert "chinesecalendar knows" in calendar("publish", "2099", "--from-library", exit_code=1)
    assert "缺口 gap" in calendar("show", "2233", "--from", "2099-01-01", "--to", "2099-01-01")
    days = (
        "--holidays",
        "2099-01-01=元旦",
        "--holidays",
        "2099-01-20..2099-01-22=春节",
        "--workdays",
        "2099-01-24=春节",
    )
    assert "4 天放假" in calendar("publish", "2099", *days, "--source", "国务院")
    shown = rows(calendar("show", "2233", "--from", "2099-01-20", "--to", "2099-01-24"))
    assert [row[2] for row in shown] == ["休息 closed"] * 3 + ["08:30-17:00"] * 2
    assert shown[4][1:] == ["周六", "08:30-17:00", "全国 national", "春节"]
    assert "33 天放假" in calendar("publish", "2026", "--from-library")


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish", "2098"),
        ("publish", "2026", "--from-library", "--holidays", "2026-01-01"),
        ("publish", "2098", "--holidays", "2097-01-01"),
        ("show", "9999"),
        ("day", "2233", "2026-12-05", "17:00-08:30"),
        ("day", "2233", "2026-12-05", "08:30-30:30"),
        ("plan", "2233", "mon=08:30-17:00"),
        ("show", "2233", "--from", "2026-12-05", "--to", "2026-12-04"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(arguments: tuple[str, ...]) -> None:
    assert "✗" in calendar(*arguments, exit_code=1)


def test_gaps_end_with_an_exit_code_that_a_script_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_CALENDAR_AHEAD_DAYS", "366")
    result = CliRunner().invoke(app, ["calendar", "gaps"])
    assert result.exit_code == 1
    assert "calendar publish" in result.output
    assert "ports without hours" in result.output


def test_a_database_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/yuyue.db")
    assert "nowhere 不存在" in calendar("history", exit_code=1)


class TestTyped:
    def test_days_one_by_one_and_in_spans(self) -> None:
        found = typed.days(["2027-01-01=元旦,2027-02-27..2027-03-01", "2027-05-01"])
        assert [f"{day:%m-%d}" for day in found] == ["01-01", "02-27", "02-28", "03-01", "05-01"]
        assert list(found.values()) == ["元旦", "", "", "", ""]

    def test_weekdays_one_by_one_and_in_runs(self) -> None:
        assert typed.week(["sat-sun=closed", "mon=08:30-12:00,13:30-17:00", "tue=national"]) == {
            0: [("08:30", "12:00"), ("13:30", "17:00")],
            5: [],
            6: [],
        }

    @pytest.mark.parametrize("text", ["mon", "xyz=closed", "mon=08:30", "mon-=closed"])
    def test_a_week_that_is_none(self, text: str) -> None:
        with pytest.raises(typer.BadParameter):
            typed.week([text])

    def test_a_weekday_that_is_there_twice(self) -> None:
        with pytest.raises(typer.BadParameter, match="wed"):
            typed.week(["mon-wed=closed", "wed-fri=closed"])

    @pytest.mark.parametrize("text", ["2027-02-30", "soon", "2027-02-11..2027-02-05", "1999-01-01"])
    def test_days_that_are_none(self, text: str) -> None:
        with pytest.raises(typer.BadParameter):
            typed.days([text])


def test_the_doctor_names_the_gap_and_the_command_that_closes_it(url: str) -> None:
    engine = connect(url)
    with reading(engine) as session:
        found = store.calendar(session, date(2026, 12, 20), timedelta(days=60))
        assert found.level is Level.WARNING
        assert "yuyue calendar publish 2027" in found.remedy
        assert store.calendar(session, date(2026, 6, 1), timedelta(days=60)).level is Level.OK
        assert store.unnotified(session).level is Level.OK
    engine.dispose()
