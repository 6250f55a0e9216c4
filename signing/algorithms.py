"""The three kinds of key that may sign, each with its one digest and its one signature algorithm.

The kind follows from the key alone, never from what a signature claims, so that no signature can choose a weaker
algorithm.
"""

import hashlib
from enum import Enum
from typing import Any, NamedTuple

import gmssl_pyx
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import Rejected

EC_KEY = "1.2.840.10045.2.1"
RSA_KEY = "1.2.840.113549.1.1.1"
CURVE_P256 = "1.2.840.10045.3.1.7"
#: GM/T 0006: the curve, the digest, and the two together.
CURVE_SM2 = "1.2.156.10197.1.301"
SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
SHA256 = "2.16.840.1.101.3.4.2.1"
ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
RSA_WITH_SHA256 = "1.2.840.113549.1.1.11"

MIN_RSA_BITS = 2048
#: GM/T 0009: the identity of the signer in an SM2 signature, where none was agreed upon.
SM2_ID = b"1234567812345678"


class Suite(NamedTuple):
    """A digest and the signature algorithms over it, as dotted object identifiers; the first is the one we write."""

    name: str
    digest: str
    signatures: tuple[str, ...]


class KeyKind(Enum):
    """The kinds of key."""

    P256 = Suite("ecdsa-p256-sha256", SHA256, (ECDSA_WITH_SHA256,))
    RSA = Suite("rsa-sha256", SHA256, (RSA_WITH_SHA256, RSA_KEY))
    SM2 = Suite("sm2-sm3", SM3, (SM2_WITH_SM3,))


def kind_of(key: PublicKeyInfo) -> KeyKind:
    """Returns the kind of a key. Raises ``Rejected("signature.algorithm")`` for any other key."""
    algorithm = key["algorithm"]["algorithm"].dotted
    if algorithm == RSA_KEY:
        return KeyKind.RSA
    parameters = key["algorithm"]["parameters"]
    curve = parameters.chosen.dotted if algorithm == EC_KEY and parameters.name == "named" else None
    kinds = {CURVE_P256: KeyKind.P256, CURVE_SM2: KeyKind.SM2}
    if curve not in kinds:
        raise Rejected("signature.algorithm", found=curve or algorithm)
    return kinds[curve]


def digest(algorithm: str, data: bytes) -> bytes:
    """Returns the digest of the data by the algorithm with this dotted identifier."""
    if algorithm == SM3:
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize()
    return hashlib.sha256(data).digest()


def verifies(key: PublicKeyInfo, signature: bytes, data: bytes) -> bool:
    """Returns True if the signature is good by the key's own algorithm; False if it is wrong or unreadable.

    Raises ``Rejected`` for a key of no kind.
    """
    kind = kind_of(key)
    if kind is KeyKind.SM2:
        return _sm2(key["public_key"].native, signature, data)
    try:
        public: Any = serialization.load_der_public_key(key.dump())
        if kind is KeyKind.RSA:
            _check_rsa(public)
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):  # ValueError: the point lies on no curve
        return False
    return True


def fits(key: PublicKeyInfo, algorithm: SignedDigestAlgorithm) -> bool:
    """Returns True if a certificate or list names the one algorithm that belongs to its issuer's key."""
    try:
        return algorithm["algorithm"].dotted in kind_of(key).value.signatures
    except Rejected:
        return False


def _check_rsa(key: rsa.RSAPublicKey) -> None:
    if key.key_size < MIN_RSA_BITS:
        raise Rejected("signature.algorithm", found=f"rsa {key.key_size}")


def _sm2(point: bytes, signature: bytes, data: bytes) -> bool:
    # The library takes the two coordinates; it raises when the bytes are no signature at all.
    if len(point) != 65 or point[0] != 4:
        return False
    try:
        return bool(gmssl_pyx.sm2_verify(point[1:], data, signature, signer_id=SM2_ID))
    except gmssl_pyx.GmsslInnerError:
        return False
