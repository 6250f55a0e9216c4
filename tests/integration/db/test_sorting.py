"""预约查询 in the order of a column, by words and by any number: who sees what, page by page, always by an index."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import queries
from db.engine import reading, writing
from db.projections import project
from db.queries import SORT_COLUMNS, BadCursor, SearchFilter, SearchPage, TooManyRows
from domain.appointment import Appointment, Deadlines, Declaration, GoodsLine, Outcome, Party, State
from domain.event import Action
from tests.integration.db.plans import counting, plan, scans
from tests.integration.db.stories import (
    BROKER,
    IMPORTER,
    NOON,
    STRANGER,
    appointment,
    created,
    deleted,
    event,
    fed_back,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SPAN = {"applied_from": NOON - DAY, "applied_to": NOON + DAY}
OWN = {"viewer": BROKER, "party": "A"}
TAKEN = "223320261000000001"


def number(serial: int) -> str:
    return f"2026{serial:014}"


def search(engine: sa.Engine, **wanted: Any) -> SearchPage:
    with reading(engine) as session:
        return queries.search(session, SearchFilter(asked_at=NOON, **wanted))


def found(engine: sa.Engine, **wanted: Any) -> list[int]:
    return [int(each.pre_entry_no[4:]) for each in search(engine, **OWN | SPAN | wanted).items]


def pages(engine: sa.Engine, **wanted: Any) -> Iterator[list[Appointment]]:
    cursor = None
    while True:
        page = search(engine, cursor=cursor, **OWN | SPAN | wanted)
        yield list(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


def put(engine: sa.Engine, serial: int, state: State = State.DRAFT, **changes: Any) -> None:
    """Created ``serial`` minutes after noon, in the state."""
    made = {"created_at": NOON + serial * MINUTE} | changes
    project(engine, [created(number(serial), **made)])
    if state is not State.DRAFT:
        after = appointment(number(serial), 2, state, **made)
        project(engine, [event(after, Action.SUBMITTED)])


@pytest.fixture
def market(engine: sa.Engine) -> sa.Engine:
    """Six of the broker's, the fifth of which has hardly anything, and one of a stranger's."""
    content = appointment().content
    for serial, (port, name, state) in enumerate(
        [
            ("5101", "中华商行", State.DRAFT),
            ("2233", "安徽贸易", State.SUBMITTED),
            ("2233", "上海贸易", State.RETURNED),
            ("2248", "北京贸易", State.ACCEPTED),
        ],
        1,
    ):
        changed = content.model_copy(update={"declaration_port": port, "transport_mode": "5"})
        put(engine, serial, state, content=changed, consignee=Party(code=IMPORTER, name=name))
    put(engine, 5, content=content.model_copy(update={"declaration_port": None, "window_start": None}), consignee=None)
    put(engine, 6, content=content.model_copy(update={"declaration_port": "2233"}))
    put(engine, 7, applicant=Party(code=STRANGER, name="别家"))
    return engine


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("-created_at", [6, 5, 4, 3, 2, 1]),
            ("created_at", [1, 2, 3, 4, 5, 6]),
            # Equals are newest first either way; what has no value is last either way.
            ("declaration_port", [6, 3, 2, 4, 1, 5]),
            ("-declaration_port", [1, 4, 6, 3, 2, 5]),
            ("consignee_name", [2, 4, 3, 6, 1, 5]),
            ("-consignee_name", [1, 6, 3, 4, 2, 5]),
            # By the letters of the states, as they are listed everywhere.
            ("state", [6, 5, 1, 2, 4, 3]),
            ("-window_start", [6, 4, 3, 2, 1, 5]),
        ],
    )
    def test_of_a_column(self, market: sa.Engine, sort: str, order: list[int]) -> None:
        assert found(market, sort=sort) == order

    @pytest.mark.parametrize("sign", ["", "-"])
    @pytest.mark.parametrize("column", SORT_COLUMNS)
    @pytest.mark.parametrize("limit", [1, 2, 5])
    def test_pages_together_have_each_once_in_the_same_order(
        self, market: sa.Engine, column: str, sign: str, limit: int
    ) -> None:
        sort = f"{sign}{column}"
        several = [each for page in pages(market, sort=sort, limit=limit) for each in page]
        (whole,) = pages(market, sort=sort)
        assert several == whole
        assert len(whole) == 6

    def test_what_is_due_first_comes_first_and_what_is_past_does_not_count(self, engine: sa.Engine) -> None:
        for serial, (state, deadlines) in enumerate(
            [
                (State.SUCCEEDED, Deadlines(feedback_by=NOON + 2 * DAY)),
                (State.DRAFT, Deadlines(submit_by=NOON + DAY)),
                (State.DRAFT, Deadlines(submit_by=NOON - DAY)),
                (State.COMPLETED_WITHOUT_FEEDBACK, Deadlines(feedback_by=NOON - DAY)),
                (State.COMPLETED, Deadlines(feedback_by=NOON - 2 * DAY)),
            ],
            1,
        ):
            put(engine, serial, state, deadlines=deadlines)
        assert found(engine, sort="due") == [4, 2, 1, 5, 3]

    def test_a_cursor_of_another_order_is_refused(self, market: sa.Engine) -> None:
        cursors = {sort: search(market, **OWN, **SPAN, sort=sort, limit=1).next_cursor for sort in ("state", "due")}
        cursors["newest"] = search(market, **OWN, **SPAN, limit=1).next_cursor
        for sort, cursor in (("due", "state"), ("-state", "state"), ("state", "newest"), ("-created_at", "state")):
            with pytest.raises(BadCursor):
                search(market, **OWN, **SPAN, sort=sort, cursor=cursors[cursor])

    def test_the_consignee_sorts_what_is_for_it(self, market: sa.Engine) -> None:
        asked = SPAN | {"viewer": IMPORTER, "party": "B", "consignee": IMPORTER, "sort": "-applicant"}
        assert [int(each.pre_entry_no[4:]) for each in search(market, **asked).items] == [7, 6, 4, 3, 2, 1]

    def test_states_and_spans_hold_in_any_order(self, market: sa.Engine) -> None:
        assert found(market, sort="declaration_port", states=[State.DRAFT]) == [6, 1, 5]
        two_minutes = {"applied_from": NOON + 5 * MINUTE, "applied_to": NOON + 7 * MINUTE}
        assert found(market, sort="created_at", **two_minutes) == [5, 6]


class TestWords:
    @pytest.mark.parametrize(
        ("words", "numbers"),
        [
            (["鲜榴莲"], [2]),
            (["0810.60"], [2]),
            (["０８１０"], [2]),
            (["示例贸易"], [3]),
            (["ABC"], [3]),
            ([IMPORTER], [2, 1]),
            (["活鱼", "榴莲"], [2]),
            (["活鱼"], [2, 1]),
            (["活鱼榴莲"], []),
            (["000000003"], [3]),
            (["%"], [3, 2, 1]),
            (["_"], [3, 2, 1]),
            ([], [3, 2, 1]),
        ],
    )
    def test_each_stands_in_a_text_of_what_is_found(
        self, engine: sa.Engine, words: list[str], numbers: list[int]
    ) -> None:
        fish, durian = GoodsLine(hs_code="0301999990", name="其他活鱼"), GoodsLine(hs_code="0810600000", name="鲜榴莲")
        content = appointment().content
        put(engine, 1, content=content.model_copy(update={"goods": (fish,)}))
        put(engine, 2, content=content.model_copy(update={"goods": (durian, fish)}))
        put(engine, 3, content=content.model_copy(update={"goods": ()}), consignee=Party(code="1", name="Abc 示例贸易"))
        put(engine, 4, applicant=Party(code=STRANGER, name="别家"))
        assert found(engine, words=words) == numbers

    def test_an_erased_draft_is_not_found_by_what_it_was(self, engine: sa.Engine) -> None:
        project(engine, [created(number(1)), deleted(number(1), version=2)])
        assert found(engine, words=["活鱼"]) == []

    def test_words_and_an_order_go_together(self, market: sa.Engine) -> None:
        assert found(market, words=["贸易"], sort="consignee_name") == [2, 4, 3]
        assert [[int(one.pre_entry_no[4:]) for one in page] for page in pages(market, words=["贸易"], limit=2)] == [
            [4, 3],
            [2],
        ]


class TestNumbers:
    @pytest.fixture
    def numbered(self, engine: sa.Engine) -> sa.Engine:
        """1 has an application number; 2 was refused a declaration number that 3 has; a stranger was refused it too."""
        put(engine, 1, State.SUCCEEDED, application_no="22332026000000000007")
        refused = {"refused": [{"number": TAKEN, "faults": []}]}
        put(engine, 2, State.SUCCEEDED)
        project(engine, [fed_back([], version=3, number=number(2), decision=refused)])
        taken = (Declaration(number=TAKEN, outcome=Outcome.MATCHED, at=NOON),)
        put(engine, 3, State.COMPLETED, declarations=taken)
        put(engine, 4, State.SUCCEEDED, applicant=Party(code=STRANGER, name="别家"))
        return engine

    @pytest.mark.parametrize(
        ("asked", "numbers"), [("22332026000000000007", [1]), (TAKEN, [3, 2]), (number(3), [3]), ("1", [])]
    )
    def test_any_number_finds_without_a_span(self, numbered: sa.Engine, asked: str, numbers: list[int]) -> None:
        for sort in ("-created_at", "state"):
            items = search(numbered, **OWN, number=asked, sort=sort).items
            assert {int(each.pre_entry_no[4:]) for each in items} == set(numbers)

    def test_nobody_finds_what_is_not_his(self, numbered: sa.Engine) -> None:
        asked = {"viewer": STRANGER, "party": "A"}
        assert search(numbered, **asked, number="22332026000000000007").items == ()
        assert search(numbered, **asked, number=number(4)).items != ()

    def test_other_conditions_hold_as_well(self, numbered: sa.Engine) -> None:
        assert [
            each.pre_entry_no for each in search(numbered, **OWN, number=TAKEN, states=[State.COMPLETED]).items
        ] == [number(3)]

    def test_an_operator_finds_everybodys(self, numbered: sa.Engine) -> None:
        assert [each.pre_entry_no for each in search(numbered, number=number(4)).items] == [number(4)]


class TestBounds:
    def test_a_span_with_too_many_is_neither_sorted_nor_searched(
        self, market: sa.Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.modules["db.queries.search"], "MOST_SORTED", 5)
        for wanted in ({"sort": "state"}, {"words": ("活鱼",)}):
            with pytest.raises(TooManyRows):
                search(market, **OWN, **SPAN, **wanted)
            assert search(market, **OWN, **SPAN | {"applied_to": NOON + 5 * MINUTE}, **wanted).items != ()
            assert search(market, **OWN, pre_entry_no=number(1), **wanted).items != ()
        assert len(search(market, **OWN, **SPAN).items) == 6


SPANS: list[dict[str, Any]] = [SPAN, {"window_from": NOON, "window_to": NOON + 10 * DAY}, SPAN | {"window_from": NOON}]
WANTED: list[dict[str, Any]] = [
    {"sort": "-declaration_port"},
    {"sort": "due", "states": (State.DRAFT, State.SUCCEEDED)},
    {"words": ("活鱼", "2233")},
    {"sort": "state", "consignee": IMPORTER},
]


class TestPlans:
    @pytest.fixture
    def crowded(self, engine: sa.Engine) -> sa.Engine:
        for serial in range(30):
            put(engine, serial, applicant=Party(code=BROKER if serial % 3 else STRANGER, name="企业"))
        if engine.dialect.name == "postgresql":
            with writing(engine) as session:
                session.connection().exec_driver_sql("ANALYZE")
        return engine

    def test_an_order_and_words_read_no_more_than_the_span(self, crowded: sa.Engine) -> None:
        with counting(crowded) as statements:
            for party in ({"party": "A"}, {"party": "B"}):
                for span in SPANS:
                    for wanted in WANTED:
                        page = search(crowded, viewer=BROKER, **party, **span, limit=1, **wanted)
                        search(crowded, viewer=BROKER, **party, **span, limit=1, cursor=page.next_cursor, **wanted)
        assert scans(crowded, statements, "appointments", "appointment_search") == []
        with reading(crowded) as session:
            plans = ["\n".join(plan(session, *each)) for each in statements]
        assert all("ix_appointment_search_" in each for each in plans if "appointment_search" in each)

    def test_numbers_go_by_their_keys(self, crowded: sa.Engine) -> None:
        with counting(crowded) as statements:
            for who in (OWN, {}):
                search(crowded, number=number(7), **who)
            search(crowded, number=number(7), sort="state", **OWN)
        assert scans(crowded, statements, "appointments", "appointment_search", "appointment_numbers") == []
