"""Each part the simulated office can play, as its receiver sees it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from customs.inbound import parse_receipt
from domain.receipt import Receipt
from tests.integration.simulator.process import KEY, PRE_ENTRY_NO, OfficeProcess, message
from tests.integration.simulator.receiver import DEADLINE_SECONDS, Answer, Posted, Receiver

OTHER = "202600000000000077"


def arrived(receiver: Receiver, count: int) -> list[Receipt]:
    return [parse_receipt(posted.body) for posted in receiver.wait_for(count)]


def results(receiver: Receiver, count: int) -> list[str]:
    return [receipt.result.value for receipt in arrived(receiver, count)]


def test_auto_accepts_then_approves(office: OfficeProcess, receiver: Receiver) -> None:
    office.send("appointment_apply")
    accepted, approved = arrived(receiver, 2)
    assert (accepted.result, approved.result) == ("ACCEPTED", "APPROVED")
    assert {accepted.pre_entry_no, approved.pre_entry_no} == {PRE_ENTRY_NO}
    assert (accepted.application_no, accepted.duty_contact) == (None, None)
    assert approved.application_no is not None
    assert approved.application_no.startswith(f"2233{(datetime.now(UTC) + timedelta(hours=8)).year}")
    assert approved.duty_contact


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("appointment_cancel", "CANCEL_CONFIRMED"),
        ("appointment_feedback", "FEEDBACK_CONFIRMED"),
        ("appointment_explanation", "EXPLANATION_ACCEPTED"),
    ],
)
@pytest.mark.parametrize("scenario", ["auto", "return", "reorder"])
def test_other_messages_are_confirmed(
    *,
    office: OfficeProcess,
    receiver: Receiver,
    scenario: str,
    name: str,
    result: str,
) -> None:
    office.scenario(scenario)
    office.send(name)
    assert results(receiver, 1) == [result]


def test_each_receipt_waits_for_the_delay(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("auto", delay_seconds=0.3)
    sent = datetime.now(UTC)
    office.send("appointment_apply")
    accepted, approved = arrived(receiver, 2)
    assert accepted.notice_time - sent >= timedelta(seconds=0.3)
    assert approved.notice_time - accepted.notice_time == timedelta(seconds=0.3)
    for posted, receipt in zip(receiver.posted, (accepted, approved), strict=True):
        assert posted.at >= receipt.notice_time.timestamp()


def test_return_returns_with_a_note(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("return")
    office.send("appointment_apply")
    assert [(receipt.result.value, bool(receipt.note)) for receipt in arrived(receiver, 1)] == [("RETURNED", True)]
    assert len(office.receipts()) == 1


@pytest.mark.parametrize("scenario", ["silent", "manual"])
def test_nothing_is_answered_without_an_officer(office: OfficeProcess, receiver: Receiver, scenario: str) -> None:
    office.scenario(scenario)
    for name in ("appointment_apply", "appointment_cancel", "appointment_feedback", "appointment_explanation"):
        office.send(name)
    assert (len(office.received()), office.receipts()) == (4, [])
    decided = office.decide("ACCEPTED")
    assert [receipt.receipt_id for receipt in arrived(receiver, 1)] == [decided]


def test_duplicate_sends_every_receipt_twice_at_once(office: OfficeProcess, receiver: Receiver) -> None:
    both = threading.Barrier(2)

    def answer(_: Posted) -> Answer:
        both.wait(DEADLINE_SECONDS)
        return Answer(202)

    receiver.answer = answer
    office.scenario("duplicate")
    office.send("appointment_apply")
    first, again, second, once_more = arrived(receiver, 4)
    assert first == again
    assert second == once_more
    assert (first.result, second.result) == ("ACCEPTED", "APPROVED")


def test_reorder_approves_before_it_accepts(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("reorder")
    office.send("appointment_apply")
    assert results(receiver, 2) == ["APPROVED", "ACCEPTED"]


def test_outage_takes_nothing_sends_nothing_and_ends(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("outage")
    decided = office.decide("ACCEPTED")
    assert office.take(*message("appointment_apply")).status_code == 503
    assert office.http.post("/declarations/query", content=b"").status_code == 503
    assert office.received() == []
    assert [(row["state"], row["attempts"]) for row in office.receipts()] == [("queued", 0)]
    office.scenario("manual")
    assert [receipt.receipt_id for receipt in arrived(receiver, 1)] == [decided]


def test_one_appointment_can_have_a_part_of_its_own(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("outage", pre_entry_no=OTHER)
    assert office.take(*message("appointment_apply", OTHER)).status_code == 503
    office.send("appointment_apply")
    assert results(receiver, 2) == ["ACCEPTED", "APPROVED"]
    office.scenario("return", pre_entry_no=OTHER)
    office.send("appointment_apply", OTHER)
    assert arrived(receiver, 3)[2].pre_entry_no == OTHER
    assert results(receiver, 3)[2] == "RETURNED"


def test_an_officer_decides_in_any_scenario(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("auto", delay_seconds=3600)
    office.send("appointment_apply")
    office.decide("RETURNED", note="证明\x00不清")
    office.decide("APPROVED", OTHER)
    by_number = {receipt.pre_entry_no: receipt for receipt in arrived(receiver, 2)}
    assert by_number[PRE_ENTRY_NO].note == "证明?不清"
    assert by_number[OTHER].application_no is not None


def test_an_appointment_keeps_its_application_number_and_shares_it_with_none(
    office: OfficeProcess,
    receiver: Receiver,
) -> None:
    office.scenario("manual")
    for pre_entry_no in (PRE_ENTRY_NO, PRE_ENTRY_NO, OTHER):
        office.decide("APPROVED", pre_entry_no)
    numbers = [(receipt.pre_entry_no, receipt.application_no) for receipt in arrived(receiver, 3)]
    office.control("reset")
    office.decide("APPROVED", OTHER)
    numbers.append(("after a reset", arrived(receiver, 4)[3].application_no))
    assert len(set(numbers)) == 3
    assert len({number for _, number in numbers}) == 3


def test_receipts_carry_the_key(office: OfficeProcess, receiver: Receiver) -> None:
    office.decide("ACCEPTED")
    posted = receiver.wait_for(1)[0]
    assert (posted.path, posted.headers["authorization"]) == ("/receipts", f"Bearer {KEY}")
    assert posted.headers["content-type"] == "application/xml"
