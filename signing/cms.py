"""Reads and writes CMS SignedData (RFC 5652): detached, one signer, DER, with ``signingCertificateV2``.

A closed profile: anything that is not listed here is refused. Certificates in it are claims until ``signing.trust`` has
validated them. P-256, RSA and SM2 differ in their algorithms only; outer identifiers are the standard ones.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from asn1crypto import cms, core, tsp
from asn1crypto.algos import DigestAlgorithm, SignedDigestAlgorithm
from asn1crypto.x509 import Certificate

from signing import Rejected, algorithms, der
from signing.keys import SigningKey

MAX_BYTES = 32 * 1024
MAX_CERTIFICATES = 5

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

_REQUIRED = frozenset({CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2})
_ALLOWED = _REQUIRED | {SIGNING_TIME}


class Signature(NamedTuple):
    """A signature that fits the bytes and its own certificate; that certificate is not validated yet."""

    certificate: Certificate
    others: tuple[Certificate, ...]
    algorithm: str


def check(raw: bytes, content: bytes) -> Signature:
    """Returns the signature of exactly that content. Raises ``Rejected``, with a code for each reason, otherwise."""
    data = _signed_data(raw)
    signer = _only_signer(data)
    certificates = _certificates(data)
    certificate = _signers(signer, certificates)
    kind = algorithms.kind_of(certificate.public_key)
    _check_algorithms(data, signer, kind)
    _check_attributes(signer, certificate, content, kind)
    if not algorithms.verifies(certificate.public_key, signer["signature"].native, _signed_attributes(signer)):
        raise Rejected("signature.invalid")
    others = tuple(each for each in certificates if each is not certificate)
    return Signature(certificate, others, kind.value.name)


def assemble(content: bytes, certificate: Certificate, key: SigningKey, others: Sequence[Certificate] = ()) -> bytes:
    """Returns a detached signature of the content by the key, with its certificate and those above it."""
    suite = key.kind.value
    attributes = der.frozen(
        cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["data"]},
                {"type": "message_digest", "values": [algorithms.digest(suite.digest, content)]},
                {"type": "signing_certificate_v2", "values": [der.frozen(_reference(certificate, suite.digest))]},
            ]
        )
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": _named(certificate),
            "digest_algorithm": _digest_algorithm(suite.digest),
            "signed_attrs": attributes,
            "signature_algorithm": SignedDigestAlgorithm({"algorithm": suite.signatures[0]}),
            "signature": key.sign(attributes.dump()),
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_digest_algorithm(suite.digest)],
            "encap_content_info": {"content_type": "data"},
            "certificates": [der.frozen(each) for each in (certificate, *others)],
            "signer_infos": [der.frozen(signer)],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": der.frozen(data)}).dump()
    return made


# -- reading ----------------------------------------------------------------------------------------------------------


def _signed_data(raw: bytes) -> cms.SignedData:
    if len(raw) > MAX_BYTES:
        raise Rejected("signature.too_large", limit=MAX_BYTES)
    der.check(raw)
    try:
        info = cms.ContentInfo.load(raw, strict=True)
        if info["content_type"].dotted != SIGNED_DATA:
            raise Rejected("signature.format", why="not SignedData")
        data = info["content"]
        _read_all(data)
    except (ValueError, TypeError, KeyError) as error:
        raise Rejected("signature.malformed", why="not CMS") from error
    _check_container(data)
    return data


def _read_all(value: Any) -> None:
    """Reads everything now, because the library parses on demand and would fail later.

    Not by ``native`` of the whole: for a field left out because it has its default value the library renders everything
    around it again at every level, which takes longer than all the rest of a verification.
    """
    if isinstance(value, core.Choice):
        _read_all(value.chosen)
    elif isinstance(value, core.Sequence):
        for name in value:
            _read_all(value[name])
    elif isinstance(value, core.SequenceOf):
        for each in value:
            _read_all(each)
    else:
        value.native  # noqa: B018 it is the reading that counts


def _check_container(data: cms.SignedData) -> None:
    inner = data["encap_content_info"]
    if inner["content_type"].dotted != DATA or data["version"].native != "v1":
        raise Rejected("signature.format", why="content type")
    if inner["content"].native is not None:
        raise Rejected("signature.format", why="not detached")
    if data["crls"].native is not None:
        raise Rejected("signature.format", why="brings its own revocation lists")


def _only_signer(data: cms.SignedData) -> cms.SignerInfo:
    signers = data["signer_infos"]
    if len(signers) != 1:
        raise Rejected("signature.signers", found=len(signers))
    signer = signers[0]
    if signer["version"].native != "v1" or signer["sid"].name != "issuer_and_serial_number":
        raise Rejected("signature.format", why="signer named by key")
    if signer["unsigned_attrs"].native is not None:
        raise Rejected("signature.format", why="unsigned attributes")
    return signer


def _certificates(data: cms.SignedData) -> list[Certificate]:
    found = data["certificates"]
    if found.native is None:
        raise Rejected("signature.certificate_missing")
    if len(found) > MAX_CERTIFICATES or any(choice.name != "certificate" for choice in found):
        raise Rejected("signature.format", why="certificates")
    return [choice.chosen for choice in found]


def _signers(signer: cms.SignerInfo, certificates: Sequence[Certificate]) -> Certificate:
    """Returns the one certificate that the signer names."""
    named = signer["sid"].chosen
    wanted = named["issuer"].dump(), named["serial_number"].native
    found = [each for each in certificates if (each.issuer.dump(), each.serial_number) == wanted]
    if len(found) != 1:
        raise Rejected("signature.certificate_missing")
    return found[0]


def _check_algorithms(data: cms.SignedData, signer: cms.SignerInfo, kind: algorithms.KeyKind) -> None:
    suite = kind.value
    outer = [each["algorithm"].dotted for each in data["digest_algorithms"]]
    digest = signer["digest_algorithm"]["algorithm"].dotted
    signature = signer["signature_algorithm"]["algorithm"].dotted
    if outer != [suite.digest] or digest != suite.digest:
        raise Rejected("signature.digest_algorithm", found=digest, wanted=suite.digest)
    if signature not in suite.signatures:
        raise Rejected("signature.algorithm", found=signature)


def _check_attributes(
    signer: cms.SignerInfo, certificate: Certificate, content: bytes, kind: algorithms.KeyKind
) -> None:
    attributes = _attributes(signer)
    if attributes[CONTENT_TYPE].dotted != DATA:
        raise Rejected("signature.content_type")
    if attributes[MESSAGE_DIGEST].native != algorithms.digest(kind.value.digest, content):
        raise Rejected("signature.content_differs")
    if not _names(attributes[SIGNING_CERTIFICATE_V2], certificate):
        raise Rejected("signature.certificate_differs")


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    """Returns the attributes: each is allowed, occurs once and has one value."""
    found = signer["signed_attrs"]
    if found is core.VOID:
        raise Rejected("signature.attributes", why="none are signed")
    types = [each["type"].dotted for each in found]
    if len(set(types)) != len(types) or not set(types) <= _ALLOWED or any(len(each["values"]) != 1 for each in found):
        raise Rejected("signature.attributes", why="unknown or repeated")
    if missing := sorted(_REQUIRED - set(types)):
        raise Rejected("signature.attributes", why="missing", missing=missing)
    return {each["type"].dotted: each["values"][0] for each in found}


def _names(reference: tsp.SigningCertificateV2, certificate: Certificate) -> bool:
    """Returns True if the first reference, always the signer's (RFC 5035), names this certificate."""
    first = reference["certs"][0]
    algorithm = first["hash_algorithm"]["algorithm"].dotted
    if algorithm not in {algorithms.SHA256, algorithms.SM3}:
        raise Rejected("signature.digest_algorithm", found=algorithm, wanted=algorithms.SHA256)
    hashed: bytes = first["cert_hash"].native
    return hashed == algorithms.digest(algorithm, certificate.dump())


def _signed_attributes(signer: cms.SignerInfo) -> bytes:
    return _as_set(signer["signed_attrs"])


def _as_set(attributes: cms.CMSAttributes) -> bytes:
    """Returns the signed bytes: the attributes with the tag of a SET, not the one in the message (RFC 5652, 5.4)."""
    plain = attributes.untag().dump()
    return bytes(plain)


# -- writing ----------------------------------------------------------------------------------------------------------


def _named(certificate: Certificate) -> cms.SignerIdentifier:
    named = {"issuer": der.frozen(certificate.issuer), "serial_number": certificate.serial_number}
    return der.frozen(cms.SignerIdentifier(name="issuer_and_serial_number", value=cms.IssuerAndSerialNumber(named)))


def _digest_algorithm(dotted: str) -> DigestAlgorithm:
    return DigestAlgorithm({"algorithm": dotted})


def _reference(certificate: Certificate, digest: str) -> tsp.SigningCertificateV2:
    hashed: dict[str, Any] = {"cert_hash": algorithms.digest(digest, certificate.dump())}
    if digest != algorithms.SHA256:  # the default, which DER leaves out
        hashed["hash_algorithm"] = _digest_algorithm(digest)
    return tsp.SigningCertificateV2({"certs": [hashed]})
