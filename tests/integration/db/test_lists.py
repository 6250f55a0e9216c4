"""Lists are entered as a whole or not at all; what somebody entered stays; who holds one in memory notices."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa

from db import lists, reference
from db.changes import Changes
from db.engine import reading, writing
from db.lists import ListEntry, ListName
from db.lookup import CachedIndex, Index, Term
from db.reference import Port
from db.register_history import Origin
from db.seeds import seed_lists, starter
from db.tables import HsCodeRow, PortRow
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON

LATER = NOON + timedelta(days=1)
SEEDED = [
    ListEntry(code="2233", name="浦东机场", name_en="Pudong"),
    ListEntry(code="2248", name="洋山", name_en="Yangshan"),
]


def seed(engine: sa.Engine, *entries: ListEntry, digest: str = "d1", name: ListName = "ports") -> None:
    lists.seed(engine, name, entries or SEEDED, digest, at=NOON)


def enter(
    engine: sa.Engine, *entries: ListEntry, replace: bool = False, name: ListName = "ports"
) -> Changes[ListEntry]:
    return lists.enter(engine, name, entries, Origin("officer", LATER), replace=replace)


def names(engine: sa.Engine, name: ListName = "ports") -> dict[str, str]:
    with reading(engine) as session:
        return {entry.code: entry.name for entry in lists.entries(session, name)}


def standing(engine: sa.Engine, name: ListName = "ports") -> lists.ListStatus:
    with reading(engine) as session:
        found = lists.status(session, name)
    assert found is not None
    return found


class TestEnter:
    def test_it_tells_what_was_added_changed_and_left(self, engine: sa.Engine) -> None:
        seed(engine)
        renamed, new = ListEntry(code="2248", name="洋山海关"), ListEntry(code="0101", name="首都机场")
        changes = enter(engine, SEEDED[0], renamed, new)
        kept = renamed.model_copy(update={"name_en": "Yangshan"})
        assert changes == Changes((new,), ((SEEDED[1], kept),), 1, ())
        assert names(engine) == {"0101": "首都机场", "2233": "浦东机场", "2248": "洋山海关"}
        assert enter(engine, SEEDED[0], renamed, new) == Changes((), (), 3, ())

    def test_replacing_takes_away_what_is_not_given(self, engine: sa.Engine) -> None:
        seed(engine)
        changes = enter(engine, SEEDED[0], replace=True)
        assert changes == Changes((), (), 1, (SEEDED[1],))
        assert names(engine) == {"2233": "浦东机场"}
        assert standing(engine).complete

    def test_comparing_writes_nothing(self, engine: sa.Engine) -> None:
        seed(engine)
        before = standing(engine)
        with reading(engine) as session:
            assert lists.compare(session, "ports", [], replace=True).removed == tuple(SEEDED)
        assert (names(engine), standing(engine)) == ({"2233": "浦东机场", "2248": "洋山"}, before)

    def test_the_spelling_and_the_district_are_entered_once(self, engine: sa.Engine) -> None:
        enter(engine, ListEntry(code="2233", name="浦东机场"))
        with reading(engine) as session:
            row = session.execute(sa.select(PortRow.table())).mappings().one()
            assert reference.port(session, "2233") == Port(code="2233", name="浦东机场", district="22")
        assert (row["pinyin"], row["initials"], row["seeded"]) == ("pu dong ji chang", "pdjc", False)

    @pytest.mark.parametrize("stage", ["_write", "_remove", "_save_status"])
    def test_a_failure_in_the_middle_leaves_everything_as_it_was(
        self, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, stage: str
    ) -> None:
        seed(engine)
        before = (names(engine), standing(engine))
        real = getattr(lists, stage)

        def interrupted(*given: object, **more: object) -> None:
            real(*given, **more)
            raise RuntimeError("interrupted")

        monkeypatch.setattr(lists, stage, interrupted)
        with pytest.raises(RuntimeError, match="interrupted"):
            enter(engine, ListEntry(code="9999", name="新"), replace=True)
        assert (names(engine), standing(engine)) == before

    def test_nothing_given_changes_nothing(self, engine: sa.Engine) -> None:
        assert enter(engine) == Changes((), (), 0, ())
        assert names(engine) == {}


class TestSeed:
    def test_again_it_only_looks(self, engine: sa.Engine) -> None:
        seed_lists(engine, at=NOON)
        with counting(engine) as statements:
            seed_lists(engine, at=LATER)
        assert [text.split()[0] for text, _ in statements] == ["SELECT"] * 2
        assert scans(engine, statements, "ports", "hs_codes") == []
        for name in lists.NAMES:
            assert names(engine, name) == {entry.code: entry.name for entry in starter(name)}

    def test_a_newer_seed_adds_and_renews_its_own(self, engine: sa.Engine) -> None:
        seed(engine)
        renewed = [ListEntry(code="2233", name="浦东机场海关"), ListEntry(code="2210", name="浦东海关")]
        seed(engine, *renewed, digest="d2")
        assert names(engine) == {"2210": "浦东海关", "2233": "浦东机场海关", "2248": "洋山"}
        assert (standing(engine).seed_digest, standing(engine).changed_by) == ("d2", "seed")

    def test_what_somebody_entered_is_theirs_even_where_it_says_the_same(self, engine: sa.Engine) -> None:
        seed(engine)
        enter(engine, SEEDED[0], ListEntry(code="2248", name="官方名"))
        assert standing(engine).seed_digest == "d1"
        seed(engine, ListEntry(code="2233", name="别名"), ListEntry(code="2248", name="别名"), digest="d2")
        assert names(engine) == {"2233": "浦东机场", "2248": "官方名"}

    def test_a_list_that_is_complete_stays_as_it_is(self, engine: sa.Engine) -> None:
        seed(engine)
        enter(engine, SEEDED[0], replace=True)
        digest = standing(engine).digest
        seed(engine, *SEEDED, digest="d2")
        assert names(engine) == {"2233": "浦东机场"}
        assert (standing(engine).digest, standing(engine).seed_digest) == (digest, "d2")
        assert standing(engine).complete
        enter(engine, SEEDED[1])
        assert standing(engine).complete, "adding to a complete list does not make it a starter table again"

    def test_headings_and_lines_of_the_tariff_are_there(self, engine: sa.Engine) -> None:
        seed_lists(engine, at=NOON)
        with reading(engine) as session:
            rows = session.execute(sa.select(HsCodeRow.table())).mappings().all()
        assert {len(row["code"]) for row in rows} == {4, 10}
        assert all(row["pinyin"] and row["initials"] for row in rows)


class TestHeld:
    @pytest.fixture
    def held(self, engine: sa.Engine) -> CachedIndex:
        seed(engine)
        return CachedIndex("ports")

    def found(self, engine: sa.Engine, held: CachedIndex, q: str) -> list[str]:
        with reading(engine) as session:
            index, _ = held.current(session)
        return [index.terms[hit.row].code for hit in index.search(q, 10)]

    def test_it_notices_every_change(self, engine: sa.Engine, held: CachedIndex) -> None:
        assert self.found(engine, held, "pd") == ["2233"]
        enter(engine, ListEntry(code="2210", name="浦东海关"))
        assert self.found(engine, held, "pd") == ["2210", "2233"]
        enter(engine, ListEntry(code="2210", name="虹桥海关"), replace=True)
        assert self.found(engine, held, "pd") == []
        assert self.found(engine, held, "hqhg") == ["2210"]

    def test_a_look_costs_one_row_by_its_key(self, engine: sa.Engine, held: CachedIndex) -> None:
        self.found(engine, held, "pd")
        with counting(engine) as statements:
            self.found(engine, held, "yangshan")
        assert len(statements) == 1
        assert scans(engine, statements, "reference_lists", "ports") == []

    def test_the_same_contents_entered_again_need_no_new_index(self, engine: sa.Engine, held: CachedIndex) -> None:
        with reading(engine) as session:
            before, _ = held.current(session)
        enter(engine, *SEEDED)
        with reading(engine) as session:
            assert held.current(session)[0] is before

    def test_before_anything_was_entered_it_is_empty(self, engine: sa.Engine, held: CachedIndex) -> None:
        with writing(engine) as session:
            session.connection().exec_driver_sql("DELETE FROM reference_lists")
            session.connection().exec_driver_sql("DELETE FROM ports")
        assert self.found(engine, held, "pd") == []


def test_the_digest_is_that_of_the_contents(engine: sa.Engine) -> None:
    seed(engine)
    first = standing(engine).digest
    enter(engine, ListEntry(code="2233", name="别名"))
    assert standing(engine).digest != first
    enter(engine, SEEDED[0])
    assert standing(engine).digest == first


def test_instants_are_kept(engine: sa.Engine) -> None:
    enter(engine, *SEEDED)
    assert (standing(engine).changed_at, standing(engine).changed_by) == (datetime.fromisoformat(str(LATER)), "officer")


def test_while_a_list_is_made_anew_the_one_before_is_searched(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(engine)
    held, making, made = CachedIndex("ports"), Event(), Event()
    look_up(engine, held)

    def slow(terms: Iterable[Term]) -> Index:
        making.set()
        assert made.wait(30)
        return Index(terms)

    enter(engine, ListEntry(code="2210", name="浦东海关"))
    monkeypatch.setattr("db.lookup.cached_index.Index", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(look_up, engine, held)
        assert making.wait(30)
        assert look_up(engine, held) == ["2233"]
        made.set()
        assert first.result() == ["2210", "2233"]
    assert look_up(engine, held) == ["2210", "2233"]


def look_up(engine: sa.Engine, held: CachedIndex) -> list[str]:
    with reading(engine) as session:
        index, _ = held.current(session)
    return [index.terms[hit.row].code for hit in index.search("pd", 10)]
