"""An office that takes envelopes only, and a channel that sends nothing else: as real programs, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from cli.pki.authority import Authority
from customs.channels import DeliveryRefused
from customs.channels.http import HttpChannel
from domain.declarations import NotFound
from runtime.ciphers import Algorithm
from runtime.message_encryption import Addressee
from tests.integration.simulator.process import OfficeProcess, message
from tests.integration.simulator.receiver import Receiver


@pytest.fixture(scope="module")
def customs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the office's certificate and key."""
    now = datetime.now(UTC)
    return Authority.create(tmp_path_factory.mktemp("pki") / "pki", now).office(now)


@pytest.fixture(scope="module")
def strict(
    customs: Path, shared_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OfficeProcess]:
    options = ("--certificate", str(customs / "customs.pem"), "--certificate-key", str(customs / "customs.key"))
    database = tmp_path_factory.mktemp("strict") / "office.sqlite3"
    office = OfficeProcess(shared_receiver.url, database, *options, "--only-enveloped")
    yield office
    office.close()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.mark.parametrize("algorithm", Algorithm)
def test_messages_and_look_ups_arrive_in_envelopes(
    strict: OfficeProcess, customs: Path, http: httpx.Client, algorithm: Algorithm
) -> None:
    channel = HttpChannel(strict.url, http, addressee=Addressee(customs / "customs.pem", algorithm))
    message_id, xml = message("appointment_apply")
    for _ in range(2):
        channel.send(message_id, xml)
    (known,) = [each for each in strict.received() if each["message_id"] == message_id]
    assert (known["times"], known["differing"]) == (2, 0), "two envelopes, one message"
    assert known["body_xml"].encode() == xml
    number = "223320260000000001"
    assert channel.look_up([number]) == {number: NotFound()}


def test_what_is_not_enveloped_is_refused_and_not_kept(strict: OfficeProcess, http: httpx.Client) -> None:
    message_id, xml = message("appointment_apply")
    with pytest.raises(DeliveryRefused, match="nack NOT_ENVELOPED"):
        HttpChannel(strict.url, http).send(message_id, xml)
    assert message_id not in {each["message_id"] for each in strict.received()}


def test_an_envelope_for_another_certificate_is_refused_and_not_kept(
    strict: OfficeProcess, office: OfficeProcess, tmp_path: Path, http: httpx.Client
) -> None:
    now = datetime.now(UTC)
    other = Authority.create(tmp_path / "pki", now).office(now)
    message_id, xml = message("appointment_apply")
    for there in (strict, office):
        channel = HttpChannel(there.url, http, addressee=Addressee(other / "customs.pem", Algorithm.AES_256_GCM))
        with pytest.raises(DeliveryRefused, match="nack NOT_FOR_US"):
            channel.send(message_id, xml)
        assert message_id not in {each["message_id"] for each in there.received()}


def test_an_envelope_under_another_key_than_its_message_is_refused(strict: OfficeProcess, customs: Path) -> None:
    _, xml = message("appointment_apply")
    other_id, _ = message("appointment_apply")
    envelope = Addressee(customs / "customs.pem", Algorithm.AES_256_GCM).enclose(xml)
    headers = {"Idempotency-Key": other_id, "Content-Type": "application/jose"}
    answer = strict.http.post("/messages", content=envelope, headers=headers)
    assert (answer.status_code, "KEY_MISMATCH" in answer.text) == (422, True)


@pytest.mark.parametrize("enveloped", [True, False])
def test_a_message_too_large_is_refused_in_an_envelope_too(
    strict: OfficeProcess, customs: Path, enveloped: bool
) -> None:
    to = Addressee(customs / "customs.pem", Algorithm.AES_256_GCM)
    content = to.enclose(b"x" * (1024**2 + 1)) if enveloped else b"x" * 2 * 1024**2
    headers = {"Idempotency-Key": message("appointment_apply")[0], "Content-Type": "application/jose"}
    answer = strict.http.post("/messages", content=content, headers=headers)
    assert (answer.status_code, "TOO_LARGE" in answer.text) == (413, True)
