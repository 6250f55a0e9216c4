"""Worklists and the counts of today: what waits, since when, in every order, page by page, always by an index."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from db import deliveries, inbox, queries, system_counts
from db.access_log import Access, record
from db.attempts import Attempts, update
from db.engine import reading, writing
from db.projections import project, rebuild
from db.queries import BadCursor, Waiting, Worklist, WorklistFilter, worklists
from db.queries.today import Today
from db.system_counts import CountName, Found
from db.tables import DeliveryRow, ReceiptRow
from domain.appointment import Attention, Content, Deadlines, Party, State
from domain.event import Action
from domain.receipt import Disposition, Receipt, Result
from tests.integration.db.plans import counting, plan, scans
from tests.integration.db.stories import (
    BROKER,
    IMPORTER,
    NOON,
    STRANGER,
    appointment,
    approved,
    created,
    event,
    parked,
    submitted,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = NOON + 30 * DAY


#: Conditions and orders of the fixture ``late``, and the appointments that they leave.
FILTERED: list[tuple[dict[str, Any], list[int]]] = [
    ({"port": "2248"}, [3]),
    ({"port": "5101"}, [3]),
    ({"port": "2233"}, [4, 2, 1]),
    ({"parties": (STRANGER,)}, [4, 3]),
    ({"parties": (BROKER,)}, [4, 2, 1]),
    ({"parties": (STRANGER, BROKER)}, [4, 3, 2, 1]),
    ({"parties": ()}, []),
    ({"since_to": NOW - 2 * DAY}, [4, 3]),
    ({"since_from": NOW - 2 * DAY}, [2, 1]),
    ({"since_from": NOW - 5 * DAY, "since_to": NOW - DAY, "port": "2233"}, [2]),
    ({"sort": "-since"}, [1, 2, 3, 4]),
    ({"sort": "port"}, [1, 2, 4, 3]),
    ({"sort": "-port"}, [3, 4, 2, 1]),
    ({"sort": "applicant"}, [1, 2, 4, 3]),
    ({"state": "completed_without_feedback"}, [4, 3, 2, 1]),
]


def number(serial: int) -> str:
    return f"2026{serial:014}"


def overdue(engine: sa.Engine, serial: int, since: Any, **changes: Any) -> None:
    """An appointment whose feedback was due then."""
    given = {"deadlines": Deadlines(feedback_by=since), "applicant": Party(code=BROKER, name="申报企业")} | changes
    after = appointment(number(serial), 1, State.COMPLETED_WITHOUT_FEEDBACK, **given)
    project(engine, [event(after, Action.OVERDUE, State.SUCCEEDED)])


def undecided(engine: sa.Engine, serial: int, state: State = State.SUBMITTED) -> None:
    after = appointment(number(serial), 1, state, attention=(Attention.UNDECIDED,), window_end=NOW - serial * HOUR)
    project(engine, [event(after, Action.UNDECIDED, state)])


def receipt(engine: sa.Engine, serial: int, *, settled: bool = True) -> int:
    """The row of a receipt for that appointment, as many hours before NOW as its number; parked if it is settled."""
    content = Receipt(receipt_id=f"r-{serial}", pre_entry_no=number(serial), result=Result.RELEASED, notice_time=NOON)
    digest, at = f"{serial}", NOW - serial * HOUR
    kept = inbox.store(engine, content, raw="sealed", raw_digest=digest, content_digest=digest, received_at=at)
    if settled:
        inbox.settle(engine, kept.id, Disposition.PARKED, "contradiction", at=NOON)
    return kept.id


def listed(engine: sa.Engine, kind: Any, **wanted: Any) -> Worklist:
    with reading(engine) as session:
        return queries.worklist(session, WorklistFilter(kind=kind, **wanted))


def found(engine: sa.Engine, kind: Any, **wanted: Any) -> list[int]:
    """The serial numbers of the appointments, in the order of the list."""
    return [int((each.pre_entry_no or "")[4:]) for each in listed(engine, kind, **wanted).items]


def counts(engine: sa.Engine) -> Today:
    with reading(engine) as session:
        return queries.today(session, NOW)


@pytest.fixture
def late(engine: sa.Engine) -> sa.Engine:
    """1 two hours · 2 two days · 3 five days, at another port, of another applicant · 4 nine days, other consignee."""
    other_port = Content(consignee_code=IMPORTER, declaration_port="2248", entry_exit_port="5101")
    overdue(engine, 1, NOW - 2 * HOUR)
    overdue(engine, 2, NOW - 2 * DAY)
    overdue(engine, 3, NOW - 5 * DAY, content=other_port, applicant=Party(code=STRANGER, name="别家"))
    overdue(engine, 4, NOW - 9 * DAY, consignee=Party(code=STRANGER, name="别家"))
    return engine


class TestOverdue:
    def test_the_longest_wait_comes_first(self, late: sa.Engine) -> None:
        page = listed(late, "overdue")
        assert [each.key for each in page.items] == [number(serial) for serial in (4, 3, 2, 1)]
        assert [each.since for each in page.items] == [NOW - 9 * DAY, NOW - 5 * DAY, NOW - 2 * DAY, NOW - 2 * HOUR]
        assert (page.total, page.next_cursor) == (4, None)

    def test_one_that_was_fed_back_or_released_does_not_wait(self, late: sa.Engine) -> None:
        after = appointment(number(4), 2, State.RELEASED, deadlines=Deadlines(feedback_by=NOW - 9 * DAY))
        project(late, [event(after, Action.RELEASED, State.COMPLETED_WITHOUT_FEEDBACK)])
        project(late, [approved(number(9), version=1)])
        assert found(late, "overdue") == [3, 2, 1]

    def test_filters_and_orders(self, late: sa.Engine) -> None:
        for wanted, serials in FILTERED:
            page = listed(late, "overdue", **wanted)
            assert (found(late, "overdue", **wanted), page.total) == (serials, len(serials)), wanted


class TestPages:
    def test_pages_together_have_each_row_once(self, engine: sa.Engine) -> None:
        for serial in range(1, 8):
            overdue(engine, serial, NOW - serial % 3 * DAY)  # equal instants: the key decides
            receipt(engine, serial)
        for kind, sort in product(("overdue", "receipts"), ("since", "-since", "port", "-applicant")):
            seen: list[str] = []
            cursor: str | None = None
            while cursor or not seen:
                page = listed(engine, kind, sort=sort, limit=2, cursor=cursor)
                seen += [each.key for each in page.items]
                cursor = page.next_cursor
            whole = [each.key for each in listed(engine, kind, sort=sort, limit=100).items]
            assert (seen, len(set(seen))) == (whole, 7), (kind, sort)

    def test_a_cursor_of_another_order_list_or_maker_is_refused(self, late: sa.Engine) -> None:
        cursor = listed(late, "overdue", limit=1).next_cursor
        for kind, wanted in (("overdue", {"sort": "port"}), ("receipts", {})):
            with pytest.raises(BadCursor):
                listed(late, kind, cursor=cursor, **wanted)
        with pytest.raises(BadCursor):
            listed(late, "overdue", cursor="bm9uc2Vuc2U")


class TestOtherLists:
    def test_undecided_past_the_window_by_state(self, engine: sa.Engine) -> None:
        undecided(engine, 1)
        undecided(engine, 2, State.ACCEPTED)
        project(engine, [submitted(number(3), version=1)])
        assert found(engine, "undecided") == [2, 1]
        assert found(engine, "undecided", state="submitted") == [1]
        assert found(engine, "undecided", state="accepted") == [2]

    def test_stuck_messages_and_on_request_those_on_their_way(self, engine: sa.Engine) -> None:
        for serial in (1, 2):
            project(engine, [created(number(serial)), submitted(number(serial))])
        project(engine, [parked(number=number(1))])
        (stuck,) = listed(engine, "deliveries").items
        assert (stuck.key, stuck.state, stuck.message_type) == (f"apply-{number(1)}", "stuck", "APPOINTMENT_APPLY")
        assert stuck.appointment is not None
        assert found(engine, "deliveries", state="pending") == [2]
        assert found(engine, "deliveries", parties=(STRANGER,)) == []
        assert found(engine, "deliveries", port="2233") == [1]

    def test_parked_receipts_also_of_no_known_appointment(self, engine: sa.Engine) -> None:
        project(engine, [created(number(1))])
        receipt(engine, 1)
        receipt(engine, 2)
        receipt(engine, 3, settled=False)
        inbox.store_unreadable(engine, raw="sealed", raw_digest="x", reason="malformed", received_at=NOW - DAY)
        items = listed(engine, "receipts").items
        assert [each.pre_entry_no for each in items] == [None, number(2), number(1)]
        assert [each.reason for each in items] == ["malformed", "contradiction", "contradiction"]
        assert [each.appointment is None for each in items] == [True, True, False]
        assert found(engine, "receipts", state="received") == [3]
        assert found(engine, "receipts", port="2233") == [1]
        assert len(listed(engine, "receipts", sort="port").items) == 3


class TestFiltersOfMessagesAndReceipts:
    def test_a_message_that_waits_is_found_by_what_its_appointment_has_become(self, engine: sa.Engine) -> None:
        moved = Content(consignee_code=IMPORTER, declaration_port="2248", entry_exit_port="5101")
        stranger = Party(code=STRANGER, name="别家")
        for serial in (1, 2):
            project(engine, [created(number(serial)), submitted(number(serial))])
            project(engine, [parked(number=number(serial))])
            receipt(engine, serial)
        after = appointment(number(2), 4, State.DRAFT, content=moved, consignee=stranger)
        project(engine, [event(after, Action.SAVED, State.DRAFT)])
        for kind in ("deliveries", "receipts"):
            assert found(engine, kind, port="2233") == [1], kind
            assert found(engine, kind, port="5101") == [2], kind
            assert found(engine, kind, parties=(STRANGER,)) == [2], kind
            assert found(engine, kind, sort="port") == [1, 2], kind

    def test_a_rebuild_restores_the_columns(self, engine: sa.Engine) -> None:
        project(engine, [created(number(1)), submitted(number(1))])
        project(engine, [parked(number=number(1))])
        receipt(engine, 1)
        with writing(engine) as session:
            for table in (DeliveryRow.table(), ReceiptRow.table()):
                session.execute(sa.update(table).values(declaration_port=None, applicant_code=None))
        assert found(engine, "deliveries", port="2233") == []
        rebuild(engine)
        for kind in ("deliveries", "receipts"):
            assert found(engine, kind, port="2233", parties=(BROKER,)) == [1], kind


class TestTotals:
    def test_a_total_beyond_the_limit_says_that_there_are_more(
        self, late: sa.Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worklists, "MOST_COUNTED", 3)
        page = listed(late, "overdue")
        assert (len(page.items), page.total, page.complete) == (4, 3, False)
        monkeypatch.setattr(worklists, "MOST_COUNTED", 4)
        page = listed(late, "overdue")
        assert (page.total, page.complete) == (4, True)


class TestFindings:
    """Missing and stuck workflows, as the last count found them."""

    @pytest.fixture
    def counted(self, late: sa.Engine) -> sa.Engine:
        missing = [Found(number(serial), number(serial)) for serial in (1, 3)]
        stuck = [Found("unknown/1", None, NOW), Found(f"appointment/{number(2)}", number(2), NOON)]
        system_counts.save_found(late, CountName.MISSING_WORKFLOWS, missing, at=NOW, count=2)
        system_counts.save_found(late, CountName.STUCK_WORKFLOWS, stuck, at=NOW - HOUR, count=2)
        return late

    def listed(self, engine: sa.Engine, kind: Any, **wanted: Any) -> Worklist:
        with reading(engine) as session:
            return queries.found_worklist(session, WorklistFilter(kind=kind, **wanted))

    def test_they_are_listed_and_filtered_with_the_instant_of_the_count(self, counted: sa.Engine) -> None:
        page = self.listed(counted, "missing")
        assert {each.key for each in page.items} == {number(1), number(3)}
        assert (page.total, page.complete, page.counted_at) == (2, True, NOW)
        assert [each.key for each in self.listed(counted, "missing", port="5101").items] == [number(3)]
        page = self.listed(counted, "standing", sort="-since")
        assert [each.pre_entry_no for each in page.items] == [None, number(2)]
        assert page.counted_at == NOW - HOUR

    def test_before_the_first_count_nobody_can_tell(self, late: sa.Engine) -> None:
        page = self.listed(late, "missing")
        assert (page.items, page.complete, page.counted_at) == ((), False, None)

    def test_where_the_server_marks_none_nobody_can_tell_either(self, counted: sa.Engine) -> None:
        system_counts.save_found(counted, CountName.STUCK_WORKFLOWS, None, at=NOW, count=0)
        page = self.listed(counted, "standing")
        assert (page.items, page.complete, page.counted_at) == ((), False, NOW)

    def test_what_was_dealt_with_is_not_listed_nor_counted_and_only_once(self, counted: sa.Engine) -> None:
        for _ in range(2):
            system_counts.settle(counted, CountName.MISSING_WORKFLOWS, number(1))
        assert [each.key for each in self.listed(counted, "missing").items] == [number(3)]
        with reading(counted) as session:
            assert system_counts.latest(session)[CountName.MISSING_WORKFLOWS].value == 1


class TestToday:
    def test_an_empty_database_has_nothing_to_do(self, engine: sa.Engine) -> None:
        nothing = counts(engine)
        assert {each.total for each in nothing if isinstance(each, Waiting)} == {0}
        assert {each.oldest for each in nothing if isinstance(each, Waiting)} == {None}

    def test_counts_ages_and_the_oldest(self, late: sa.Engine) -> None:
        overdue(late, 5, NOW - HOUR / 2)
        seen = counts(late).overdue
        assert (seen.total, seen.oldest) == (5, NOW - 9 * DAY)
        assert seen.ages == (1, 1, 1, 1, 1)  # under 1 hour, 1 day, 3 days, 7 days, and more

    def test_the_next_instants_are_to_come(self, engine: sa.Engine) -> None:
        for serial, due in enumerate((NOW - DAY, NOW + 2 * DAY, NOW + DAY), 1):
            project(engine, [approved(number(serial), version=1, deadlines=Deadlines(feedback_by=due))])
            late = number(serial + 10)
            project(engine, [created(late), submitted(late, window_end=due + HOUR)])
        seen = counts(engine)
        assert (seen.overdue.total, seen.overdue.next_at) == (0, NOW + DAY)
        assert (seen.undecided.total, seen.undecided.next_at) == (0, NOW + DAY + HOUR)

    def test_each_kind_is_counted_by_itself(self, engine: sa.Engine) -> None:
        undecided(engine, 1)
        for serial in (2, 3, 4):
            project(engine, [created(number(serial)), submitted(number(serial))])
        project(engine, [parked(number=number(2))])
        receipt(engine, 5)
        receipt(engine, 6, settled=False)
        seen = counts(engine)
        assert (seen.undecided.total, seen.undecided.oldest) == (1, NOW - HOUR)
        assert (seen.stuck_deliveries.total, seen.pending_deliveries.total) == (1, 2)
        assert (seen.parked_receipts.total, seen.parked_receipts.oldest) == (1, NOW - 5 * HOUR)
        assert (seen.unsettled_receipts.total, seen.unsettled_receipts.oldest) == (1, NOW - 6 * HOUR)

    def test_refused_logins_of_a_day_and_names_that_must_wait(self, engine: sa.Engine) -> None:
        with writing(engine) as session:
            record(session, Access(at=NOW - 2 * DAY, what="login.refused", subject="a"))
            record(session, Access(at=NOW - HOUR, what="login.refused", subject="a"))
            record(session, Access(at=NOW - HOUR, what="login", subject="a"))
        for name, until in (("x", NOW + HOUR / 6), ("y", NOW - HOUR / 30)):
            waits = Attempts(failures=6, last_at=NOW - HOUR / 12, wait_until=until)
            update(engine, name, at=NOW, judge=lambda _, waits=waits: waits)  # type: ignore[misc]
        seen = counts(engine)
        assert (seen.refused_logins.total, seen.refused_logins.oldest) == (1, NOW - HOUR)
        assert (seen.locked_out.total, seen.locked_out.next_at) == (1, NOW + HOUR / 6)


class TestPlans:
    @pytest.fixture
    def crowded(self, engine: sa.Engine) -> sa.Engine:
        """Enough rows for statistics that mean something, few of which wait."""
        for serial in range(1, 70):
            project(engine, [created(number(serial)), submitted(number(serial))])
            if serial % 10:
                deliveries.mark_delivered(engine, f"apply-{number(serial)}", NOON)
            kept = receipt(engine, serial, settled=serial % 30 == 0)
            if serial % 30:
                inbox.settle(engine, kept, Disposition.APPLIED, None, at=NOON)
            else:
                project(engine, [parked(number=number(serial))])
        for serial in range(200, 205):
            overdue(engine, serial, NOW - serial * HOUR)
            undecided(engine, serial + 100)
        with engine.connect() as connection:  # PostgreSQL reads an index alone only once its pages are known as visible
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
        with writing(engine) as session:
            session.connection().exec_driver_sql("ANALYZE")
        return engine

    def test_every_list_in_every_order_by_every_filter_goes_by_an_index(self, crowded: sa.Engine) -> None:
        asked: list[dict[str, Any]] = [
            {},
            {"port": "2233"},
            {"parties": (BROKER, STRANGER)},
            {"since_from": NOON, "since_to": NOW},
            *({"sort": sort} for sort in ("-since", "port", "applicant")),
        ]
        with counting(crowded) as statements:
            for kind in worklists.SOURCES:
                for wanted in asked:
                    first = listed(crowded, kind, limit=2, **wanted)
                    listed(crowded, kind, limit=2, cursor=first.next_cursor, **wanted)
        assert scans(crowded, statements, "appointments", "deliveries", "receipts") == []

    def test_a_filter_of_messages_or_receipts_reads_one_index_and_no_row(self, crowded: sa.Engine) -> None:
        asked: list[dict[str, Any]] = [
            {"port": "2233"},
            {"parties": (BROKER,)},
            {"sort": "port"},
            {"sort": "-applicant"},
        ]
        for kind, wanted in product(("deliveries", "receipts"), asked):
            with counting(crowded) as statements, reading(crowded) as session:
                session.execute(worklists.page_statement(WorklistFilter(kind=kind, **wanted)))
                worklists.count(session, WorklistFilter(kind=kind, **wanted))
            with reading(crowded) as session:
                plans = ["; ".join(plan(session, *each)) for each in statements]
            for steps in plans:
                assert "COVERING INDEX" in steps or "Index Only Scan" in steps, (kind, wanted)
                assert "appointments" not in steps, (kind, wanted)

    def test_the_counts_of_today_go_by_an_index(self, crowded: sa.Engine) -> None:
        with counting(crowded) as statements:
            counts(crowded)
        tables = ("appointments", "deliveries", "receipts", "accesses", "login_attempts", "enterprises", "approvals")
        assert scans(crowded, statements, *tables) == []
