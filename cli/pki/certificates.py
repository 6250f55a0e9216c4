"""Certificates and revocation lists of the sandbox, for P-256 and SM2 keys alike."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from asn1crypto import algos, crl, x509
from asn1crypto.keys import PublicKeyInfo

from signing import der
from signing.algorithms import KeyKind
from signing.anchors import SANDBOX_MARK
from signing.holder import CUSTOMS_CODE_URI
from signing.keys import SigningKey

#: Part of every name, so that nobody can take a certificate for a real one.
ORGANIZATION = f"{SANDBOX_MARK} - NOT A REAL AUTHORITY 沙箱专用"

CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
LOGIN_USAGE = frozenset({"digital_signature"})
SIGNING_USAGE = frozenset({"digital_signature", "non_repudiation"})


class Issuer(NamedTuple):
    """An authority that signs: its certificate and its key."""

    certificate: x509.Certificate
    key: SigningKey


class Span(NamedTuple):
    """The validity of a certificate or list."""

    since: datetime
    until: datetime


def name(common_name: str) -> x509.Name:
    """Returns a subject of the sandbox."""
    return x509.Name.build({"country_name": "CN", "organization_name": ORGANIZATION, "common_name": common_name})


def authority(common_name: str, key: SigningKey, span: Span, issuer: Issuer | None = None) -> x509.Certificate:
    """Returns a root, or with an ``issuer`` the authority below it that makes cards."""
    basics = {"ca": True, "path_len_constraint": 0 if issuer else 1}
    extensions = [_extension("basic_constraints", basics, critical=True), _usage(CA_USAGE)]
    return _certified(name(common_name), key.public, span, extensions, issuer=issuer, own=key)


def card(
    common_name: str, customs_code: str, public: PublicKeyInfo, span: Span, *, issuer: Issuer, login: bool
) -> x509.Certificate:
    """Returns one of the two certificates of a card: to log in with, or to sign with."""
    uri = x509.GeneralName(name="uniform_resource_identifier", value=f"{CUSTOMS_CODE_URI}{customs_code}")
    extensions = [
        _usage(LOGIN_USAGE if login else SIGNING_USAGE),
        _extension("extended_key_usage", ["client_auth"] if login else ["email_protection"]),
        _extension("subject_alt_name", [uri]),
    ]
    return _certified(name(common_name), public, span, extensions, issuer=issuer)


def office(common_name: str, public: PublicKeyInfo, span: Span, issuer: Issuer) -> x509.Certificate:
    """Returns customs' certificate: messages are encrypted for its key."""
    return _certified(name(common_name), public, span, [_usage(frozenset({"key_agreement"}))], issuer=issuer)


def revocation_list(
    issuer: Issuer, span: Span, revoked: Iterable[tuple[int, datetime]], number: int
) -> crl.CertificateList:
    """Returns a complete list of serial numbers, with the instants of their revocation."""
    entries = [{"user_certificate": serial, "revocation_date": _time(at)} for serial, at in revoked]
    listed: dict[str, Any] = {
        "version": "v2",
        "signature": _algorithm(issuer.key.kind),
        "issuer": issuer.certificate.subject,
        "this_update": _time(span.since),
        "next_update": _time(span.until),
        "crl_extensions": [
            {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": issuer.key.public.sha1}},
            {"extn_id": "crl_number", "extn_value": number},
        ],
    }
    # An empty list of entries must not be written at all (RFC 5280, 5.1.2.6).
    tbs = crl.TbsCertList(listed | ({"revoked_certificates": entries} if entries else {}))
    signed = {"signature_algorithm": _algorithm(issuer.key.kind), "signature": issuer.key.sign(tbs.dump())}
    return der.frozen(crl.CertificateList({"tbs_cert_list": tbs} | signed))


def _certified(
    subject: x509.Name,
    public: PublicKeyInfo,
    span: Span,
    extensions: list[dict[str, Any]],
    *,
    issuer: Issuer | None,
    own: SigningKey | None = None,
) -> x509.Certificate:
    key = issuer.key if issuer else own
    if key is None:
        raise ValueError("a certificate needs an issuer, or signs itself")
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(126) | 1 << 126,
            "signature": _algorithm(key.kind),
            "issuer": issuer.certificate.subject if issuer else subject,
            "validity": {"not_before": _time(span.since), "not_after": _time(span.until)},
            "subject": subject,
            "subject_public_key_info": public,
            "extensions": [
                *extensions,
                _extension("key_identifier", public.sha1),
                _extension("authority_key_identifier", {"key_identifier": key.public.sha1}),
            ],
        }
    )
    signed = {"signature_algorithm": _algorithm(key.kind), "signature_value": key.sign(tbs.dump())}
    return der.frozen(x509.Certificate({"tbs_certificate": tbs} | signed))


def _usage(usage: frozenset[str]) -> dict[str, Any]:
    return _extension("key_usage", set(usage), critical=True)


def _extension(name: str, value: Any, *, critical: bool = False) -> dict[str, Any]:
    # FALSE is the default and so is left out: DER writes no defaults.
    return {"extn_id": name, "extn_value": value} | ({"critical": True} if critical else {})


def _algorithm(kind: KeyKind) -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": kind.value.signatures[0]})


def _time(at: datetime) -> x509.Time:
    """Returns UTCTime until 2049, as RFC 5280 demands; whole seconds."""
    whole = at.replace(microsecond=0)
    return x509.Time({"utc_time": whole}) if whole.year < 2050 else x509.Time({"general_time": whole})
