"""HTTP Message Signatures (RFC 9421) over the whole request, its body by Content-Digest (RFC 9530)."""

import secrets
from pathlib import Path
from typing import NamedTuple

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageSigner, HTTPSignatureAlgorithm, MappingKeyResolver, algorithms

from runtime.credentials.kept import CredentialError

SigningKey = Ed25519PrivateKey | EllipticCurvePrivateKey
LABEL = "yuyue"
_ALWAYS = ("@method", "@authority", "@path")
_WHERE_PRESENT = ("content-type", "idempotency-key")


class RequestSigner(NamedTuple):
    """A key, and the name by which customs knows it."""

    key_id: str
    key: SigningKey
    algorithm: type[HTTPSignatureAlgorithm]

    def sign(self, request: httpx.Request, body: bytes) -> None:
        """Adds ``Content-Digest``, ``Signature-Input`` and ``Signature``; each attempt has a nonce of its own."""
        keys = MappingKeyResolver(public_keys={}, private_keys={self.key_id: self.key})
        covered = [*_ALWAYS, *(["@query"] if request.url.query else [])]
        covered += [name for name in _WHERE_PRESENT if name in request.headers]
        HTTPMessageSigner(signature_algorithm=self.algorithm, key_resolver=keys).sign(
            request,
            key_id=self.key_id,
            label=LABEL,
            nonce=secrets.token_urlsafe(16),
            covered_component_ids=covered,
            body=body,
        )


def load_signer(path: Path, key_id: str) -> RequestSigner:
    """Returns the signer; the key decides the algorithm. Raises ``CredentialError`` when the key cannot be used."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CredentialError(f"{path}: no private key in PEM without a password") from error
    if isinstance(key, Ed25519PrivateKey):
        return RequestSigner(key_id, key, algorithms.ED25519)
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return RequestSigner(key_id, key, algorithms.ECDSA_P256_SHA256)
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP384R1):
        return RequestSigner(key_id, key, algorithms.ECDSA_P384_SHA384)
    raise CredentialError(f"{path}: neither an Ed25519 key nor one of the curves P-256 and P-384")
