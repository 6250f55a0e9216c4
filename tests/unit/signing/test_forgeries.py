"""Every way we know to forge a signature or to be late with one is refused, each with its own code."""

from datetime import timedelta

import pytest
from asn1crypto import cms as asn1
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.core import OctetString

from cli.pki.certificates import Span
from domain.problems import CATALOGUE
from signing import Rejected, algorithms, cms, keys
from signing.algorithms import KeyKind
from signing.canonical import SignedAct
from tests.unit.signing.builders import CODE, NOW, OTHER_CODE, STATEMENT, good
from tests.unit.signing.forging import (
    EARLY,
    ENCIPHERING,
    LATE,
    SIGNING,
    UNKNOWN,
    Forge,
    altered_certificate,
    attached,
    attribute,
    authority_revoked,
    by_a_card_as_authority,
    by_the_authority,
    certified,
    crl_by_another,
    crowd,
    digest_confusion,
    doubled_attribute,
    flipped,
    foreign_root,
    indefinite,
    issuing_of,
    key_confusion,
    long_length,
    named_by_key,
    nested,
    old_crl_beside,
    put,
    raw,
    reference_by_sha1,
    reference_to_another,
    san,
    self_signed,
    sha1_ecdsa,
    signer,
    stated,
    substituted_certificate,
    two_values,
    with_crls,
    without_attributes,
)

KINDS = [KeyKind.P256, KeyKind.SM2]

FORGERIES: dict[str, tuple[str, Forge]] = {
    # what is executed is not what was signed
    "act swapped": ("content_differs", stated(act=SignedAct.CANCELLATION)),
    "other appointment": ("content_differs", stated(pre_entry_no="202600000000000043")),
    "other version": ("content_differs", stated(version=4)),
    "other nonce": ("content_differs", stated(nonce="m" * 43)),
    "other time": ("content_differs", stated(time=NOW + timedelta(seconds=1))),
    "other signer": ("content_differs", stated(signer=OTHER_CODE)),
    "content changed": ("content_differs", stated(content=STATEMENT.content.replace(b"reason", b"text"))),
    "one byte more": ("content_differs", lambda case: case.with_(content=case.content + b"\n")),
    # the signature itself
    "one bit flipped": ("invalid", signer(flipped, sign=False)),
    "another key": ("invalid", lambda case: case.signed_by(case.certificate, keys.generate(case.office.kind))),
    "digest replaced, unsigned": (
        "invalid",
        lambda case: signer(
            attribute("message_digest", algorithms.digest(case.office.kind.value.digest, case.content + b"!")),
            sign=False,
        )(case).with_(content=case.content + b"!"),
    ),
    "signature empty": ("invalid", signer(put("signature", b""), sign=False)),
    "signature no DER": ("invalid", signer(put("signature", b"\x00" * 64), sign=False)),
    "r and s zero": ("invalid", signer(put("signature", bytes.fromhex("3006020100020100")), sign=False)),
    # whose certificate
    "another enterprise's card": ("other_enterprise", lambda case: case.signed_by(case.office.card(code=OTHER_CODE))),
    "certificate substituted": ("certificate_differs", substituted_certificate),
    "reference to another certificate": ("certificate_differs", reference_to_another),
    "certificate altered": ("untrusted", altered_certificate),
    "self-signed": ("self_signed", self_signed),
    "foreign root": ("issuer_unknown", foreign_root),
    "missing intermediate": ("issuer_unknown", lambda case: case.rebuilt(put("certificates", [case.certificate]))),
    "a card as authority": ("untrusted", by_a_card_as_authority),
    "expired": (
        "expired",
        lambda case: case.signed_by(case.office.card(span=Span(EARLY, NOW - timedelta(seconds=2)))),
    ),
    "not yet valid": (
        "not_yet_valid",
        lambda case: case.signed_by(case.office.card(span=Span(NOW + timedelta(seconds=2), LATE))),
    ),
    "authority expired": ("expired", lambda case: issuing_of(case, Span(EARLY, NOW - timedelta(seconds=2)))),
    "authority not yet valid": ("not_yet_valid", lambda case: issuing_of(case, Span(NOW + timedelta(hours=1), LATE))),
    # revocation
    "revoked": (
        "revoked",
        lambda case: case.with_(anchors=case.office.anchors(case.certificate.serial_number)),
    ),
    "authority revoked": ("revoked", authority_revoked),
    "older list beside": ("revoked", old_crl_beside),
    "no list at all": ("crl_missing", lambda case: case.with_(anchors=case.anchors._replace(crls=()))),
    "no list of the issuer": (
        "crl_missing",
        lambda case: case.with_(anchors=case.anchors._replace(crls=case.anchors.crls[:1])),
    ),
    "no list of the root": (
        "crl_missing",
        lambda case: case.with_(anchors=case.anchors._replace(crls=case.anchors.crls[1:])),
    ),
    "list by another key": ("crl_missing", crl_by_another),
    "stale list": ("crl_stale", lambda case: case.with_(at=LATE)),
    "list of tomorrow": (
        "crl_missing",
        lambda case: case.with_(anchors=case.office.anchors(span=Span(NOW + timedelta(hours=1), LATE))),
    ),
    # usage
    "login key": (
        "login_key",
        lambda case: case.signed_by(case.office.card(case.office.login_key, login=True), case.office.login_key),
    ),
    "key to encipher": ("key_usage", certified(ENCIPHERING, san(CODE))),
    "no usage at all": ("key_usage", certified(san(CODE))),
    "the authority itself": (
        "key_usage",
        by_the_authority,
    ),
    "unknown critical extension": ("extension_unknown", certified(SIGNING, san(CODE), UNKNOWN)),
    "no enterprise named": ("holder_unnamed", certified(SIGNING)),
    "two enterprises named": ("holder_unnamed", certified(SIGNING, san(CODE, OTHER_CODE))),
    "malformed code": ("holder_unnamed", certified(SIGNING, san(CODE + "\n"))),
    # encoding
    "nothing": ("malformed", raw(lambda _: b"")),
    "truncated": ("malformed", raw(lambda given: given[:-1])),
    "trailing byte": ("malformed", raw(lambda given: given + b"\x00")),
    "indefinite length": ("malformed", indefinite),
    "long length": ("malformed", long_length),
    "too deep": ("malformed", raw(lambda _: nested(40))),
    "string in pieces": ("malformed", raw(lambda _: bytes.fromhex("3006240404026869"))),
    "other bytes": ("malformed", raw(lambda _: b"not a signature")),
    "oversize": ("too_large", raw(lambda given: given + b"\x00" * cms.MAX_BYTES)),
    "a number": ("malformed", raw(lambda _: bytes.fromhex("020101"))),
    # the container
    "no SignedData": (
        "format",
        raw(lambda _: asn1.ContentInfo({"content_type": "data", "content": b"hi"}).dump()),
    ),
    "attached": ("format", lambda case: case.rebuilt(attached)),
    "other content type": (
        "format",
        lambda case: case.rebuilt(put("encap_content_info", {"content_type": "1.2.840.113549.1.9.16.1.4"})),
    ),
    "other version of CMS": ("format", lambda case: case.rebuilt(put("version", "v3"))),
    "brings lists": ("format", with_crls),
    "unsigned attributes": (
        "format",
        signer(put("unsigned_attrs", [{"type": "content_type", "values": ["data"]}])),
    ),
    "signer by key": ("format", signer(named_by_key)),
    "a crowd of certificates": ("format", crowd),
    "no signer": ("signers", lambda case: case.rebuilt(put("signer_infos", []))),
    "two signers": (
        "signers",
        lambda case: case.rebuilt(lambda data: put("signer_infos", [data["signer_infos"][0]] * 2)(data)),
    ),
    "no certificate": (
        "certificate_missing",
        lambda case: case.rebuilt(put("certificates", [case.office.issuing.certificate])),
    ),
    "certificates absent": (
        "certificate_missing",
        lambda case: case.rebuilt(put("certificates", None)),
    ),
    # attributes
    "no signed attributes": ("attributes", without_attributes),
    "attribute doubled": ("attributes", signer(doubled_attribute)),
    "two values": ("attributes", signer(two_values)),
    "unknown attribute": ("attributes", signer(attribute("1.2.3.4.5", OctetString(b"x")))),
    "no reference": ("attributes", signer(attribute("signing_certificate_v2", None))),
    "no digest": ("attributes", signer(attribute("message_digest", None))),
    "no content type": ("attributes", signer(attribute("content_type", None))),
    "wrong content type": ("content_type", signer(attribute("content_type", "signed_data"))),
    # algorithms
    "weak digest": ("digest_algorithm", signer(put("digest_algorithm", {"algorithm": "sha1"}))),
    "other digest": ("digest_algorithm", signer(put("digest_algorithm", {"algorithm": "sha512"}))),
    "outer digest differs": (
        "digest_algorithm",
        lambda case: case.rebuilt(put("digest_algorithms", [DigestAlgorithm({"algorithm": "md5"})])),
    ),
    "digest confusion": ("digest_algorithm", digest_confusion),
    "reference by SHA-1": ("digest_algorithm", reference_by_sha1),
    "weak signature": ("algorithm", sha1_ecdsa),
    "key confusion": ("algorithm", key_confusion),
    "RSA claimed": ("algorithm", signer(put("signature_algorithm", {"algorithm": "sha256_rsa"}))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_signature_holds(kind: KeyKind) -> None:
    verified = good(kind).judge()
    assert verified.holder.customs_code == CODE
    assert verified.algorithm == kind.value.name
    assert len(verified.chain.certificates) == 3
    assert len(verified.chain.crls) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_with_its_own_code(name: str, kind: KeyKind) -> None:
    code, forge = FORGERIES[name]
    with pytest.raises(Rejected) as refused:
        forge(good(kind)).judge()
    assert refused.value.code == f"signature.{code}"


def test_there_are_forgeries_enough_and_every_code_is_in_the_catalogue() -> None:
    assert len(FORGERIES) >= 40
    assert {f"signature.{code}" for code, _ in FORGERIES.values()} <= set(CATALOGUE)


def test_a_changed_byte_never_passes_and_never_breaks_anything() -> None:
    case = good(KeyKind.P256)
    for place in range(0, len(case.raw), 13):
        changed = bytearray(case.raw)
        changed[place] ^= 0x01
        with pytest.raises(Rejected):
            case.with_(raw=bytes(changed)).judge()
