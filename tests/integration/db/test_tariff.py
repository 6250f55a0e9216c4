"""The tariff 税则 on the day of a window: lines with dates, entered ahead, and complete once imported as a whole."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from cli.main import app
from db import lists, queries
from db.engine import reading
from db.lists import ListEntry
from db.lookup import CachedIndex
from db.register_history import Origin
from domain import goods
from domain.appointment import Content, GoodsLine
from domain.facts import Tariff
from domain.policy import Policy
from domain.problems import explain
from tests.integration.db.stories import NOON
from tests.unit.runtime.spreadsheets.files import written_csv

OLD, NEW, KEPT = "0301999390", "0301999391", "0302110000"
ENDED, BEGUN = date(2026, 12, 31), date(2027, 1, 1)
YEARS = [
    ListEntry(code=OLD, name="其他活鱼", valid_to=ENDED),
    ListEntry(code=NEW, name="其他活鱼（食用）", valid_from=BEGUN),
    ListEntry(code=KEPT, name="鲜鳟鱼", valid_to=ENDED),
    ListEntry(code=KEPT, name="鲜、冷鳟鱼", valid_from=BEGUN),
]


def unknown(engine: sa.Engine, start: datetime | None, *codes: str) -> list[tuple[str | None, str]]:
    """Field and code of each line that a submission is refused for."""
    content = Content(window_start=start, goods=tuple(GoodsLine(hs_code=code, name="鱼") for code in codes))
    with reading(engine) as session:
        facts = queries.facts_for(session, applicant="", content=content, policy=Policy())
    faults = goods.check_tariff(content.goods, facts.tariff)
    assert {fault.code for fault in faults} <= {"goods.hs_code_unknown"}
    return [(fault.field, fault.facts["hs_code"]) for fault in faults]


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "refused"),
    [
        ("2026-12-31 23:00", [("goods[1].hs_code", NEW)]),
        ("2027-01-01 00:00", [("goods[0].hs_code", OLD)]),
    ],
)
def test_the_day_of_the_window_decides(engine: sa.Engine, start: str, refused: list[tuple[str, str]]) -> None:
    lists.enter(engine, "hs_codes", YEARS, Origin("officer", NOON), replace=True)
    assert unknown(engine, shanghai(start), OLD, NEW, KEPT) == refused


def test_only_a_complete_tariff_refuses(engine: sa.Engine) -> None:
    start = shanghai("2026-12-05 20:00")
    assert unknown(engine, start, "9999999999") == []
    lists.enter(engine, "hs_codes", YEARS, Origin("officer", NOON))
    assert unknown(engine, start, "9999999999") == []
    lists.enter(engine, "hs_codes", YEARS, Origin("officer", NOON), replace=True)
    assert unknown(engine, start, "9999999999") == [("goods[0].hs_code", "9999999999")]


def test_what_is_no_code_or_has_no_day_is_not_unknown(engine: sa.Engine) -> None:
    lists.enter(engine, "hs_codes", YEARS, Origin("officer", NOON), replace=True)
    assert unknown(engine, shanghai("2026-12-05 20:00"), "0301", "x") == []
    assert unknown(engine, None, "9999999999") == []
    assert unknown(engine, datetime.max.replace(tzinfo=UTC), "9999999999") == []


def test_each_code_is_offered_once_and_what_has_ended_not_at_all(engine: sa.Engine) -> None:
    gone = ListEntry(code="0301999392", name="旧鱼", valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    lines = [
        ListEntry(code=KEPT, name="鲜鳟鱼", valid_to=date(2020, 12, 31)),
        ListEntry(code=KEPT, name="鲜、冷鳟鱼", valid_from=date(2021, 1, 1)),
        ListEntry(code=KEPT, name="远期鳟鱼", valid_from=date(2150, 1, 1)),
    ]
    lists.enter(engine, "hs_codes", [gone, *lines], Origin("officer", NOON))
    with reading(engine) as session:
        index, _ = CachedIndex("hs_codes").current(session)
    assert [(term.code, term.name) for term in index.terms] == [(KEPT, "鲜、冷鳟鱼")]


def test_next_year_is_imported_ahead(
    url: str, engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUYUE_DATABASE_URL", url)

    def imported(rows: list[list[str]], *options: str) -> str:
        path = written_csv(tmp_path / "a.csv", [["商品编号", "商品名称", "生效日期", "失效日期"], *rows])
        return CliRunner().invoke(app, ["import", "hs", str(path), *options]).stdout

    imported([[OLD, "其他活鱼", "", ""], [KEPT, "鲜鳟鱼", "", ""]], "--replace")
    imported([[OLD, "其他活鱼", "", "2026-12-31"], [NEW, "其他活鱼（食用）", "2027-01-01", ""]])
    assert unknown(engine, shanghai("2026-12-31 20:00"), OLD, NEW, KEPT) == [("goods[1].hs_code", NEW)]
    assert unknown(engine, shanghai("2027-01-01 20:00"), OLD, NEW, KEPT) == [("goods[0].hs_code", OLD)]
    told = imported([[OLD, "其他活鱼", "2027-01-01", "2026-12-31"]])
    assert "第 2 行 row 2，失效日期: field.invalid" in told


def test_a_file_without_dates_keeps_those_that_are_there(engine: sa.Engine) -> None:
    lists.enter(engine, "hs_codes", YEARS, Origin("officer", NOON))
    lists.enter(engine, "hs_codes", [ListEntry(code=OLD, name="活鱼")], Origin("officer", NOON))
    with reading(engine) as session:
        found = {entry.key: entry for entry in lists.entries(session, "hs_codes")}
    assert found[OLD, date.min] == ListEntry(code=OLD, name="活鱼", valid_to=ENDED)
    assert len(found) == 4


def test_the_refusal_names_code_and_day() -> None:
    lines = (GoodsLine(hs_code=OLD, name="鱼"),)
    [fault] = goods.check_tariff(lines, Tariff(BEGUN, frozenset({NEW})))
    message = explain(fault, "zh")["message"]
    assert OLD in message
    assert "2027-01-01" in message
    assert "第1项" in message
