"""The control calls, and who may call them."""

import httpx
import pytest

from customs.inbound import parse_receipt
from tests.integration.simulator.process import PRE_ENTRY_NO, OfficeProcess, message
from tests.integration.simulator.receiver import Answer, Receiver

SCENARIOS = ("auto", "manual", "return", "silent", "duplicate", "reorder", "outage")


def test_received_lists_in_order_of_first_arrival_and_counts_repeats(office: OfficeProcess) -> None:
    office.scenario("manual")
    first, second = message("appointment_apply"), message("appointment_cancel")
    for sent in (first, second, first, first):
        assert office.take(*sent).status_code == 200
    listed = office.received(PRE_ENTRY_NO)
    assert [(row["message_id"], row["message_type"], row["times"]) for row in listed] == [
        (first[0], "APPOINTMENT_APPLY", 3),
        (second[0], "APPOINTMENT_CANCEL", 1),
    ]
    assert listed[0]["body_xml"].encode() == first[1]
    assert listed[0]["first_at"] < listed[1]["first_at"] < listed[0]["last_at"]
    assert office.received("202600000000000099") == []


def test_a_repeated_message_has_one_effect(office: OfficeProcess, receiver: Receiver) -> None:
    message_id, xml = message("appointment_cancel")
    office.take(message_id, xml)
    office.take(message_id, xml.replace("船期改动".encode(), "他因".encode()))
    receiver.wait_for(1)
    assert len(office.receipts()) == 1
    assert [(row["times"], row["differing"]) for row in office.received()] == [(2, 1)]


@pytest.mark.parametrize(
    ("call", "body", "listed"),
    [
        ("scenario", {"name": "chaos"}, SCENARIOS),
        ("decide", {"pre_entry_no": PRE_ENTRY_NO, "result": "MAYBE"}, ("ACCEPTED", "RELEASED")),
        ("decide", {"pre_entry_no": "1", "result": "ACCEPTED"}, ("pre_entry_no",)),
        ("scenario", {"name": "auto", "delay_seconds": -1}, ("delay_seconds",)),
        ("scenario", {"name": "auto", "colour": "red"}, ("colour",)),
        ("declarations", [{"number": "1"}], ("number", "direction", "declared_on")),
    ],
)
def test_what_the_office_does_not_know_is_refused_with_the_list(
    office: OfficeProcess,
    call: str,
    body: object,
    listed: tuple[str, ...],
) -> None:
    answer = office.http.post(f"/control/{call}", json=body)
    assert answer.status_code == 422
    assert [word for word in listed if word not in answer.text] == []


@pytest.mark.parametrize("text", ["20260102", "202601021830", "2026-01-02", "2026-01-02T18:30:00"])
def test_receipts_are_sent_again_since_an_instant_that_is_written_in_full(office: OfficeProcess, text: str) -> None:
    """The form of customs' own messages: `20260102` read as seconds would be 1970, and send everything again."""
    answer = office.http.post("/receipts/resend", params={"since": text})
    assert (answer.status_code, "since" in answer.text) == (422, True)


@pytest.mark.parametrize("text", ["20260102", "202601021830", 20_260_102])
def test_a_declaration_has_a_day_or_an_instant_that_is_written_in_full(office: OfficeProcess, text: object) -> None:
    declared = {"number": PRE_ENTRY_NO, "direction": "I", "applicant": "3122260002", "consignee": "3122260003"}
    ports = {"declaration_port": "2233", "entry_exit_port": "2233"}
    answer = office.http.post("/control/declarations", json=[declared | ports | {"declared_on": text}])
    assert (answer.status_code, "declared_on" in answer.text) == (422, True)


def test_raw_bytes_go_to_the_receipts_endpoint_as_they_are(office: OfficeProcess, receiver: Receiver) -> None:
    receiver.answer = lambda _: Answer(422, "不是回执".encode())
    raw = b"\xff\x00 not a receipt"
    assert office.http.post("/control/send-raw", content=raw).json() == {"status": 422, "body": "不是回执"}
    assert receiver.wait_for(1)[0].body == raw


def test_reset_forgets_everything(office: OfficeProcess, receiver: Receiver) -> None:
    office.scenario("return", pre_entry_no=PRE_ENTRY_NO)
    office.scenario("auto", delay_seconds=3600)
    office.send("appointment_apply", "202600000000000077")
    office.control("reset")
    assert (office.received(), office.receipts()) == ([], [])
    assert "202600000000000077" not in office.http.get("/").text
    office.scenario("auto")
    office.send("appointment_apply")
    assert parse_receipt(receiver.wait_for(1)[0].body).result == "ACCEPTED"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": ""},
    ],
)
@pytest.mark.parametrize("path", ["/decide", "/control/reset", "/messages"])
def test_a_foreign_web_page_can_do_nothing(office: OfficeProcess, path: str, headers: dict[str, str]) -> None:
    assert office.http.post(path, headers=headers).status_code == 403


def test_it_says_loudly_that_it_is_a_stand_in(office: OfficeProcess) -> None:
    assert "WARNING simulator 模拟海关：这是替身" in office.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("xml", "key", "status", "code"),
    [
        (b"nonsense", "", 400, b"NOT_XML"),
        (b"<!DOCTYPE message><message/>", "", 400, b"DOCTYPE"),
        (b"<message/>", "", 422, b"SCHEMA"),
        (b" " * (1024**2 + 1), "", 413, b"TOO_LARGE"),
        (message("receipt")[1], "0d5c4a0e-0000-4000-8000-000000000002", 422, b"WRONG_TYPE"),
        (message("appointment_apply")[1], "0d5c4a0e-0000-4000-8000-000000000009", 422, b"KEY_MISMATCH"),
    ],
)
def test_a_message_nobody_can_take_gets_a_technical_refusal(
    *,
    office: OfficeProcess,
    xml: bytes,
    key: str,
    status: int,
    code: bytes,
) -> None:
    answer = office.http.post("/messages", content=xml, headers={"Idempotency-Key": key})
    assert (answer.status_code, code in answer.content) == (status, True)
    assert office.received() == []


def test_it_listens_on_the_loopback_only(office: OfficeProcess) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{office.port}/health/live", trust_env=False)
