"""JWS ES256 (RFC 7515), compact, for the answer to a login challenge only: the browser's own format.

A card with SM2 keys, for which JOSE has no algorithm, or with RSA keys answers with a CMS signature instead.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from signing import Rejected, algorithms, der
from signing.algorithms import KeyKind
from signing.cms import MAX_CERTIFICATES, Signature
from signing.keys import SigningKey

MAX_BYTES = 24 * 1024

_HEADERS = frozenset({"alg", "x5c", "typ"})


class _Registry(jws.JWSRegistry):
    """Limits that leave room for a chain of certificates in the header; they are checked before decoding."""

    max_header_length = 16 * 1024
    max_payload_length = 4 * 1024
    max_signature_length = 128


def check(token: str, challenge: bytes) -> Signature:
    """Returns the signature of exactly this challenge. Raises ``Rejected``, with a code for each reason, otherwise."""
    if len(token) > MAX_BYTES:
        raise Rejected("signature.too_large", limit=MAX_BYTES)
    registry = _Registry(algorithms=["ES256"])
    found = _extracted(token, registry)
    certificates = _certificates(found.headers())
    key = certificates[0].public_key
    if algorithms.kind_of(key) is not KeyKind.P256:
        raise Rejected("signature.algorithm", found="ES256 with another key")
    if not _holds(found, key.dump(), registry):
        raise Rejected("signature.invalid")
    _check_payload(found.payload or b"", challenge)
    return Signature(certificates[0], tuple(certificates[1:]), KeyKind.P256.value.name)


def assemble(challenge: bytes, certificate: Certificate, key: SigningKey, others: Sequence[Certificate] = ()) -> str:
    """Returns the answer to a challenge by a P-256 key, with its certificate and those above it."""
    chain = [base64.b64encode(each.dump()).decode() for each in (certificate, *others)]
    header = json.dumps({"alg": "ES256", "x5c": chain}, separators=(",", ":")).encode()
    signed = f"{_base64url(header)}.{_base64url(challenge)}"
    r, s = decode_dss_signature(key.sign(signed.encode()))
    return f"{signed}.{_base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _extracted(token: str, registry: jws.JWSRegistry) -> jws.CompactSignature:
    try:
        found = jws.extract_compact(token.encode("ascii"), registry=registry)
        headers = found.headers()
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Rejected("signature.malformed", why="not a JWS") from error
    if headers.get("alg") != "ES256":
        raise Rejected("signature.algorithm", found=str(headers.get("alg"))[:20])
    if not set(headers) <= _HEADERS:
        raise Rejected("signature.headers", found=sorted(set(headers) - _HEADERS)[:5])
    return found


def _certificates(headers: dict[str, Any]) -> list[Certificate]:
    chain = headers.get("x5c")
    if not isinstance(chain, list) or not chain:
        raise Rejected("signature.certificate_missing")
    if len(chain) > MAX_CERTIFICATES:
        raise Rejected("signature.format", why="certificates")
    return [_certificate(each) for each in chain]


def _certificate(text: Any) -> Certificate:
    try:
        raw = base64.b64decode(text, validate=True)
        der.check(raw)
        loaded = Certificate.load(raw, strict=True)
        loaded.native  # noqa: B018 read to its end now, so that nothing is found unreadable later
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise Rejected("signature.malformed", why="x5c") from error
    return loaded


def _holds(found: jws.CompactSignature, key: bytes, registry: jws.JWSRegistry) -> bool:
    try:
        public = ECKey.import_key(_pem(key))
        return jws.validate_compact(found, public, registry=registry)
    except (JoseError, ValueError):
        return False


def _pem(key: bytes) -> bytes:
    body = base64.encodebytes(key)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"-----END PUBLIC KEY-----\n"


def _check_payload(payload: bytes, challenge: bytes) -> None:
    """Raises ``Rejected`` when the payload differs: purpose and origin have codes of their own."""
    if payload == challenge:
        return
    given, wanted = _fields(payload), _fields(challenge)
    for name in ("purpose", "origin"):
        if given.get(name) != wanted[name]:
            raise Rejected(f"signature.{name}")
    raise Rejected("signature.content_differs")


def _fields(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
