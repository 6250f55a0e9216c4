"""预约查询: who sees what, in which order, page by page, and always by an index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from db import claims, deliveries, inbox, queries
from db.engine import reading, writing
from db.projections import project
from db.queries import BadCursor, SearchFilter, SearchPage
from db.tables import METADATA
from domain.appointment import Appointment, Attention, Party, State
from domain.event import Action
from domain.receipt import Disposition, Receipt, Result
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import (
    BROKER,
    IMPORTER,
    NOON,
    STRANGER,
    appointment,
    approved,
    created,
    deleted,
    event,
    parked,
    submitted,
)

DAY = timedelta(days=1)


def search(engine: sa.Engine, **wanted: Any) -> SearchPage:
    with reading(engine) as session:
        return queries.search(session, SearchFilter(**wanted))


def found(engine: sa.Engine, **wanted: Any) -> list[str]:
    """The last digits of the numbers, newest first."""
    return [str(int(each.pre_entry_no[4:])) for each in search(engine, **wanted).items]


def number(serial: int) -> str:
    return f"2026{serial:014}"


def put(engine: sa.Engine, serial: int, **changes: Any) -> None:
    """A draft, created ``serial`` minutes after noon."""
    at = changes.pop("created_at", NOON + timedelta(minutes=serial))
    project(engine, [created(number(serial), created_at=at, **changes)])


def party(code: str) -> Party:
    return Party(code=code, name="企业")


@pytest.fixture
def market(engine: sa.Engine) -> sa.Engine:
    """1 broker for importer · 2 broker for stranger · 3 stranger for importer · 4 stranger for himself · 5 deleted."""
    put(engine, 1)
    put(engine, 2, consignee=party(STRANGER))
    put(engine, 3, applicant=party(STRANGER))
    put(engine, 4, applicant=party(STRANGER), consignee=party(STRANGER))
    project(engine, [created(number(5)), deleted(number(5), version=2)])
    return engine


class TestVisibility:
    @pytest.mark.parametrize(
        ("viewer", "party", "consignee", "seen"),
        [
            (BROKER, "A", None, ["2", "1"]),
            (BROKER, "B", None, []),
            (BROKER, None, None, ["2", "1"]),
            (IMPORTER, "A", None, []),
            (IMPORTER, "B", IMPORTER, ["3", "1"]),
            (IMPORTER, None, None, ["3", "1"]),
            (STRANGER, None, None, ["4", "3", "2"]),
            (STRANGER, "A", None, ["4", "3"]),
            (STRANGER, "B", None, ["4", "2"]),
            (STRANGER, "A", IMPORTER, ["3"]),
            (BROKER, "A", IMPORTER, ["1"]),
            (BROKER, "B", IMPORTER, ["1"]),
            (IMPORTER, "B", STRANGER, []),
            (BROKER, None, IMPORTER, ["1"]),
            (None, None, IMPORTER, ["3", "1"]),
            ("3122269999", None, None, []),
        ],
    )
    def test_an_enterprise_sees_what_it_is_party_to(
        self, market: sa.Engine, viewer: str | None, party: str | None, consignee: str | None, seen: list[str]
    ) -> None:
        assert found(market, viewer=viewer, party=party, consignee=consignee) == seen

    def test_an_operator_sees_all_and_a_deleted_draft_only_he(self, market: sa.Engine) -> None:
        assert found(market) == ["4", "3", "2", "1", "5"]
        assert found(market, applicant=BROKER) == ["2", "1", "5"]
        assert found(market, states=[State.DELETED]) == ["5"]
        assert found(market, viewer=BROKER, states=[State.DELETED]) == []
        assert found(market, viewer=BROKER, pre_entry_no=number(5)) == []

    @pytest.mark.parametrize(
        ("viewer", "visible"),
        [(BROKER, {1, 2}), (IMPORTER, {1, 3}), (STRANGER, {2, 3, 4}), (None, {1, 2, 3, 4, 5}), ("3122269999", set())],
    )
    def test_one_appointment_is_seen_by_the_same_people(
        self, market: sa.Engine, viewer: str | None, visible: set[int]
    ) -> None:
        with reading(market) as session:
            got = {serial for serial in range(1, 6) if queries.appointment(session, number(serial), viewer)}
            listed = {serial for serial in range(1, 6) if found(market, viewer=viewer, pre_entry_no=number(serial))}
        assert got == listed == visible

    def test_no_cursor_leads_to_what_is_not_ones_own(self, market: sa.Engine) -> None:
        others = search(market, limit=1).next_cursor
        assert found(market, viewer=IMPORTER, cursor=others) == ["3", "1"]


class TestFilters:
    def test_states(self, engine: sa.Engine) -> None:
        put(engine, 1)
        project(engine, [created(number(2)), submitted(number(2))])
        project(engine, [created(number(3)), submitted(number(3)), approved(number(3))])
        assert found(engine, viewer=BROKER, party="A", states=[State.DRAFT]) == ["1"]
        assert set(found(engine, states=[State.SUBMITTED, State.SUCCEEDED])) == {"2", "3"}

    def test_applied_is_the_submission_and_for_a_draft_the_creation(self, engine: sa.Engine) -> None:
        put(engine, 1, created_at=NOON)
        late = submitted(number(2), created_at=NOON - 9 * DAY).appointment.model_copy(
            update={"submitted_at": NOON + DAY}
        )
        first = created(number(2), created_at=NOON - 9 * DAY)
        project(engine, [first, event(late, Action.SUBMITTED)])
        assert found(engine, applied_from=NOON, applied_to=NOON + DAY) == ["1"]
        assert found(engine, applied_from=NOON + DAY, applied_to=NOON + 2 * DAY) == ["2"]
        assert found(engine, applied_to=NOON) == []

    def test_spans_are_half_open(self, engine: sa.Engine) -> None:
        put(engine, 1)
        start = datetime(2026, 11, 28, 12, tzinfo=UTC)
        tick = timedelta(microseconds=1)
        assert found(engine, viewer=BROKER, window_from=start, window_to=start + tick) == ["1"]
        assert found(engine, viewer=BROKER, window_from=start + tick) == []
        assert found(engine, viewer=BROKER, window_to=start) == []

    def test_a_draft_without_a_window_is_in_no_window_span(self, engine: sa.Engine) -> None:
        content = appointment().content.model_copy(update={"window_start": None})
        put(engine, 1, content=content)
        assert found(engine, viewer=BROKER, window_from=NOON - 999 * DAY) == []
        assert found(engine, viewer=BROKER) == ["1"]

    def test_a_naive_span_is_refused(self) -> None:
        with pytest.raises(ValidationError):
            SearchFilter(applied_from=datetime(2026, 11, 28))  # noqa: DTZ001 - the point

    @pytest.mark.parametrize("limit", [0, 101])
    def test_a_page_has_between_1_and_100(self, limit: int) -> None:
        with pytest.raises(ValidationError):
            SearchFilter(limit=limit)


class TestAttention:
    def test_each_kind_is_found(self, engine: sa.Engine) -> None:
        for serial in range(1, 6):
            project(engine, [created(number(serial)), submitted(number(serial))])
        overdue = appointment(number(1), 3, State.COMPLETED_WITHOUT_FEEDBACK)
        project(engine, [event(overdue, Action.OVERDUE, State.SUCCEEDED)])
        undecided = appointment(number(2), 3, State.SUBMITTED, attention=(Attention.UNDECIDED,))
        project(engine, [event(undecided, Action.UNDECIDED, State.SUBMITTED)])
        project(engine, [parked(number=number(3))])
        inbox.store(
            engine,
            Receipt(receipt_id="r", pre_entry_no=number(4), result=Result.RELEASED, notice_time=NOON),
            raw="sealed",
            raw_digest="1",
            content_digest="1",
            received_at=NOON,
        )
        inbox.settle(engine, 1, Disposition.PARKED, "contradiction", at=NOON)
        assert found(engine, attention="overdue") == ["1"]
        assert found(engine, attention="undecided") == ["2"]
        assert found(engine, attention="delivery_stuck") == ["3"]
        assert found(engine, attention="parked") == ["4"]
        inbox.dismiss(engine, 1, by="officer", reason="sealed", at=NOON)
        assert found(engine, attention="parked") == []
        assert found(engine, attention="overdue", viewer=STRANGER) == []


class TestPages:
    def pages(self, engine: sa.Engine, **wanted: Any) -> Iterator[list[Appointment]]:
        cursor = None
        while True:
            page = search(engine, cursor=cursor, **wanted)
            yield list(page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    @pytest.mark.parametrize("limit", [1, 3, 7, 20, 100])
    @pytest.mark.parametrize("viewer", [None, BROKER, STRANGER])
    def test_together_they_have_each_once_newest_first(self, engine: sa.Engine, limit: int, viewer: str | None) -> None:
        """Three at a time were created at the same instant: then the number decides."""
        for serial in range(20):
            who = BROKER if serial % 2 else STRANGER
            put(engine, serial, created_at=NOON + DAY * (serial // 3), applicant=party(who), consignee=party(STRANGER))
        pages = list(self.pages(engine, limit=limit, viewer=viewer))
        everything = [(each.created_at, each.pre_entry_no) for page in pages for each in page]
        assert len(everything) == (10 if viewer == BROKER else 20)
        assert all(later > earlier for later, earlier in pairwise(everything))
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)

    def test_while_others_come_and_move_on(self, engine: sa.Engine) -> None:
        for serial in range(1, 13):
            put(engine, serial)
        seen: list[str] = []
        for turn, page in enumerate(self.pages(engine, limit=3, viewer=BROKER)):
            seen += [each.pre_entry_no for each in page]
            put(engine, 50 + turn)
            project(engine, [submitted(number(1 + turn)), approved(number(1 + turn))])
        assert seen == [number(serial) for serial in range(12, 0, -1)]

    def test_nothing_is_one_empty_page(self, engine: sa.Engine) -> None:
        assert search(engine, viewer=BROKER) == SearchPage(items=(), next_cursor=None)

    @pytest.mark.parametrize("cursor", ["", "x", "!!!!", "W10", "bnVsbA", "WzEsMl0", "é", "[" * 300, "W" * 150])
    def test_a_cursor_that_is_none_is_refused(self, engine: sa.Engine, cursor: str) -> None:
        with pytest.raises(BadCursor):
            search(engine, cursor=cursor)


FILTERS: list[dict[str, Any]] = [
    {},
    {"consignee": IMPORTER},
    {"states": [State.SUBMITTED]},
    {"states": [State.SUBMITTED, State.DRAFT]},
    {"applied_from": NOON, "applied_to": NOON + DAY},
    {"window_from": NOON, "window_to": NOON + DAY},
    {"pre_entry_no": number(7)},
    {"attention": "overdue"},
    {"attention": "undecided"},
    {"attention": "delivery_stuck"},
    {"attention": "parked"},
]
VIEWS: list[dict[str, Any]] = [
    {},
    {"viewer": BROKER, "party": "A"},
    {"viewer": BROKER, "party": "B"},
    {"viewer": BROKER},
]


class TestPlans:
    @pytest.fixture
    def crowded(self, engine: sa.Engine) -> sa.Engine:
        for serial in range(30):
            put(engine, serial)
        if engine.dialect.name == "postgresql":
            with writing(engine) as session:
                session.connection().exec_driver_sql("ANALYZE")
        return engine

    def test_every_filter_of_every_viewer_goes_by_an_index(self, crowded: sa.Engine) -> None:
        with counting(crowded) as statements:
            for view in VIEWS:
                for asked in FILTERS:
                    search(crowded, **view, **asked)
        assert len(statements) == len(VIEWS) * len(FILTERS)
        assert scans(crowded, statements, "appointments", "deliveries", "receipts") == []

    def test_a_scan_would_be_noticed(self, crowded: sa.Engine) -> None:
        by_version = [("SELECT snapshot FROM appointments WHERE version = 1", ())]
        assert len(scans(crowded, by_version, "appointments")) == 1

    def test_single_rows_and_histories_go_by_an_index(self, crowded: sa.Engine) -> None:
        with reading(crowded) as session, counting(crowded) as statements:
            queries.appointment(session, number(1), BROKER)
            queries.number_owner(session, number(1))
            queries.timeline(session, number(1))
            queries.command_event(session, number(1), "key")
            queries.creation_event(session, BROKER, "key")
            queries.snapshot(session, number(1), 1)
            queries.blocks(session, [BROKER, IMPORTER])
            inbox.parked(session)
            inbox.pending(session, before=NOON)
            inbox.for_appointment(session, number(1))
            deliveries.oldest(session)
            deliveries.oldest(session, "stuck")
            deliveries.for_appointment(session, number(1))
        assert scans(crowded, statements, *(name for name in METADATA.tables)) == []

    def test_claims_go_by_an_index(self, crowded: sa.Engine) -> None:
        with counting(crowded) as statements:
            claims.claim(crowded, number(1), ["223320261000000001"])
            claims.release(crowded, number(1), ["223320261000000001"])
        reads = [each for each in statements if not each[0].startswith("INSERT")]
        with writing(crowded) as session:
            assert session.connection().dialect.name == crowded.dialect.name
        assert scans(crowded, reads, "declarations") == []
