"""Every way we know to forge a signature or to be late with one is refused, each with its own code."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms as asn1
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.core import OctetString
from asn1crypto.x509 import Certificate, GeneralName

from cli.pki import certificates as make
from cli.pki.certificates import Issuer, Span
from domain.problems import CATALOGUE
from signing import algorithms, cms, keys
from signing.algorithms import Kind
from signing.canonical import Act
from signing.rejected import Rejected
from tests.unit.signing.world import CODE, MONTH, NOW, OTHER_CODE, STATEMENT, YEAR, Case, good

Forge = Callable[[Case], Case]
KINDS = [Kind.P256, Kind.SM2]
LATE, EARLY = NOW + timedelta(days=31), NOW - timedelta(days=2)
LONG = Span(EARLY - timedelta(days=1), NOW + timedelta(days=900))


def stated(**changes: Any) -> Forge:
    """What is executed differs in one field from what was signed."""
    return lambda case: case.with_(content=STATEMENT._replace(**changes).write())


def signer(change: Callable[[Any], None], *, sign: bool = True) -> Forge:
    """The signer's own part changed."""
    return lambda case: case.rebuilt(lambda data: change(data["signer_infos"][0]), sign=sign)


def attribute(kind: str, value: Any) -> Callable[[Any], None]:
    """That attribute with another value, or none."""

    def change(signer: Any) -> None:
        kept = [each for each in signer["signed_attrs"] if each["type"].native != kind]
        changed = [asn1.CMSAttribute({"type": kind, "values": [value]})] if value is not None else []
        signer["signed_attrs"] = asn1.CMSAttributes(kept + changed)

    return change


def put(field: str, value: Any) -> Callable[[Any], None]:
    def change(thing: Any) -> None:
        thing[field] = value

    return change


def doubled_attribute(signer: Any) -> None:
    attributes = list(signer["signed_attrs"])
    signer["signed_attrs"] = asn1.CMSAttributes([*attributes, attributes[0]])


def two_values(signer: Any) -> None:
    kept = [each for each in signer["signed_attrs"] if each["type"].native != "content_type"]
    double = asn1.CMSAttribute({"type": "content_type", "values": ["data", "signed_data"]})
    signer["signed_attrs"] = asn1.CMSAttributes([*kept, double])


def without_attributes(case: Case) -> Case:
    """As RFC 5652 allows it: the signature over the content itself."""

    def change(data: Any) -> None:
        old = data["signer_infos"][0]
        plain = {name: old[name] for name in ("version", "sid", "digest_algorithm", "signature_algorithm")}
        data["signer_infos"] = [asn1.SignerInfo(plain | {"signature": case.office.signing_key.sign(case.content)})]

    return case.rebuilt(change)


def another_card(case: Case) -> Certificate:
    return case.office.card(keys.generate(case.office.kind))


def reference_to_another(case: Case) -> Case:
    value = cms._reference(another_card(case), case.office.kind.value.digest)
    return signer(attribute("signing_certificate_v2", value))(case)


def reference_by_sha1(case: Case) -> Case:
    hashed = {"cert_hash": hashlib.sha1(case.certificate.dump()).digest(), "hash_algorithm": {"algorithm": "sha1"}}
    return signer(attribute("signing_certificate_v2", {"certs": [hashed]}))(case)


def substituted_certificate(case: Case) -> Case:
    """The same key, certified for somebody else as well: the signature fits both, the reference only one."""
    theirs = case.office.card(code=OTHER_CODE)

    def change(data: Any) -> None:
        named = {"issuer": theirs.issuer, "serial_number": theirs.serial_number}
        data["certificates"] = [theirs, case.office.issuing.certificate]
        data["signer_infos"][0]["sid"] = asn1.SignerIdentifier(name="issuer_and_serial_number", value=named)

    return case.rebuilt(change)


def digest_confusion(case: Case) -> Case:
    """The digest of the other family, all through, with the digest itself right."""
    other = algorithms.SM3 if case.office.kind is Kind.P256 else algorithms.SHA256

    def change(data: Any) -> None:
        data["digest_algorithms"] = [DigestAlgorithm({"algorithm": other})]
        one = data["signer_infos"][0]
        one["digest_algorithm"] = DigestAlgorithm({"algorithm": other})
        attribute("message_digest", algorithms.digest(other, case.content))(one)

    return case.rebuilt(change)


def key_confusion(case: Case) -> Case:
    """A signature that says it is of the other family than its key."""
    other = algorithms.SM2_WITH_SM3 if case.office.kind is Kind.P256 else algorithms.ECDSA_WITH_SHA256
    return signer(put("signature_algorithm", {"algorithm": other}))(case)


def by_a_card_as_authority(case: Case) -> Case:
    """A card's key makes itself a certificate for another enterprise."""
    key = keys.generate(case.office.kind)
    mine = Issuer(case.certificate, case.office.signing_key)
    forged = make.card("forged", CODE, key.public, YEAR, issuer=mine, login=False)
    raw = cms.assemble(case.content, forged, key, [case.certificate, case.office.issuing.certificate])
    return case.with_(raw=raw)


def self_signed(case: Case) -> Case:
    key = case.office.signing_key
    own = Issuer(make.authority("me", key, YEAR), key)
    certificate = make.card("me", CODE, key.public, YEAR, issuer=own, login=False)
    return case.signed_by(own.certificate, key, certificate)


def foreign_root(case: Case) -> Case:
    """Everything right, names included, under a root of the forger's own."""
    top, below = keys.generate(case.office.kind), keys.generate(case.office.kind)
    root = Issuer(make.authority("root", top, YEAR), top)
    issuing = Issuer(make.authority("issuing", below, YEAR, root), below)
    certificate = make.card("card", CODE, case.office.signing_key.public, YEAR, issuer=issuing, login=False)
    return case.signed_by(certificate, None, issuing.certificate, root.certificate)


def altered_certificate(case: Case) -> Case:
    """Another enterprise's certificate with our code written into it."""
    theirs = case.office.card(code=OTHER_CODE).dump()
    forged = Certificate.load(theirs.replace(OTHER_CODE.encode(), CODE.encode()))
    return case.signed_by(forged)


def issuing_of(case: Case, span: Span) -> Case:
    """The issuing authority itself is of another time."""
    here = case.office
    issuing = Issuer(make.authority("issuing", here.issuing.key, span, here.root), here.issuing.key)
    certificate = make.card("card", CODE, here.signing_key.public, LONG, issuer=issuing, login=False)
    return case.signed_by(certificate, None, issuing.certificate)


def certified(*extensions: dict[str, Any]) -> Forge:
    """A certificate of the issuing authority with just these extensions."""

    def forge(case: Case) -> Case:
        key = case.office.signing_key
        issuer = case.office.issuing
        return case.signed_by(make._certified(make.name("odd"), key.public, YEAR, list(extensions), issuer=issuer))

    return forge


def san(*codes: str) -> dict[str, Any]:
    uris = [GeneralName(name="uniform_resource_identifier", value=f"urn:yuyue:customs-code:{code}") for code in codes]
    return make._extension("subject_alt_name", uris)


SIGNING = make._usage(make.SIGNING_USAGE)
ENCIPHERING = make._usage(frozenset({"key_encipherment"}))
UNKNOWN = {"extn_id": "1.2.3.4.5", "critical": True, "extn_value": b"\x05\x00"}


def by_the_authority(case: Case) -> Case:
    here = case.office
    raw = cms.assemble(case.content, here.issuing.certificate, here.issuing.key, [here.root.certificate])
    return case.with_(raw=raw)


def crl_by_another(case: Case) -> Case:
    """A list in the issuing authority's name that somebody else signed."""
    stranger = Issuer(case.office.issuing.certificate, keys.generate(case.office.kind))
    forged = make.revocation_list(stranger, MONTH, [], 9)
    return case.with_(anchors=case.anchors._replace(crls=(case.anchors.crls[0], forged)))


def old_crl_beside(case: Case) -> Case:
    """The list that revokes, with an older one that does not yet: the newer one counts, in whatever order they come."""
    revoking = case.office.anchors(case.certificate.serial_number).crls[1]
    older = make.revocation_list(case.office.issuing, Span(MONTH.since - timedelta(hours=9), MONTH.until), [], 8)
    return case.with_(anchors=case.anchors._replace(crls=(case.anchors.crls[0], revoking, older)))


def authority_revoked(case: Case) -> Case:
    serial = case.office.issuing.certificate.serial_number
    listed = make.revocation_list(case.office.root, MONTH, [(serial, NOW - timedelta(minutes=1))], 2)
    return case.with_(anchors=case.anchors._replace(crls=(listed, case.anchors.crls[1])))


def attached(data: Any) -> None:
    data["encap_content_info"] = {"content_type": "data", "content": STATEMENT.write()}


def with_crls(case: Case) -> Case:
    def change(data: Any) -> None:
        data["crls"] = [asn1.RevocationInfoChoice(name="crl", value=case.anchors.crls[1])]

    return case.rebuilt(change)


def crowd(case: Case) -> Case:
    return case.signed_by(case.certificate, None, *[another_card(case) for _ in range(cms.MAX_CERTIFICATES)])


def sha1_ecdsa(case: Case) -> Case:
    """A weak signature, rightly made."""
    return case.rebuilt(lambda data: put("signature_algorithm", {"algorithm": "sha1_ecdsa"})(data["signer_infos"][0]))


def named_by_key(one: Any) -> None:
    one["version"] = "v3"
    one["sid"] = asn1.SignerIdentifier(name="subject_key_identifier", value=b"k" * 20)


def indefinite(case: Case) -> Case:
    body = case.raw[4:]
    return case.with_(raw=b"\x30\x80" + body + b"\x00\x00")


def long_length(case: Case) -> Case:
    return case.with_(raw=b"\x30\x83\x00" + case.raw[2:])


def raw(change: Callable[[bytes], bytes]) -> Forge:
    return lambda case: case.with_(raw=change(case.raw))


def flipped(one: Any) -> None:
    value = one["signature"].native
    one["signature"] = value[:-1] + bytes([value[-1] ^ 1])


FORGERIES: dict[str, tuple[str, Forge]] = {
    # what is executed is not what was signed
    "act swapped": ("content_differs", stated(act=Act.CANCELLATION)),
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
    "too deep": ("malformed", raw(lambda _: _nested(40))),
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


def _nested(depth: int) -> bytes:
    inner = b"\x05\x00"
    for _ in range(depth):
        inner = b"\x30" + bytes([len(inner)]) + inner
    return inner


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_signature_holds(kind: Kind) -> None:
    verified = good(kind).judge()
    assert verified.holder.customs_code == CODE
    assert verified.algorithm == kind.value.name
    assert len(verified.chain.certificates) == 3
    assert len(verified.chain.crls) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_with_its_own_code(name: str, kind: Kind) -> None:
    code, forge = FORGERIES[name]
    with pytest.raises(Rejected) as refused:
        forge(good(kind)).judge()
    assert refused.value.code == f"signature.{code}"


def test_there_are_forgeries_enough_and_every_code_is_in_the_catalogue() -> None:
    assert len(FORGERIES) >= 40
    assert {f"signature.{code}" for code, _ in FORGERIES.values()} <= set(CATALOGUE)


def test_a_changed_byte_never_passes_and_never_breaks_anything() -> None:
    case = good(Kind.P256)
    for place in range(0, len(case.raw), 13):
        changed = bytearray(case.raw)
        changed[place] ^= 0x01
        with pytest.raises(Rejected):
            case.with_(raw=bytes(changed)).judge()
