"""Receipts arrive in spite of refusals, restarts and a receiver that is not there."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.up.ports import free_base
from customs.inbound import parse_receipt
from simulator.courier import Courier
from simulator.office import Office
from simulator.store import Store
from tests.integration.simulator.process import ROOT, OfficeProcess, eventually
from tests.integration.simulator.receiver import Answer, Posted, Receiver


@pytest.fixture
def own_office(receiver: Receiver, tmp_path: Path) -> Iterator[OfficeProcess]:
    """An office that may be killed."""
    office = OfficeProcess(receiver.url, tmp_path / "office.sqlite3")
    yield office
    office.close()


def answer_in_turn(receiver: Receiver, *statuses: int) -> None:
    """These first, 202 from then on."""
    remaining = iter(statuses)
    receiver.answer = lambda _: Answer(next(remaining, 202))


def result(posted: Posted) -> str:
    return parse_receipt(posted.body).result.value


@pytest.mark.parametrize("status", [500, 503, 429, 408, 302])
def test_the_same_receipt_is_sent_again_until_it_is_taken(
    office: OfficeProcess,
    receiver: Receiver,
    status: int,
) -> None:
    answer_in_turn(receiver, status, status)
    office.decide("ACCEPTED")
    first, second, third = receiver.wait_for(3)
    assert first.body == second.body == third.body
    settled = eventually(lambda: [row for row in office.receipts() if row["state"] == "taken"])
    assert [(row["attempts"], row["answer"]) for row in settled] == [(3, "202")]


@pytest.mark.parametrize("status", [400, 401, 409, 422])
def test_a_refused_receipt_is_not_sent_again_and_the_next_one_is(
    office: OfficeProcess,
    receiver: Receiver,
    status: int,
) -> None:
    answer_in_turn(receiver, status)
    office.send("appointment_apply")
    assert [result(posted) for posted in receiver.wait_for(2)] == ["ACCEPTED", "APPROVED"]
    states = eventually(
        lambda: (
            [row["state"] for row in office.receipts() if row["state"] != "queued"][1:]
            and [row["state"] for row in office.receipts()]
        )
    )
    assert states == ["refused", "taken"]


def test_the_order_of_an_appointment_holds_while_its_first_receipt_is_retried(
    office: OfficeProcess,
    receiver: Receiver,
) -> None:
    answer_in_turn(receiver, 503, 503, 503)
    office.send("appointment_apply")
    assert [result(posted) for posted in receiver.wait_for(5)] == ["ACCEPTED"] * 4 + ["APPROVED"]


def test_a_stuck_appointment_does_not_hold_up_another(office: OfficeProcess, receiver: Receiver) -> None:
    stuck, free = "202600000000000001", "202600000000000002"
    receiver.answer = lambda posted: Answer(503 if stuck.encode() in posted.body else 202)
    office.decide("ACCEPTED", stuck)
    office.decide("ACCEPTED", free)
    eventually(lambda: [row for row in office.receipts(free) if row["state"] == "taken"])
    assert [row["state"] for row in office.receipts(stuck)] == ["queued"]


def test_receipts_wait_for_a_receiver_that_is_not_there_yet(tmp_path: Path) -> None:
    port = free_base()
    office = OfficeProcess(f"http://127.0.0.1:{port}", tmp_path / "office.sqlite3")
    try:
        decided = office.decide("ACCEPTED")
        eventually(lambda: [row for row in office.receipts() if row["attempts"]])
        raw = office.http.post("/control/send-raw", content=b"x")
        assert (raw.status_code, raw.json()) == (502, {"status": None, "body": "ConnectError"})
        late = Receiver(port)
        assert parse_receipt(late.wait_for(1)[0].body).receipt_id == decided
        late.close()
    finally:
        office.close()


def test_a_killed_office_sends_what_it_had_promised(own_office: OfficeProcess, receiver: Receiver) -> None:
    own_office.scenario("auto", delay_seconds=1)
    message_id = own_office.send("appointment_apply")
    promised = [row["receipt_id"] for row in own_office.receipts()]
    own_office.stop(signal.SIGKILL)
    own_office.start()
    assert [parse_receipt(posted.body).receipt_id for posted in receiver.wait_for(2)] == promised
    assert [row["message_id"] for row in own_office.received()] == [message_id]


def test_a_receipt_half_sent_before_a_crash_is_the_same_receipt_after_it(
    own_office: OfficeProcess,
    receiver: Receiver,
) -> None:
    receiver.answer = lambda _: Answer(503)
    own_office.decide("APPROVED")
    before = receiver.wait_for(1)[0].body
    own_office.stop(signal.SIGKILL)
    receiver.clear()
    own_office.start()
    assert receiver.wait_for(1)[0].body == before


def test_an_outage_and_its_appointments_survive_a_restart(own_office: OfficeProcess) -> None:
    own_office.scenario("outage")
    own_office.stop()
    own_office.start()
    assert own_office.http.post("/messages").status_code == 503


def test_it_ends_quickly_even_with_a_receipt_on_its_way(own_office: OfficeProcess, receiver: Receiver) -> None:
    receiver.answer = lambda _: Answer(503)
    own_office.scenario("auto", delay_seconds=3600)
    own_office.send("appointment_apply")
    own_office.decide("ACCEPTED")
    receiver.wait_for(1)
    own_office.stop()  # fails when it waits for an answer that never comes


async def test_it_ends_although_a_delivery_ended_in_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "office.sqlite3")
    monkeypatch.setattr(store, "next_due", lambda now: now + 3600)
    async with httpx.AsyncClient() as client:
        courier = Courier(store, client, "http://127.0.0.1:1/", None)
        sending = asyncio.create_task(courier.run(Office(store, courier.wake)))
        for _ in range(10):  # until it sleeps
            await asyncio.sleep(0)
        courier.wake()
        sending.cancel()
        done, _ = await asyncio.wait([sending], timeout=5)
        sending.cancel()
    assert done == {sending}
    store.close()


@pytest.mark.parametrize("changed", [("--receipts-key-env", "NO_SUCH_VARIABLE"), ("--receipts-url", "ftp://x/")])
def test_it_does_not_start_on_half_a_configuration(tmp_path: Path, changed: tuple[str, str]) -> None:
    options = {"--port": "1", "--receipts-url": "http://127.0.0.1:1/", "--database": str(tmp_path / "x.sqlite3")}
    words = [word for pair in (options | dict([changed])).items() for word in pair]
    done = subprocess.run([sys.executable, "-m", "simulator", *words], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
    assert not (tmp_path / "x.sqlite3").exists()
