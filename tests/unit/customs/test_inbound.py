"""Receipts: what is read, what is refused and why, what counts as the same."""

from datetime import UTC, datetime

import pytest

from customs.inbound import Unusable, content_digest, parse_receipt
from domain.receipt import Receipt, Result
from tests.unit.customs.samples import sample

EXPECTED = Receipt(
    receipt_id="7b1de3a2-0000-4000-8000-000000000001",
    pre_entry_no="202600000000000042",
    result=Result.APPROVED,
    notice_time=datetime(2026, 11, 24, 2, 14, 59, 500000, tzinfo=UTC),
    application_no="223320260000000042",
    note="请按时到场",
    duty_contact="李关员 021-00000000",
)


def reason(raw: bytes) -> str:
    with pytest.raises(Unusable) as refusal:
        parse_receipt(raw)
    return refusal.value.reason


def test_the_golden_receipt_is_read_in_full() -> None:
    receipt = parse_receipt(sample("receipt"))
    assert receipt == EXPECTED
    assert receipt.notice_time.tzinfo is UTC


@pytest.mark.parametrize("result", Result)
def test_every_result_of_the_domain_is_one_of_the_schema(result: Result) -> None:
    assert parse_receipt(sample("receipt").replace(b"APPROVED", result.encode())).result is result


def test_what_customs_may_leave_out_is_none() -> None:
    raw = sample("receipt").replace(b"APPROVED", b"ACCEPTED").decode()
    for name in ("application_no", "note", "duty_contact"):
        start, end = raw.index(f"<{name}>"), raw.index(f"</{name}>") + len(f"</{name}>")
        raw = raw[:start] + raw[end:]
    receipt = parse_receipt(raw.encode())
    assert (receipt.application_no, receipt.note, receipt.duty_contact) == (None, None, None)


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2026-11-24T02:14:59Z", datetime(2026, 11, 24, 2, 14, 59, tzinfo=UTC)),
        ("\n 2026-11-24T02:14:59.123456Z ", datetime(2026, 11, 24, 2, 14, 59, 123456, tzinfo=UTC)),
        ("2026-12-31T23:59:59-05:00", datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_any_zone_becomes_utc(stamp: str, instant: datetime) -> None:
    raw = sample("receipt").replace(b"2026-11-24T10:14:59.5+08:00", stamp.encode())
    assert parse_receipt(raw).notice_time == instant


def test_an_approval_without_its_application_number_is_incomplete() -> None:
    raw = sample("receipt").replace(b"<application_no>223320260000000042</application_no>", b"")
    assert reason(raw) == "incomplete"


@pytest.mark.parametrize("name", ["declaration_query", "technical_reply", "appointment_apply"])
def test_a_valid_message_that_is_no_receipt_is_of_the_wrong_type(name: str) -> None:
    assert reason(sample(name)) == "wrong_type"


@pytest.mark.parametrize(("name", "claimed"), [("receipt", b"TECHNICAL_REPLY"), ("technical_reply", b"RECEIPT")])
def test_an_envelope_that_disagrees_with_its_letter_is_of_the_wrong_type(name: str, claimed: bytes) -> None:
    raw = sample(name).replace(b">" + name.upper().encode() + b"<", b">" + claimed + b"<")
    assert reason(raw) == "wrong_type"


def test_the_digest_is_of_the_business_content_only() -> None:
    resent = sample("receipt").replace(b"0d5c4a0e", b"ffffffff").replace(b"10:15:00", b"11:15:00")
    assert content_digest(parse_receipt(resent)) == content_digest(EXPECTED)


@pytest.mark.parametrize(
    "change",
    [
        {"pre_entry_no": "202600000000000043"},
        {"result": Result.RETURNED},
        {"note": None},
        {"duty_contact": ""},
        {"notice_time": datetime(2026, 11, 24, tzinfo=UTC)},
        {"application_no": "223320260000000043"},
        {"note": "李关员 021-00000000", "duty_contact": "请按时到场"},
    ],
)
def test_other_content_has_another_digest(change: dict[str, object]) -> None:
    assert content_digest(EXPECTED.model_copy(update=change)) != content_digest(EXPECTED)


def test_the_digest_of_yesterday_is_the_digest_of_tomorrow() -> None:
    assert content_digest(EXPECTED) == content_digest(
        EXPECTED.model_copy(update={"receipt_id": "other", "notice_time": EXPECTED.notice_time.astimezone()})
    )
