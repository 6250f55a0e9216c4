"""The answer to a login challenge: what is a good one, and how every other is refused."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cli.pki import certificates as make
from signing import Rejected, cms, jws
from signing.algorithms import KeyKind
from signing.canonical import Challenge
from signing.keys import P256Key
from signing.verify import verify_login
from tests.unit.signing.builders import CODE, NOW, OTHER_CODE, STATEMENT, YEAR, IssuingOffice, Now, office

CHALLENGE = Challenge("https://yuyue.example", "n" * 43, NOW)
HERE = office(KeyKind.P256)
KEY = HERE.login_key
CARD = HERE.card(KEY, login=True)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_signature(key: Any, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def token(
    payload: bytes = CHALLENGE.write(),
    *,
    key: Any = KEY,
    signed: Callable[[Any, bytes], bytes] = raw_signature,
    **headers: Any,
) -> str:
    chain = [base64.b64encode(each.dump()).decode() for each in (CARD, HERE.issuing.certificate)]
    protected = {"alg": "ES256", "x5c": chain} | headers
    given = {name: value for name, value in protected.items() if value is not None}
    head = f"{b64(json.dumps(given).encode())}.{b64(payload)}"
    return f"{head}.{b64(signed(key, head.encode()))}"


def chain_of(certificate: Any) -> list[str]:
    return [base64.b64encode(each.dump()).decode() for each in (certificate, HERE.issuing.certificate)]


def by_hmac(_: Any, data: bytes) -> bytes:
    """Key confusion: the public key used as if it were a secret."""
    secret = hmac.HMAC(KEY.public.dump(), hashes.SHA256())
    secret.update(data)
    return secret.finalize()


def changed(**fields: Any) -> bytes:
    return CHALLENGE._replace(**fields).write()


def swapped() -> str:
    """The signature of one payload under another."""
    head, _, signature = token().split(".")
    return f"{head}.{b64(changed(nonce='m' * 43))}.{signature}"


P384 = ec.generate_private_key(ec.SECP384R1())

FORGERIES: dict[str, tuple[str, str]] = {
    "alg none": ("algorithm", token(alg="none", signed=lambda _, __: b"")),
    "alg None": ("algorithm", token(alg="None", signed=lambda _, __: b"")),
    "alg missing": ("malformed", token(alg=None)),
    "alg a number": ("algorithm", token(alg=256)),
    "key confusion": ("algorithm", token(alg="HS256", signed=by_hmac)),
    "another curve": ("algorithm", token(alg="ES384")),
    "critical header": ("headers", token(crit=["exp"], exp=1)),
    "critical b64": ("headers", token(crit=["b64"], b64=False)),
    "key in the header": ("headers", token(jwk={"kty": "EC"})),
    "key by address": ("headers", token(x5u="https://evil.example/x5c")),
    "unknown header": ("headers", token(kid="1")),
    "no certificate": ("certificate_missing", token(x5c=None)),
    "empty chain": ("certificate_missing", token(x5c=[])),
    "chain a text": ("certificate_missing", token(x5c="MII")),
    "chain of numbers": ("malformed", token(x5c=[1])),
    "trailing bytes in x5c": ("malformed", token(x5c=[base64.b64encode(CARD.dump() + b"\0").decode()])),
    "a crowd": ("format", token(x5c=chain_of(CARD) * 3)),
    "another key": ("invalid", token(key=P256Key.generate())),
    "signature as DER": ("invalid", token(signed=lambda key, data: key.sign(data)[:64])),
    "signature empty": ("invalid", token(signed=lambda _, __: b"")),
    "signature zero": ("invalid", token(signed=lambda _, __: bytes(64))),
    "payload swapped": ("invalid", swapped()),
    "other nonce": ("content_differs", token(changed(nonce="m" * 43))),
    "other purpose": ("purpose", token(changed(purpose="yuyue/heartbeat"))),
    "other origin": ("origin", token(changed(origin="https://yuyue.example.evil"))),
    "a bare nonce": ("purpose", token(b"n" * 43)),
    "a statement": ("purpose", token(STATEMENT.write())),
    "signing key": ("signing_key", token(key=HERE.signing_key, x5c=chain_of(HERE.card()))),
    "one part": ("malformed", "abc"),
    "two parts": ("malformed", "abc.def"),
    "JSON": ("malformed", json.dumps({"payload": "", "signatures": []})),
    "not ASCII": ("malformed", "签.名.书"),
    "oversize": ("too_large", "a" * (jws.MAX_BYTES + 1)),
    "header oversize": ("malformed", token(typ="x" * 13_000)),
}


def trust(here: IssuingOffice = HERE) -> Now:
    return Now(here.anchors())


def test_a_good_answer_names_the_enterprise() -> None:
    verified = verify_login(token(), CHALLENGE.write(), at=NOW, trust=trust())
    assert verified.holder.customs_code == CODE
    assert verified.holder.not_after == YEAR.until.replace(microsecond=0)


def test_whose_card_it_is_comes_from_the_certificate() -> None:
    theirs = HERE.card(KEY, code=OTHER_CODE, login=True)
    verified = verify_login(token(x5c=chain_of(theirs)), CHALLENGE.write(), at=NOW, trust=trust())
    assert verified.holder.customs_code == OTHER_CODE


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_answer_is_refused_with_its_own_code(name: str) -> None:
    code, answer = FORGERIES[name]
    with pytest.raises(Rejected) as refused:
        verify_login(answer, CHALLENGE.write(), at=NOW, trust=trust())
    assert refused.value.code == f"signature.{code}"


def test_es256_says_nothing_of_a_key_of_another_curve() -> None:
    public = PublicKeyInfo.load(_spki())
    certificate = make.card("p384", CODE, public, YEAR, issuer=HERE.issuing, login=True)
    with pytest.raises(Rejected) as refused:
        verify_login(token(x5c=chain_of(certificate)), CHALLENGE.write(), at=NOW, trust=trust())
    assert refused.value.code == "signature.algorithm"


def test_a_revoked_card_does_not_log_in() -> None:
    revoked = Now(HERE.anchors(CARD.serial_number))
    with pytest.raises(Rejected) as refused:
        verify_login(token(), CHALLENGE.write(), at=NOW, trust=revoked)
    assert refused.value.code == "signature.revoked"


def test_a_card_with_sm2_keys_answers_in_cms() -> None:
    here = office(KeyKind.SM2)
    card = here.card(here.login_key, login=True)
    answer = cms.assemble(CHALLENGE.write(), card, here.login_key, [here.issuing.certificate])
    assert verify_login(answer, CHALLENGE.write(), at=NOW, trust=trust(here)).holder.customs_code == CODE
    with pytest.raises(Rejected) as refused:
        verify_login(answer, changed(nonce="m" * 43), at=NOW, trust=trust(here))
    assert refused.value.code == "signature.content_differs"


def test_the_signing_key_does_not_log_in_by_cms_either() -> None:
    here = office(KeyKind.SM2)
    answer = cms.assemble(CHALLENGE.write(), here.card(), here.signing_key, [here.issuing.certificate])
    with pytest.raises(Rejected) as refused:
        verify_login(answer, CHALLENGE.write(), at=NOW, trust=trust(here))
    assert refused.value.code == "signature.signing_key"


def _spki() -> bytes:
    return P384.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
