"""``HttpChannel`` against the simulated office, and against answers no sane office gives."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from cli.up.ports import free_base
from customs.channels import DeliveryRefused, Unavailable
from customs.channels.http import HttpChannel
from domain.appointment import Direction
from domain.declarations import DeclarationRecord, NotFound
from tests.integration.simulator.process import HELD, NUMBERS, OfficeProcess, eventually, message
from tests.integration.simulator.receiver import DEADLINE_SECONDS, Answer, Posted, Receiver
from tests.unit.customs.samples import sample


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def channel(office: OfficeProcess, client: httpx.Client) -> HttpChannel:
    """The channel to the simulated office."""
    return HttpChannel(office.url, client)


@pytest.fixture
def odd(receiver: Receiver, client: httpx.Client) -> HttpChannel:
    """The channel to an office that answers as ``receiver.answer`` says."""
    return HttpChannel(receiver.url, client, send_seconds=1, look_up_seconds=1)


@pytest.mark.parametrize(
    "name", ["appointment_apply", "appointment_cancel", "appointment_feedback", "appointment_explanation"]
)
def test_a_message_is_taken_once_however_often_it_is_sent(
    channel: HttpChannel,
    office: OfficeProcess,
    name: str,
) -> None:
    office.scenario("manual")
    message_id, xml = message(name)
    channel.send(message_id, xml)
    channel.send(message_id, xml)
    listed = office.received()
    assert [(row["message_id"], row["times"], row["differing"]) for row in listed] == [(message_id, 2, 0)]


def test_a_message_that_breaks_the_schema_is_refused_before_it_leaves(
    channel: HttpChannel,
    office: OfficeProcess,
) -> None:
    message_id, xml = message("appointment_apply")
    with pytest.raises(DeliveryRefused) as refused:
        channel.send(message_id, xml.replace(b"13800138000", b"007"))
    assert refused.value.reason == "schema: contact_mobile SCHEMAV_CVC_PATTERN_VALID"
    assert office.received() == []


@pytest.mark.parametrize(
    ("name", "reason"), [("receipt", "nack WRONG_TYPE"), ("appointment_apply", "nack KEY_MISMATCH")]
)
def test_what_the_office_will_never_take_is_refused(channel: HttpChannel, name: str, reason: str) -> None:
    message_id = "0d5c4a0e-0000-4000-8000-000000000002"
    with pytest.raises(DeliveryRefused) as refused:
        channel.send(message_id, sample(name))
    assert refused.value.reason == reason


def test_an_outage_is_unavailable_and_passes(channel: HttpChannel, office: OfficeProcess) -> None:
    office.scenario("outage")
    sent = message("appointment_apply")
    for ask in (lambda: channel.send(*sent), lambda: channel.look_up(NUMBERS)):
        with pytest.raises(Unavailable, match="http 503"):
            ask()
    office.scenario("manual")
    channel.send(*sent)
    assert channel.look_up(NUMBERS[:1]) == {NUMBERS[0]: NotFound()}


def test_an_office_that_is_not_there_is_unavailable(client: httpx.Client) -> None:
    absent = HttpChannel(f"http://127.0.0.1:{free_base()}", client)
    with pytest.raises(Unavailable, match="connection ConnectError"):
        absent.send(*message("appointment_apply"))


def test_a_look_up_tells_records_from_numbers_nobody_declared(channel: HttpChannel, office: OfficeProcess) -> None:
    instant = HELD | {"number": NUMBERS[1], "direction": "E", "declared_on": "2026-11-28T21:05:00+08:00"}
    office.control("declarations", [HELD, instant])
    found = channel.look_up(NUMBERS)
    assert found[NUMBERS[0]] == DeclarationRecord(
        number=NUMBERS[0],
        direction=Direction.IMPORT,
        applicant="3122260001",
        consignee="3122260003",
        declaration_port="2233",
        entry_exit_port="2248",
        declared_on=date(2026, 11, 28),
    )
    assert isinstance(second := found[NUMBERS[1]], DeclarationRecord)
    assert (second.direction, second.declared_on) == (Direction.EXPORT, datetime(2026, 11, 28, 13, 5, tzinfo=UTC))
    assert found[NUMBERS[2]] == NotFound()


def test_more_than_fifty_numbers_are_asked_in_batches(channel: HttpChannel, office: OfficeProcess) -> None:
    office.control("declarations", [HELD])
    numbers = [f"{223320261000000000 + serial}" for serial in range(1, 120)]
    found = channel.look_up([*numbers, numbers[0]])
    assert list(found) == numbers
    assert [number for number, answer in found.items() if isinstance(answer, DeclarationRecord)] == [NUMBERS[0]]


def test_no_numbers_are_not_asked(client: httpx.Client) -> None:
    assert HttpChannel("http://192.0.2.1", client).look_up([]) == {}


ACK = (
    b'<message xmlns="urn:yuyue:customs:1"><message_id>0d5c4a0e-0000-4000-8000-000000000005</message_id>'
    b"<message_type>TECHNICAL_REPLY</message_type><version>1.0</version><sender_id>C</sender_id>"
    b"<receiver_id>Y</receiver_id><send_time>2026-11-24T10:15:00Z</send_time><body><technical_reply>"
    b"<in_reply_to>%s</in_reply_to><ack/></technical_reply></body></message>"
)
NACK = ACK.replace(b"<ack/>", b"<nack><code>SCHEMA</code></nack>")
ANONYMOUS_NACK = NACK.replace(b"<in_reply_to>%s</in_reply_to>", b"")
OTHER_ID = str(uuid4()).encode()


def outcome(odd: HttpChannel, receiver: Receiver, status: int, reply: bytes) -> str:
    message_id, xml = message("appointment_apply")
    receiver.answer = lambda _: Answer(status, reply % message_id.encode() if b"%s" in reply else reply)
    try:
        odd.send(message_id, xml)
    except (DeliveryRefused, Unavailable) as error:
        return f"{type(error).__name__} {error.reason}"
    return "taken"


@pytest.mark.parametrize(
    ("status", "reply", "expected"),
    [
        (200, ACK, "taken"),
        (202, ACK, "taken"),
        (200, NACK, "DeliveryRefused nack SCHEMA"),
        (422, NACK, "DeliveryRefused nack SCHEMA"),
        (404, ANONYMOUS_NACK, "DeliveryRefused nack SCHEMA"),
        (400, b"", "DeliveryRefused http 400"),
        (413, b"too big", "DeliveryRefused http 413"),
        (415, b"", "DeliveryRefused http 415"),
        (422, b"{}", "DeliveryRefused http 422"),
        (200, b"<html>Please log in</html>", "Unavailable http 200"),
        (200, ACK.replace(b"%s", OTHER_ID), "Unavailable http 200"),
        (422, NACK.replace(b"%s", OTHER_ID), "DeliveryRefused http 422"),
        (200, sample("receipt"), "Unavailable http 200"),
        (204, b"", "Unavailable http 204"),
        (302, ACK, "Unavailable http 302"),
        (401, b"", "Unavailable http 401"),
        (403, b"", "Unavailable http 403"),
        (404, b"", "Unavailable http 404"),
        (408, NACK, "Unavailable http 408"),
        (429, NACK, "Unavailable http 429"),
        (500, b"", "Unavailable http 500"),
        (503, ACK, "Unavailable http 503"),
        (200, b" " * (1024**2 + 1), "Unavailable reply too_large"),
    ],
)
def test_what_an_answer_means(
    *,
    odd: HttpChannel,
    receiver: Receiver,
    status: int,
    reply: bytes,
    expected: str,
) -> None:
    assert outcome(odd, receiver, status, reply) == expected


def test_the_idempotency_key_is_the_message_id(odd: HttpChannel, receiver: Receiver) -> None:
    outcome(odd, receiver, 200, ACK)
    posted = receiver.posted[0]
    assert posted.path == "/messages"
    assert posted.headers["idempotency-key"].encode() in posted.body
    assert posted.headers["content-type"] == "application/xml"


RESULT = sample("declaration_result")


@pytest.mark.parametrize(
    ("status", "reply", "expected"),
    [
        (200, b"<html/>", "reply schema"),
        (200, b"", "reply not_xml"),
        (200, sample("receipt"), "reply wrong_type"),
        (200, RESULT, "reply mismatched"),
        (500, RESULT, "http 500"),
        (404, b"", "http 404"),
    ],
)
def test_a_look_up_relies_on_nothing_odd(
    *,
    odd: HttpChannel,
    receiver: Receiver,
    status: int,
    reply: bytes,
    expected: str,
) -> None:
    receiver.answer = lambda _: Answer(status, reply)
    with pytest.raises(Unavailable) as unavailable:
        odd.look_up(NUMBERS)
    assert unavailable.value.reason == expected


def test_a_look_up_with_an_answer_missing_is_no_answer(odd: HttpChannel, receiver: Receiver) -> None:
    receiver.answer = lambda posted: Answer(
        200, RESULT.replace(b"0d5c4a0e-0000-4000-8000-000000000003", posted.headers["idempotency-key"].encode())
    )
    assert set(odd.look_up(NUMBERS)) == set(NUMBERS)
    with pytest.raises(Unavailable, match="reply incomplete"):
        odd.look_up([*NUMBERS, "223320261000000004"])


def test_an_office_that_says_nothing_is_given_up(odd: HttpChannel, receiver: Receiver) -> None:
    asked_enough = threading.Event()

    def answer(_: Posted) -> Answer:
        asked_enough.wait(DEADLINE_SECONDS)
        return Answer(200)

    receiver.answer = answer
    with pytest.raises(Unavailable, match="connection ReadTimeout"):
        odd.send(*message("appointment_apply"))
    asked_enough.set()


def test_an_office_that_drips_its_answer_is_given_up() -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    endless = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=Drip())))
    with endless, pytest.raises(Unavailable, match="reply too_slow"):
        HttpChannel("http://192.0.2.1", endless, send_seconds=0.05).send(*message("appointment_apply"))


def test_receipts_are_sent_again_on_request(channel: HttpChannel, office: OfficeProcess, receiver: Receiver) -> None:
    since = datetime.now(UTC)
    channel.send(*message("appointment_apply"))
    first = [posted.body for posted in receiver.wait_for(2)]
    eventually(lambda: {row["state"] for row in office.receipts()} == {"taken"})
    resent = channel.resend(since)
    assert [each.receipt_id for each in resent] == [row["receipt_id"] for row in office.receipts()]
    assert [posted.body for posted in receiver.wait_for(4)][2:] == first
    assert channel.resend(datetime.now(UTC) + timedelta(minutes=1)) == []


@pytest.mark.parametrize("answer", [Answer(404), Answer(503), Answer(200, b"<html/>"), Answer(200, b'[{"no": 1}]')])
def test_an_office_that_cannot_send_again_is_told_apart(odd: HttpChannel, receiver: Receiver, answer: Answer) -> None:
    receiver.answer = lambda _: answer
    with pytest.raises(Unavailable):
        odd.resend(datetime.now(UTC))
