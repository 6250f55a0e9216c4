"""数字信封: closed for one certificate, and opened by its key alone, by two programs that share no code."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from cli.pki.authority import Authority
from cli.pki.certificates import Issuer, Span, revocation_list
from customs.channels import Unavailable
from runtime.ciphers import Algorithm
from runtime.message_encryption import Addressee, CertificateError, Registry
from runtime.settings import Settings
from signing import keys
from signing.algorithms import KeyKind
from signing.anchors import load
from simulator.envelopes import MEDIA_TYPE, EnvelopeOpener
from simulator.messages import Rejected

XML = "<message>王小明 13800138000</message>".encode()
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("pki") / "pki", NOW)


@pytest.fixture(scope="module")
def office(authority: Authority) -> Path:
    """The folder of customs' certificate and key."""
    return authority.office(NOW)


@pytest.fixture
def opener(office: Path) -> EnvelopeOpener:
    return EnvelopeOpener(office / "customs.pem", office / "customs.key")


def addressee(office: Path, algorithm: Algorithm = Algorithm.AES_256_GCM) -> Addressee:
    told = Settings(sandbox=True, customs_certificate=office / "customs.pem", envelope_algorithm=algorithm)
    made = Addressee.of(told)
    assert made
    return made


def header(envelope: bytes) -> dict[str, Any]:
    text = envelope.partition(b".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))))


@pytest.mark.parametrize("algorithm", Algorithm)
def test_customs_opens_what_was_closed_for_it(office: Path, opener: EnvelopeOpener, algorithm: Algorithm) -> None:
    """The office does it step by step by itself; our library agrees with it."""
    envelope = addressee(office, algorithm).enclose(XML)
    assert opener.open(envelope, MEDIA_TYPE) == XML
    own = ECKey.import_key((office / "customs.key").read_bytes())
    assert jwe.decrypt_compact(envelope, own, registry=Registry()).plaintext == XML


def test_nothing_of_the_message_shows_and_no_two_envelopes_are_alike(office: Path) -> None:
    one, other = (addressee(office).enclose(XML) for _ in range(2))
    assert set(header(one)) == {"alg", "enc", "cty", "epk", "x5t#S256"}
    assert header(one)["epk"] != header(other)["epk"]
    assert not set(one.split(b".")[2:]) & set(other.split(b".")[2:])


@pytest.mark.parametrize("size", [0, 1024**2])
def test_the_shortest_and_the_largest_message_go_in(office: Path, opener: EnvelopeOpener, size: int) -> None:
    envelope = addressee(office, Algorithm.SM4_GCM).enclose(b"x" * size)
    assert opener.open(envelope, MEDIA_TYPE) == b"x" * size


def test_an_envelope_for_somebody_else_is_refused(office: Path, tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "pki", NOW).office(NOW)
    envelope = addressee(office).enclose(XML)
    for reader in (EnvelopeOpener(other / "customs.pem", other / "customs.key"), EnvelopeOpener()):
        with pytest.raises(Rejected, match="NOT_FOR_US"):
            reader.open(envelope, MEDIA_TYPE)
    mixed = EnvelopeOpener(office / "customs.pem", other / "customs.key")
    with pytest.raises(Rejected, match="NOT_FOR_US"):
        mixed.open(envelope, MEDIA_TYPE)


def _changed(envelope: bytes, part: int) -> bytes:
    parts = envelope.split(b".")
    parts[part] = (b"B" if parts[part][:1] == b"A" else b"A") + parts[part][1:]
    return b".".join(parts)


def _headed(envelope: bytes, **changes: Any) -> bytes:
    told = json.dumps(header(envelope) | changes).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=") + b"." + envelope.partition(b".")[2]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "XML": lambda _: XML,
    "header": lambda it: _changed(it, 0),
    "a wrapped key": lambda it: it.replace(b"..", b".AAAA."),
    "nonce": lambda it: _changed(it, 2),
    "text": lambda it: _changed(it, 3),
    "tag": lambda it: _changed(it, 4),
    "tag cut off": lambda it: it[:-4],
    "one part less": lambda it: it.rpartition(b".")[0],
    "alg": lambda it: _headed(it, alg="dir"),
    "enc": lambda it: _headed(it, enc="A128GCM"),
    "enc is no text": lambda it: _headed(it, enc=[]),
    "another algorithm": lambda it: _headed(it, enc="SM4GCM"),
    "critical": lambda it: _headed(it, crit=["exp"], exp=1),
    "compressed": lambda it: _headed(it, zip="DEF"),
    "a point off the curve": lambda it: _headed(it, epk=header(it)["epk"] | {"x": "AAAA"}),
    "another curve": lambda it: _headed(it, epk=header(it)["epk"] | {"crv": "P-384"}),
    "no key": lambda it: _headed(it, epk=None),
    "deep": lambda it: base64.urlsafe_b64encode(b"[" * 100_000) + b"." + it.partition(b".")[2],
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_envelope_is_refused_by_both(
    office: Path, opener: EnvelopeOpener, spoil: Callable[[bytes], bytes]
) -> None:
    envelope = spoil(addressee(office).enclose(XML))
    with pytest.raises(Rejected, match="NOT_FOR_US"):
        opener.open(envelope, MEDIA_TYPE)
    own = ECKey.import_key((office / "customs.key").read_bytes())
    with pytest.raises((JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)):
        jwe.decrypt_compact(envelope, own, registry=Registry())


def test_an_office_that_wants_envelopes_takes_nothing_else(office: Path) -> None:
    strict = EnvelopeOpener(office / "customs.pem", office / "customs.key", only_enveloped=True)
    with pytest.raises(Rejected, match="NOT_ENVELOPED"):
        strict.open(XML, "application/xml")
    assert EnvelopeOpener().open(XML, "application/xml") == XML
    assert strict.open(addressee(office).enclose(XML), "application/JOSE; charset=utf-8") == XML


def test_without_a_certificate_there_is_no_envelope() -> None:
    assert Addressee.of(Settings()) is None


def test_the_sandbox_s_certificate_is_refused_outside_the_sandbox(office: Path) -> None:
    with pytest.raises(CertificateError, match="sandbox only"):
        Addressee.of(Settings(customs_certificate=office / "customs.pem"))


def test_a_certificate_that_is_no_good_is_refused_with_its_reason(authority: Authority, tmp_path: Path) -> None:
    def refused(path: Path) -> str:
        with pytest.raises(CertificateError) as error:
            Addressee.of(Settings(sandbox=True, customs_certificate=path))
        return str(error.value)

    card = authority.card("3122260001", "x", kind="p256", pin="123456", days=9, at=NOW)
    assert "keyAgreement" in refused(card.folder / "signing.crt.pem")
    sm2 = authority.card("3122260001", "y", kind="sm2", pin="123456", days=9, at=NOW)
    assert "Curve 1.2.156.10197.1.301 is not supported" in refused(sm2.folder / "signing.crt.pem")
    assert "No such file" in refused(tmp_path / "nothing.pem")
    (tmp_path / "text.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert "text.pem" in refused(tmp_path / "text.pem")
    other = Authority.create(tmp_path / "pki", NOW)
    assert "it ended at 20" in refused(other.office(NOW - timedelta(days=4000)) / "customs.pem")
    assert "it begins at 20" in refused(other.office(NOW + timedelta(days=1)) / "customs.pem")


@pytest.fixture
def own(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "pki", NOW)


def trusting(own: Authority, certificate: Path) -> Addressee | None:
    return Addressee.of(Settings(sandbox=True, customs_certificate=certificate, trust_dir=own.trust))


def test_a_revoked_certificate_is_refused_at_the_start_and_holds_messages_back_afterwards(own: Authority) -> None:
    certificate = own.office(NOW) / "customs.pem"
    to = trusting(own, certificate)
    assert to
    assert to.enclose(XML)
    own.revoke(f"{x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number:x}", NOW)
    with pytest.raises(CertificateError, match="revoked by its authority"):
        trusting(own, certificate)
    with pytest.raises(Unavailable):
        to.enclose(XML)
    (own.trust / "crls" / "p256-issuing.crl").write_bytes(b"no list")
    with pytest.raises(CertificateError, match=r"p256-issuing\.crl"):
        trusting(own, certificate)
    (own.trust / "crls" / "p256-issuing.crl").unlink()
    assert trusting(own, certificate), "where there is no list, the operator has pinned it"


def test_a_list_in_the_authority_s_name_by_another_key_says_nothing(own: Authority) -> None:
    certificate = own.office(NOW) / "customs.pem"
    serial = x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
    (issuing,) = (each for each in load(own.trust).issuers if "p256" in each.subject.human_friendly)
    issuer = Issuer(issuing, keys.generate(KeyKind.P256))
    forged = revocation_list(issuer, Span(NOW, NOW + timedelta(days=9)), [(serial, NOW)], 99)
    (own.trust / "crls" / "forged.crl").write_bytes(forged.dump())
    assert trusting(own, certificate)


def test_a_certificate_that_goes_away_holds_messages_back_and_a_new_one_counts_at_once(tmp_path: Path) -> None:
    folder = Authority.create(tmp_path / "pki", NOW).office(NOW)
    to = addressee(folder)
    kept = (folder / "customs.pem").read_bytes()
    (folder / "customs.pem").unlink()
    with pytest.raises(Unavailable):
        to.enclose(XML)
    (folder / "customs.pem").write_bytes(kept)
    assert EnvelopeOpener(folder / "customs.pem", folder / "customs.key").open(to.enclose(XML), MEDIA_TYPE) == XML
