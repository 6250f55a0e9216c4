"""Receipts of any content are kept once, and none is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from db import inbox
from db.engine import reading
from db.inbox import InboxReceipt
from domain.receipt import Disposition, Receipt, Result
from tests.integration.db.stories import NOON, NUMBER

LATER = NOON + timedelta(minutes=5)


def receipt(receipt_id: str = "r-1", **changes: Any) -> Receipt:
    particulars: dict[str, Any] = {
        "receipt_id": receipt_id,
        "pre_entry_no": NUMBER,
        "result": Result.APPROVED,
        "notice_time": NOON,
        "application_no": "223320260000000001",
        "note": "sealed:v1:k1:NNNN",
        "duty_contact": "sealed:v1:k1:DDDD",
    }
    return Receipt(**(particulars | changes))


def keep(engine: sa.Engine, kept: Receipt, *, content: str = "content-1", **more: Any) -> InboxReceipt:
    arguments: dict[str, Any] = {"raw": "sealed:v1:k1:RRRR", "raw_digest": "raw-1", "received_at": NOON} | more
    return inbox.store(engine, kept, content_digest=content, **arguments)


def unusable(engine: sa.Engine, digest: str = "raw-9") -> InboxReceipt:
    return inbox.store_unreadable(
        engine, raw="sealed:v1:k1:XXXX", raw_digest=digest, reason="not_xml", received_at=NOON
    )


def test_a_receipt_is_kept_as_it_came(engine: sa.Engine) -> None:
    kept = keep(engine, receipt())
    assert (kept.receipt, kept.outcome, kept.times) == (receipt(), None, 1)
    with reading(engine) as session:
        assert inbox.find(session, kept.id) == kept
        assert inbox.raw(session, kept.id) == "sealed:v1:k1:RRRR"
        assert (inbox.find(session, kept.id + 1), inbox.raw(session, kept.id + 1)) == (None, None)


def test_the_same_again_is_the_same_row_with_its_outcome(engine: sa.Engine) -> None:
    first = keep(engine, receipt())
    inbox.settle(engine, first.id, Disposition.APPLIED, None, at=LATER)
    again = keep(engine, receipt(note="sealed:v1:k1:again"), received_at=LATER, raw_digest="raw-2")
    assert (again.id, again.outcome, again.times, again.received_at) == (first.id, Disposition.APPLIED, 2, NOON)
    assert again.note == first.note


def test_the_same_id_saying_something_else_is_parked_beside_it(engine: sa.Engine) -> None:
    first = keep(engine, receipt())
    other = keep(engine, receipt(result=Result.RETURNED), content="content-2")
    assert other.id != first.id
    assert (other.outcome, other.reason, other.result) == (
        Disposition.PARKED,
        inbox.CONFLICTING_CONTENT,
        Result.RETURNED,
    )
    assert keep(engine, receipt(result=Result.RETURNED), content="content-2").times == 2
    assert keep(engine, receipt(), content="content-3").id not in {first.id, other.id}
    assert keep(engine, receipt()).id == first.id
    with reading(engine) as session:
        assert [each.id for each in inbox.for_appointment(session, NUMBER)] == [first.id]
        assert len(inbox.parked(session)) == 2


def test_twenty_times_at_once_is_one_row(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(20) as pool:
        kept = list(pool.map(lambda _: keep(engine, receipt()), range(20)))
    assert len({each.id for each in kept}) == 1
    assert sorted(each.times for each in kept) == list(range(1, 21))


def test_what_cannot_be_read_is_parked_and_counted(engine: sa.Engine) -> None:
    first, again, other = unusable(engine), unusable(engine), unusable(engine, "raw-8")
    assert (first.id, first.times, again.times) == (again.id, 1, 2)
    assert other.id != first.id
    assert (first.receipt, first.outcome, first.reason) == (None, Disposition.PARKED, "not_xml")


def test_what_was_settled_stays_so(engine: sa.Engine) -> None:
    kept = keep(engine, receipt())
    settled = inbox.settle(engine, kept.id, Disposition.IGNORED, "stale", at=NOON)
    again = inbox.settle(engine, kept.id, Disposition.APPLIED, None, at=LATER)
    assert settled == again
    assert settled is not None
    assert (settled.outcome, settled.reason, settled.settled_at) == (Disposition.IGNORED, "stale", NOON)
    assert inbox.settle(engine, 99, Disposition.APPLIED, None, at=NOON) is None


def test_a_parked_one_may_be_settled_after_all(engine: sa.Engine) -> None:
    kept = keep(engine, receipt())
    inbox.settle(engine, kept.id, Disposition.PARKED, "unknown", at=NOON)
    settled = inbox.settle(engine, kept.id, Disposition.APPLIED, None, at=LATER)
    assert settled is not None
    assert (settled.outcome, settled.reason) == (Disposition.APPLIED, None)
    with reading(engine) as session:
        assert inbox.parked(session) == []


def test_an_operator_puts_a_parked_one_aside_once(engine: sa.Engine) -> None:
    kept = unusable(engine)
    assert inbox.dismiss(engine, kept.id, by="officer", reason="sealed:v1:k1:WHY", at=LATER)
    assert not inbox.dismiss(engine, kept.id, by="another", reason="x", at=LATER)
    inbox.settle(engine, kept.id, Disposition.APPLIED, None, at=LATER)
    with reading(engine) as session:
        assert inbox.parked(session) == []
        gone = inbox.find(session, kept.id)
    assert gone is not None
    assert (gone.outcome, gone.dismissed_by, gone.dismissed_at, gone.dismissed_reason) == (
        Disposition.PARKED,
        "officer",
        LATER,
        "sealed:v1:k1:WHY",
    )


def test_only_a_parked_one_can_be_put_aside(engine: sa.Engine) -> None:
    kept = keep(engine, receipt())
    assert not inbox.dismiss(engine, kept.id, by="officer", reason="x", at=LATER)
    assert not inbox.dismiss(engine, 99, by="officer", reason="x", at=LATER)


def test_what_nobody_settled_is_found_after_a_while(engine: sa.Engine) -> None:
    waiting, settled = keep(engine, receipt("r-1")), keep(engine, receipt("r-2"), raw_digest="raw-2")
    keep(engine, receipt("r-3"), received_at=LATER)
    unusable(engine)
    inbox.settle(engine, settled.id, Disposition.APPLIED, None, at=NOON)
    with reading(engine) as session:
        assert [each.id for each in inbox.pending(session, before=LATER)] == [waiting.id]
        assert inbox.pending(session, before=NOON) == []


def test_an_appointments_receipts_come_newest_first(engine: sa.Engine) -> None:
    ids = [
        keep(engine, receipt(f"r-{serial}"), received_at=NOON + timedelta(minutes=serial // 2), content=str(serial)).id
        for serial in range(4)
    ]
    keep(engine, receipt("r-9", pre_entry_no="202600000000000002"))
    with reading(engine) as session:
        assert [each.id for each in inbox.for_appointment(session, NUMBER)] == ids[::-1]


def test_parked_ones_come_oldest_first(engine: sa.Engine) -> None:
    ids = [unusable(engine, f"raw-{serial}").id for serial in range(3)]
    with reading(engine) as session:
        assert [each.id for each in inbox.parked(session)] == ids
        assert [each.id for each in inbox.parked(session, limit=2)] == ids[:2]
