"""What we make and take is what others make and take: OpenSSL, which knows nothing of our code, judges."""

import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cli.pki import certificates as make
from signing import Rejected, cms
from signing.algorithms import KeyKind
from signing.keys import RsaKey, generate, load
from signing.software import SoftwareKey, WrongPin, pack, unpack
from tests.unit.signing.builders import CODE, YEAR, Case, good, office

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to judge")


def openssl(*arguments: str, cwd: Path) -> bool:
    return subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, check=False).returncode == 0


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    content = good(KeyKind.P256).content
    for kind in (KeyKind.P256, KeyKind.SM2):
        case = good(kind)
        root, issuing = case.office.root.certificate, case.office.issuing.certificate
        for name, each in (("root", root), ("issuing", issuing), ("card", case.certificate)):
            (tmp_path / f"{kind.name}-{name}.pem").write_bytes(pem.armor("CERTIFICATE", each.dump()))
        (tmp_path / f"{kind.name}.cms").write_bytes(case.raw)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "changed").write_bytes(content + b" ")
    return tmp_path


@needs_openssl
@pytest.mark.parametrize(("content", "holds"), [("content", True), ("changed", False)])
def test_openssl_judges_our_cms_alike(desk: Path, content: str, holds: bool) -> None:
    arguments = ["cms", "-verify", "-inform", "DER", "-in", "P256.cms", "-content", content, "-binary"]
    trusted = ["-CAfile", "P256-root.pem", "-purpose", "any", "-no_check_time", "-out", "/dev/null"]
    assert openssl(*arguments, *trusted, cwd=desk) is holds


@needs_openssl
def test_openssl_accepts_our_sm2_certificates_link_by_link(desk: Path) -> None:
    # Its distid goes to the first certificate only, so each link is judged by itself.
    distid = ["verify", "-vfyopt", "distid:1234567812345678", "-no_check_time", "-CAfile"]
    assert openssl(*distid, "SM2-root.pem", "SM2-issuing.pem", cwd=desk)
    assert openssl(*distid[:-1], "-partial_chain", "-CAfile", "SM2-issuing.pem", "SM2-card.pem", cwd=desk)
    assert not openssl(*distid[:-1], "-partial_chain", "-CAfile", "SM2-root.pem", "SM2-card.pem", cwd=desk)


def by_rsa(bits: int) -> Case:
    """A card of another maker's."""
    key = RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=bits))
    here = office(KeyKind.P256)
    certificate = make.card("rsa", CODE, key.public, YEAR, issuer=here.issuing, login=False)
    case = good(KeyKind.P256)
    return case.with_(raw=cms.assemble(case.content, certificate, key, [here.issuing.certificate]))


def test_an_rsa_card_signs_too_unless_its_key_is_short() -> None:
    assert by_rsa(2048).judge().algorithm == "rsa-sha256"
    with pytest.raises(Rejected) as refused:
        by_rsa(1024).judge()
    assert refused.value.code == "signature.algorithm"


@pytest.mark.parametrize("kind", KeyKind)
def test_a_software_card_opens_with_its_pin_alone(kind: KeyKind) -> None:
    here = office(kind)
    held = SoftwareKey(here.signing_key, here.card(), (here.issuing.certificate,))
    packed = pack(held, "123456")
    opened = unpack(packed, "123456")
    assert opened.certificate.dump() == held.certificate.dump()
    assert [each.dump() for each in opened.chain] == [each.dump() for each in held.chain]
    assert cms.check(cms.assemble(b"x", opened.certificate, opened.key), b"x").algorithm == kind.value.name
    with pytest.raises(WrongPin):
        unpack(packed, "123457")
    with pytest.raises(WrongPin):
        unpack(packed[40:], "123456")


def test_a_key_of_another_kind_is_not_loaded() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for key in (ec.generate_private_key(ec.SECP384R1()), short):
        with pytest.raises(ValueError, match="P-256, SM2, or RSA from 2048 bits"):
            load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    for kind in KeyKind:
        assert load(generate(kind).private().dump()).kind is kind
