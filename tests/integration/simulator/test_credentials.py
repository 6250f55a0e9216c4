"""An office that demands credentials, and a client that has them, lacks them, or is given new ones in between."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from customs.channels import Unavailable
from customs.channels.http import HttpChannel
from domain.declarations import NotFound
from runtime.credentials.customs import customs_client
from runtime.health.services import check_customs
from runtime.settings import Settings
from tests.integration.simulator.process import OfficeProcess, message
from tests.integration.simulator.receiver import Answer, Receiver
from tests.unit.runtime.credentials.pki import Pki

NUMBER = "223320260000000001"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki") / "ours")


class GuardedOffice(OfficeProcess):
    """An office with a TLS port for holders of certificates of the authority."""

    def __init__(self, receipts_url: str, folder: Path, pki: Pki) -> None:
        self.tls_port = free_port()
        certificate, key = pki.issue("server", server=True)
        tls = ("--tls-port", str(self.tls_port), "--tls-certificate", str(certificate), "--tls-key", str(key))
        super().__init__(receipts_url, folder / "office.sqlite3", *tls, "--client-authorities", str(pki.authority))

    @property
    def tls_url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"


@pytest.fixture(scope="module")
def guarded(pki: Pki, shared_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedOffice]:
    office = GuardedOffice(shared_receiver.url, tmp_path_factory.mktemp("guarded"), pki)
    yield office
    office.close()


@pytest.fixture
def office(guarded: GuardedOffice) -> GuardedOffice:
    guarded.control("reset")
    guarded.scenario("silent")
    return guarded


def refused(settings: Settings, url: str) -> str:
    """Returns why a message waits."""
    with customs_client(settings, trust_env=False) as client, pytest.raises(Unavailable) as waits:
        HttpChannel(url, client).send(*message("appointment_apply"))
    assert waits.value.is_about_credentials
    return waits.value.reason


def tls(pki: Pki, pair: tuple[Path, Path] | None, **more: Any) -> Settings:
    certificate, key = pair or (None, None)
    return Settings(
        customs_client_certificate=certificate, customs_client_key=key, customs_authorities=pki.authority, **more
    )


def test_a_certificate_of_the_authority_opens_the_door(office: GuardedOffice, pki: Pki) -> None:
    office.control("demands", {"client_certificate": True})
    settings = tls(pki, pki.issue("client"), customs_url=office.tls_url)
    with customs_client(settings) as client:
        channel = HttpChannel(office.tls_url, client)
        channel.send(*message("appointment_apply"))
        assert channel.look_up([NUMBER]) == {NUMBER: NotFound()}
    assert len(office.received()) == 1
    found = {each.part: each for each in check_customs(settings)}
    assert (found["customs"].code, found["credentials"].code) == ("ok", "credentials.expiring")
    assert "9 days" in found["credentials"].english


def test_a_client_that_shows_no_certificate_another_or_one_that_is_over_waits_and_sees_why(
    office: GuardedOffice, pki: Pki, tmp_path: Path
) -> None:
    office.control("demands", {"client_certificate": True})
    assert refused(Settings(), office.url) == "http 401"
    assert refused(tls(pki, None), office.tls_url).startswith("tls ")
    stranger = Pki(tmp_path / "theirs").issue("client")
    assert refused(tls(pki, stranger), office.tls_url).startswith("tls ")
    over = pki.issue("over", days=-1)
    assert refused(tls(pki, over), office.tls_url) == "credentials client certificate unusable"
    unknown_server = tls(Pki(tmp_path / "elsewhere"), pki.issue("client"))
    assert refused(unknown_server, office.tls_url) == "tls certificate_verify_failed"
    assert office.received() == []
    codes = [each.code for each in check_customs(tls(pki, over, customs_url=office.tls_url))]
    assert codes == ["credentials.unusable", "credentials.refused"]


def test_a_certificate_renewed_while_messages_wait_lets_them_go_without_a_restart(
    office: GuardedOffice, pki: Pki, tmp_path: Path
) -> None:
    office.control("demands", {"client_certificate": True})
    certificate, key = Pki(tmp_path / "theirs").issue("client")
    with customs_client(tls(pki, (certificate, key))) as client:
        channel, waiting = HttpChannel(office.tls_url, client), [message("appointment_apply") for _ in range(3)]
        for each in waiting:
            with pytest.raises(Unavailable, match=r"^tls "):
                channel.send(*each)
        good, good_key = pki.issue("renewed")
        good_key.replace(key)
        good.replace(certificate)
        for each in waiting * 2:
            channel.send(*each)
    assert [(each["message_id"], each["times"]) for each in office.received()] == [(name, 2) for name, _ in waiting]


def test_a_token_that_is_wrong_or_withdrawn_lets_messages_wait_until_the_file_has_the_new_one(
    office: GuardedOffice, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    settings = Settings(customs_token_file=file, customs_url=office.url)
    office.control("demands", {"tokens": ["first", "second"]})
    assert refused(Settings(), office.url) == "http 401"
    assert refused(settings, office.url) == "credentials token unusable"
    file.write_text("first\n")
    with customs_client(settings) as client:
        channel, waiting = HttpChannel(office.url, client), message("appointment_apply")
        channel.send(*message("appointment_apply"))
        file.write_text("")  # as somebody who writes into the file has it for a moment
        channel.send(*message("appointment_apply"))
        office.control("demands", {"tokens": ["second"]})
        with pytest.raises(Unavailable, match=r"^http 401$"):
            channel.send(*waiting)
        assert [each.code for each in check_customs(settings)] == ["credentials.unusable", "credentials.refused"]
        file.write_text("second\n")
        channel.send(*waiting)
    assert [each["times"] for each in office.received()] == [1, 1, 1]
    assert {each.code for each in check_customs(settings)} <= {"ok", "clock.differs"}


KEYS = [ed25519.Ed25519PrivateKey.generate, lambda: ec.generate_private_key(ec.SECP256R1())]


@pytest.mark.parametrize("generate", KEYS, ids=["ed25519", "p256"])
def test_a_signature_by_another_key_is_refused_and_the_new_key_counts_at_once(
    office: GuardedOffice, tmp_path: Path, generate: Any
) -> None:
    ours, file = generate(), tmp_path / "signing.pem"
    public = ours.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    office.control("demands", {"keys": {"office-knows": public}})
    settings = Settings(customs_signing_key=file, customs_signing_key_id="office-knows")
    assert refused(Settings(), office.url) == "http 401"
    file.write_bytes(pem(generate()))
    with customs_client(settings) as client:
        channel = HttpChannel(office.url, client)
        waiting = message("appointment_apply")
        with pytest.raises(Unavailable, match=r"^http 401$"):
            channel.send(*waiting)
        file.write_bytes(pem(ours))
        channel.send(*waiting)
        assert channel.look_up([NUMBER]) == {NUMBER: NotFound()}
    assert refused(settings.model_copy(update={"customs_signing_key_id": "unknown"}), office.url) == "http 401"


def pem(key: Any) -> bytes:
    raw: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return raw


def test_a_body_other_than_the_signed_one_is_refused(office: GuardedOffice, tmp_path: Path) -> None:
    ours = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "signing.pem").write_bytes(pem(ours))
    public = ours.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    office.control("demands", {"keys": {"yuyue": public}})
    message_id, xml = message("appointment_apply")
    with customs_client(Settings(customs_signing_key=tmp_path / "signing.pem")) as client:
        request = client.build_request(
            "POST", f"{office.url}/messages", content=xml, headers={"Idempotency-Key": message_id}
        )
        signed = next(client.auth.auth_flow(request))  # type: ignore[union-attr]
    assert office.http.send(signed).status_code == 200
    headers = {name: value for name, value in signed.headers.items() if name != "content-length"}
    changed = office.http.post("/messages", content=xml.replace(b"perishable", b"other_urgent"), headers=headers)
    other_key = office.http.post("/messages", content=xml, headers=headers | {"idempotency-key": "another"})
    assert (changed.status_code, other_key.status_code) == (401, 401)


def test_a_page_of_a_proxy_that_wants_a_certificate_leaves_the_outcome_open(receiver: Receiver) -> None:
    receiver.answer = lambda _: Answer(400, b"<html>No required SSL certificate was sent</html>", "text/html")
    with httpx.Client(trust_env=False) as client, pytest.raises(Unavailable, match=r"^http 400$"):
        HttpChannel(receiver.url, client).send(*message("appointment_apply"))
