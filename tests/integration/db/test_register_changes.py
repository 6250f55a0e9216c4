"""Changes of the registers: proposed row by row, applied exactly so or not at all, undone without losing later ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import lists, queries, reference, register_history
from db.engine import read, reading, writing
from db.lists import ListEntry
from db.register_history import Given, Origin, RegisterName
from db.register_proposals import (
    ChangedSince,
    NothingToUndo,
    ProposalNotFound,
    ProposalRefused,
    Refusals,
    apply_proposal,
    propose_file,
    propose_undo,
    refused_row,
)
from domain.enterprise import Enterprise, Grade, Qualification
from domain.problems import Fault
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON

LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(hours=2)
BY = Origin("officer", NOON, file_name="register.xlsx", file_digest="f" * 64)


def firm(number: int, grade: Grade = Grade.REGULAR) -> Enterprise:
    return Enterprise(
        code=f"312226{number:04}", name=f"企业{number}", qualification=Qualification.REGISTERED, grade=grade
    )


def given(*entries: Any) -> list[Given[Any]]:
    return [Given(line, entry) for line, entry in enumerate(entries, 2)]


def proposed(engine: sa.Engine, *entries: Any, name: RegisterName = "enterprises", replace: bool = False) -> int:
    return propose_file(engine, name, given(*entries), BY, replace=replace)


def applied(engine: sa.Engine, change: int, name: RegisterName = "enterprises") -> None:
    apply_proposal(engine, name, change, by="chief", at=LATER, reason="年度更新")


def register(engine: sa.Engine) -> dict[str, Grade]:
    return {each.code: each.grade for each in read(engine, reference.enterprises)}


def rows(engine: sa.Engine, change: int) -> list[tuple[str, str | None, int | None]]:
    page = read(engine, lambda session: queries.change_entries(session, change, None, cursor=None, limit=100))
    return [(row["kind"], row["code"], row["line"]) for row in page.rows]


def ports(engine: sa.Engine) -> dict[str, str | None]:
    return {each.code: each.name_en for each in read(engine, lambda session: lists.entries(session, "ports"))}


class TestProposals:
    def test_a_proposal_names_every_row_and_changes_nothing_until_it_is_applied(self, engine: sa.Engine) -> None:
        reference.save_enterprises(engine, [firm(1), firm(2), firm(3)], BY)
        change = proposed(engine, firm(1), firm(2, Grade.DISHONEST), firm(4), replace=True)
        wanted = [("added", firm(4).code, 4), ("changed", firm(2).code, 3), ("removed", firm(3).code, None)]
        assert rows(engine, change) == wanted
        assert register(engine) == dict.fromkeys((firm(n).code for n in (1, 2, 3)), Grade.REGULAR)
        applied(engine, change)
        assert register(engine) == {
            firm(1).code: Grade.REGULAR,
            firm(2).code: Grade.DISHONEST,
            firm(4).code: Grade.REGULAR,
        }
        found = read(engine, lambda session: queries.register_change(session, "enterprises", change))
        assert found is not None
        assert (found.added, found.changed, found.unchanged, found.removed) == (1, 1, 1, 1)
        assert (found.proposed_by, found.applied_by, found.applied_at, found.reason) == (
            "officer",
            "chief",
            LATER,
            "年度更新",
        )
        assert found.file_digest == "f" * 64

    def test_applying_twice_changes_once(self, engine: sa.Engine) -> None:
        change = proposed(engine, firm(1))
        applied(engine, change)
        reference.save_enterprise(engine, firm(1, Grade.DISHONEST), BY)
        applied(engine, change)
        assert register(engine) == {firm(1).code: Grade.DISHONEST}

    @pytest.mark.parametrize("other", [firm(1, Grade.DISHONEST), firm(9)], ids=["a row of it", "another row"])
    def test_a_register_that_changed_since_is_refused_and_says_where(
        self, engine: sa.Engine, other: Enterprise
    ) -> None:
        reference.save_enterprise(engine, firm(1), Origin("officer", NOON - timedelta(days=1)))
        change = proposed(engine, firm(1), firm(2))
        reference.save_enterprise(engine, other, Origin("another", LATER))
        before = register(engine)
        with pytest.raises(ChangedSince) as refused:
            applied(engine, change)
        assert refused.value.codes == [other.code]
        assert register(engine) == before
        found = read(engine, lambda session: queries.register_change(session, "enterprises", change))
        assert found is not None
        assert found.state == "proposed"

    def test_a_file_with_a_fault_is_kept_with_it_and_cannot_be_applied(self, engine: sa.Engine) -> None:
        fault = refused_row(7, "海关编码", Fault(code="field.required", field="code"))
        change = propose_file(engine, "enterprises", given(firm(1)), BY, replace=True, refused=Refusals([fault], 1))
        assert rows(engine, change) == [("refused", None, 7)]
        with pytest.raises(ProposalRefused):
            applied(engine, change)

    def test_a_list_entered_as_a_whole_is_complete_and_again_incomplete_when_that_is_undone(
        self, engine: sa.Engine
    ) -> None:
        def complete() -> bool | None:
            return read(engine, lambda session: queries.register_summary(session, "ports")).complete

        lists.seed(engine, "ports", [ListEntry(code="2233", name="浦东机场海关", name_en="Pudong")], "seed", at=NOON)
        change = proposed(engine, ListEntry(code="2248", name="洋山海关"), name="ports", replace=True)
        applied(engine, change, "ports")
        assert (ports(engine), complete()) == ({"2248": None}, True)
        applied(engine, propose_undo(engine, "ports", change, BY), "ports")
        assert (ports(engine), complete()) == ({"2233": "Pudong"}, False)

    def test_an_equal_row_of_the_product_becomes_the_operators(self, engine: sa.Engine) -> None:
        port = ListEntry(code="2233", name="浦东机场海关")
        lists.seed(engine, "ports", [port], "seed", at=NOON)
        applied(engine, proposed(engine, port, name="ports"), "ports")
        lists.seed(engine, "ports", [port.model_copy(update={"name": "别名"})], "newer", at=LATER)
        assert [each.name for each in read(engine, lambda session: lists.entries(session, "ports"))] == [port.name]

    def test_lines_of_one_code_are_told_apart_by_their_first_day(self, engine: sa.Engine) -> None:
        old = ListEntry(code="0301999390", name="其他活鱼", valid_to=date(2026, 12, 31))
        new = ListEntry(code="0301999390", name="其他活鱼", valid_from=date(2027, 1, 1))
        change = proposed(engine, old, new, name="tariff")
        assert rows(engine, change) == [("added", old.code, 2), ("added", old.code, 3)]
        applied(engine, change, "tariff")
        found = read(engine, lambda session: queries.register_entry(session, "tariff", old.code))
        assert [(row["valid_from"], row["valid_to"]) for row in found] == [
            (date.min, date(2026, 12, 31)),
            (date(2027, 1, 1), None),
        ]

    def test_a_proposal_that_nobody_applied_goes_and_a_change_stays(self, engine: sa.Engine) -> None:
        applied(engine, kept := proposed(engine, firm(1)))
        gone = proposed(engine, firm(2))
        with writing(engine) as session:
            assert register_history.sweep(session, before=NOON + timedelta(seconds=1)) == 1
        with pytest.raises(ProposalNotFound):
            applied(engine, gone)
        assert rows(engine, gone) == []
        assert rows(engine, kept) == [("added", firm(1).code, 2)]


class TestUndo:
    def test_it_restores_what_was_and_is_a_change_of_its_own(self, engine: sa.Engine) -> None:
        reference.save_enterprises(engine, [firm(1), firm(2)], BY)
        before = register(engine)
        change = proposed(engine, firm(1, Grade.DISHONEST), firm(3), replace=True)
        applied(engine, change)
        undo = propose_undo(engine, "enterprises", change, Origin("officer", LATER, "undo"))
        applied(engine, undo)
        assert register(engine) == before
        found = read(engine, lambda session: queries.register_change(session, "enterprises", change))
        assert found is not None
        assert found.undone_by == undo
        with pytest.raises(NothingToUndo):
            propose_undo(engine, "enterprises", change, BY)
        applied(engine, propose_undo(engine, "enterprises", undo, BY))
        assert register(engine) == {firm(1).code: Grade.DISHONEST, firm(3).code: Grade.REGULAR}

    def test_what_was_changed_again_is_a_conflict_and_stays(self, engine: sa.Engine) -> None:
        change = proposed(engine, firm(1), firm(2))
        applied(engine, change)
        reference.save_enterprise(engine, firm(2, Grade.DISHONEST), Origin("another", MUCH_LATER))
        undo = propose_undo(engine, "enterprises", change, BY)
        assert [row[:2] for row in rows(engine, undo)] == [("removed", firm(1).code), ("conflict", firm(2).code)]
        applied(engine, undo)
        assert register(engine) == {firm(2).code: Grade.DISHONEST}

    def test_an_english_name_that_was_added_is_taken_away_again(self, engine: sa.Engine) -> None:
        lists.enter(engine, "ports", [ListEntry(code="2233", name="浦东机场海关")], BY)
        change = proposed(engine, ListEntry(code="2233", name="浦东机场海关", name_en="Pudong"), name="ports")
        applied(engine, change, "ports")
        applied(engine, propose_undo(engine, "ports", change, BY), "ports")
        assert ports(engine) == {"2233": None}

    @pytest.mark.parametrize("name", ["enterprises", "ports"])
    def test_a_proposal_or_another_registers_change_cannot_be_undone(
        self, engine: sa.Engine, name: RegisterName
    ) -> None:
        change = proposed(engine, firm(1))
        with pytest.raises(ProposalNotFound):
            propose_undo(engine, name, change, BY)


class TestHistory:
    def test_every_way_to_change_a_register_is_in_its_history_newest_first(self, engine: sa.Engine) -> None:
        reference.save_enterprises(engine, [firm(1), firm(2)], Origin("cli", NOON))
        reference.save_enterprise(engine, firm(1, Grade.DISHONEST), Origin("officer", LATER, "edit", "核查"))
        reference.save_enterprise(engine, firm(1, Grade.DISHONEST), Origin("officer", MUCH_LATER, "edit", "重复"))
        found, cursor = _history(engine, limit=1)
        assert [(each.kind, each.applied_by, each.reason, each.changed) for each in found] == [
            ("edit", "officer", "核查", 1)
        ]
        assert [(each.kind, each.added) for each in _history(engine, cursor=cursor)[0]] == [("import", 2)]
        of_one = read(engine, lambda session: queries.entry_changes(session, "enterprises", firm(1).code, limit=9))
        assert [(row["kind"], row["applied_at"]) for row in of_one] == [("changed", LATER), ("added", NOON)]

    def test_entries_are_found_by_code_and_name_page_by_page(self, engine: sa.Engine) -> None:
        reference.save_enterprises(engine, [firm(n) for n in range(25)], BY)
        assert _found(engine, "") == [firm(n).code for n in range(25)]
        assert _found(engine, "312226001") == [firm(n).code for n in range(10, 20)]
        assert _found(engine, "企业24") == [firm(24).code]
        assert _found(engine, "%") == []

    def test_every_question_has_its_index(self, engine: sa.Engine) -> None:
        applied(engine, change := proposed(engine, firm(1)))
        _, cursor = _history(engine)
        with counting(engine) as seen:
            for each in (None, cursor):
                _history(engine, cursor=each)
            rows(engine, change)
            read(engine, lambda session: queries.register_change(session, "enterprises", change))
            read(engine, lambda session: queries.entry_changes(session, "enterprises", firm(1).code, limit=9))
            read(engine, lambda session: queries.register_entries(session, "enterprises", "31", cursor=None, limit=9))
            with writing(engine) as session:
                register_history.sweep(session, before=NOON)
        assert scans(engine, seen, "register_changes", "register_change_entries", "enterprises") == []


def _history(engine: sa.Engine, cursor: str | None = None, limit: int = 50) -> tuple[Sequence[Any], str | None]:
    return read(engine, lambda session: queries.register_changes(session, "enterprises", cursor=cursor, limit=limit))


def _found(engine: sa.Engine, q: str) -> list[str]:
    codes: list[str] = []
    cursor: str | None = None
    while True:
        with reading(engine) as session:
            page = queries.register_entries(session, "enterprises", q, cursor=cursor, limit=10)
        codes += [row["code"] for row in page.rows]
        if (cursor := page.cursor) is None:
            return codes
