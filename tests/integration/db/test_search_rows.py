"""What lists are sorted by and searched in is written with the read row, made again, filled in, proven and mended."""

from typing import Any

import pytest
import sqlalchemy as sa

from db import search_rows
from db.backfill import backfill, without_search_row
from db.engine import reading, writing
from db.projections import project, rebuild
from db.repair import repair_rows
from db.search_rows import name_order
from db.tables import NumberRow, SearchRow
from db.verify import DiscrepancyKind, verify
from domain.event import Action
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import (
    NUMBER,
    appointment,
    approved,
    created,
    deleted,
    event,
    fed_back,
    life,
    submitted,
)

TAKEN, REFUSED = "223320261000000001", "223320261000000002"


def told(engine: sa.Engine) -> tuple[list[dict[str, Any]], set[tuple[str, str]]]:
    """All search rows, and all numbers."""
    search, numbers = SearchRow.table(), NumberRow.table()
    with reading(engine) as session:
        rows = session.execute(sa.select(search).order_by(search.c.pre_entry_no)).mappings()
        return [dict(each) for each in rows], {tuple(row) for row in session.execute(sa.select(numbers))}


def lives(engine: sa.Engine) -> None:
    """One with numbers, one of which was refused; one that is a draft; one that was deleted."""
    decision = {"accepted": [{"number": TAKEN}], "refused": [{"number": REFUSED, "faults": []}]}
    project(engine, [*life(), fed_back([TAKEN], decision=decision)])
    project(engine, [created("202600000000000002")])
    project(engine, [created("202600000000000003"), deleted("202600000000000003", version=2)])


def test_they_say_what_the_newest_snapshot_says(engine: sa.Engine) -> None:
    lives(engine)
    rows, numbers = told(engine)
    assert numbers == {(TAKEN, NUMBER), (REFUSED, NUMBER)}
    assert [row["state"] for row in rows] == ["succeeded", "draft", "deleted"]
    assert rows[0]["declaration_no"] == TAKEN
    for word in (NUMBER, TAKEN, "其他活鱼", "0301999990", "收发货企业", "3122260003"):
        assert word in rows[0]["words"].split("\n")
    assert "其他活鱼" not in rows[2]["words"], "of a deleted draft nothing stays that was filled in"


def test_an_application_number_is_one_of_them(engine: sa.Engine) -> None:
    after = approved(application_no="22332026000000000001")
    project(engine, [created(), submitted(), after])
    assert told(engine)[1] == {("22332026000000000001", NUMBER)}


def test_an_older_version_that_comes_late_changes_nothing(engine: sa.Engine) -> None:
    project(engine, life())
    before = told(engine)
    project(engine, [created()])
    assert told(engine) == before


def test_they_are_made_again_from_the_events(engine: sa.Engine) -> None:
    lives(engine)
    before = told(engine)
    rebuild(engine)
    assert told(engine) == before


def test_what_was_written_before_there_were_any_is_filled_in(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.backfill.CHUNK", 2)
    lives(engine)
    before = told(engine)
    with writing(engine) as session:
        for table in (SearchRow.table(), NumberRow.table()):
            session.execute(sa.delete(table))
    assert backfill(engine) == 3
    assert told(engine) == before
    assert backfill(engine) == 0


def test_filling_in_never_replaces_what_was_written_meanwhile(engine: sa.Engine) -> None:
    project(engine, life())
    before = told(engine)
    with writing(engine) as session:
        search_rows.add_missing(session, [created().appointment])
    assert told(engine) == before


def test_what_lacks_its_row_is_found_by_keys(engine: sa.Engine) -> None:
    project(engine, life())
    with counting(engine) as statements, reading(engine) as session:
        session.execute(without_search_row("")).all()
    # The read rows are walked by their key, from the last number on.
    assert scans(engine, statements, "appointment_search") == []


@pytest.mark.parametrize(
    "damage", ["DELETE FROM appointment_search", "UPDATE appointment_search SET words = '', state = 'draft'"]
)
def test_a_damaged_row_is_found_and_mended(engine: sa.Engine, damage: str) -> None:
    lives(engine)
    before = told(engine)
    with writing(engine) as session:
        session.connection().exec_driver_sql(f"{damage} WHERE pre_entry_no = '{NUMBER}'")
    findings = list(verify(engine))
    assert [(found.pre_entry_no, found.what) for found in findings] == [(NUMBER, DiscrepancyKind.SEARCH_DIFFERS)]
    assert repair_rows(engine, findings) == [NUMBER]
    assert told(engine) == before


def test_a_number_that_was_struck_off_is_still_found(engine: sa.Engine) -> None:
    project(engine, [*life(), fed_back([TAKEN])])
    struck = appointment(version=5)
    decision = {"accepted": [], "refused": [{"number": TAKEN, "faults": []}]}
    project(engine, [event(struck, Action.RECHECKED, decision=decision)])
    rows, numbers = told(engine)
    assert rows[0]["declaration_no"] is None
    assert (TAKEN, NUMBER) in numbers


def test_names_sort_as_they_are_read() -> None:
    names = ["中国", "上海", "北京", "Apple", "广州", "安徽"]
    assert sorted(names, key=name_order) == ["Apple", "安徽", "北京", "广州", "上海", "中国"]
