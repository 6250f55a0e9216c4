"""How a forger goes about it: each function makes a bad signature from a good one."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from asn1crypto import cms as asn1
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.x509 import Certificate, GeneralName

from cli.pki import certificates as make
from cli.pki.certificates import Issuer, Span
from signing import algorithms, cms, keys
from signing.algorithms import KeyKind
from tests.unit.signing.builders import CODE, MONTH, NOW, OTHER_CODE, STATEMENT, YEAR, Case

Forge = Callable[[Case], Case]
LATE, EARLY = NOW + timedelta(days=31), NOW - timedelta(days=2)
LONG = Span(EARLY - timedelta(days=1), NOW + timedelta(days=900))


def stated(**changes: Any) -> Forge:
    """A statement that differs in one field from the signed one."""
    return lambda case: case.with_(content=STATEMENT._replace(**changes).write())


def signer(change: Callable[[Any], None], *, sign: bool = True) -> Forge:
    """The signer's own part changed."""
    return lambda case: case.rebuilt(lambda data: change(data["signer_infos"][0]), sign=sign)


def attribute(kind: str, value: Any) -> Callable[[Any], None]:
    """The signature with that attribute changed or removed."""

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
    """A signature over the content itself, which RFC 5652 allows."""

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
    other = algorithms.SM3 if case.office.kind is KeyKind.P256 else algorithms.SHA256

    def change(data: Any) -> None:
        data["digest_algorithms"] = [DigestAlgorithm({"algorithm": other})]
        one = data["signer_infos"][0]
        one["digest_algorithm"] = DigestAlgorithm({"algorithm": other})
        attribute("message_digest", algorithms.digest(other, case.content))(one)

    return case.rebuilt(change)


def key_confusion(case: Case) -> Case:
    """A signature that says it is of the other family than its key."""
    other = algorithms.SM2_WITH_SM3 if case.office.kind is KeyKind.P256 else algorithms.ECDSA_WITH_SHA256
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
    """A correct signature, names included, under a root of the forger's own."""
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
    # In bytes: the library would tidy an address that has a line break.
    texts = [f"urn:yuyue:customs-code:{code}".encode() for code in codes]
    uris = [GeneralName.load(bytes([0x86, len(uri)]) + uri) for uri in texts]
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
    """The list that revokes, with an older one that does not yet: the newer one counts, in either order."""
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


def nested(depth: int) -> bytes:
    inner = b"\x05\x00"
    for _ in range(depth):
        inner = b"\x30" + bytes([len(inner)]) + inner
    return inner
