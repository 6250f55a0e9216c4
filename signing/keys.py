"""Private keys in memory: of the sandbox's authorities and of software cards. A real card keeps its own.

The three kinds have one interface; the algorithm follows from ``kind``.
"""

from collections.abc import Callable
from functools import cache
from typing import Protocol, Self

import gmssl_pyx
from asn1crypto.keys import ECDomainParameters, ECPrivateKey, NamedCurve, PrivateKeyInfo, PublicKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import algorithms
from signing.algorithms import KeyKind


class SigningKey(Protocol):
    """A key that can sign: in memory, or on a card."""

    @property
    def kind(self) -> KeyKind:
        """The algorithm of its signatures."""

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""


class P256Key:
    """ECDSA with SHA-256."""

    kind = KeyKind.P256

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key

    @classmethod
    def generate(cls) -> Self:
        """A fresh one."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""
        return _public(self.key)

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def private(self) -> PrivateKeyInfo:
        """PKCS#8, in the clear."""
        return _private(self.key)


class RsaKey:
    """RSA (PKCS#1 v1.5) with SHA-256."""

    kind = KeyKind.RSA

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.key = key

    @classmethod
    def generate(cls) -> Self:
        """A fresh one, as long as a PIV card's."""
        return cls(rsa.generate_private_key(public_exponent=65_537, key_size=algorithms.MIN_RSA_BITS))

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""
        return _public(self.key)

    def sign(self, data: bytes) -> bytes:
        """A signature over the data."""
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def private(self) -> PrivateKeyInfo:
        """PKCS#8, in the clear."""
        return _private(self.key)


class Sm2Key:
    """SM2 with SM3, under the usual identity."""

    kind = KeyKind.SM2

    def __init__(self, secret: bytes, point: bytes) -> None:
        self._secret = secret
        self._point = point

    @classmethod
    def generate(cls) -> Self:
        """A fresh one."""
        point, secret = gmssl_pyx.sm2_key_generate()
        return cls(secret, point)

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""
        return PublicKeyInfo({"algorithm": _sm2_algorithm(), "public_key": b"\x04" + self._point})

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""
        signed: bytes = gmssl_pyx.sm2_sign(self._secret, self._point, data, signer_id=algorithms.SM2_ID)
        return signed

    def private(self) -> PrivateKeyInfo:
        """PKCS#8, in the clear."""
        inner = ECPrivateKey(
            {
                "version": "ecPrivkeyVer1",
                "private_key": int.from_bytes(self._secret, "big"),
                "public_key": b"\x04" + self._point,
            }
        )
        inner["private_key"].set_encoded_width(32)
        return PrivateKeyInfo({"version": 0, "private_key_algorithm": _sm2_algorithm(), "private_key": inner})


#: The keys in memory.
AnyKey = P256Key | RsaKey | Sm2Key


def load(pkcs8: bytes) -> AnyKey:
    """Returns a key from PKCS#8 in the clear. Raises ``ValueError`` for any other kind."""
    _name_the_curve()
    info = PrivateKeyInfo.load(pkcs8)
    parameters = info["private_key_algorithm"]["parameters"]
    named = parameters.name == "named" if isinstance(parameters, ECDomainParameters) else False
    if named and parameters.chosen.dotted == algorithms.CURVE_SM2:
        inner = info["private_key"].parsed
        return Sm2Key(inner["private_key"].native.to_bytes(32, "big"), inner["public_key"].native[1:])
    return held(serialization.load_der_private_key(pkcs8, password=None))


def held(key: object) -> P256Key | RsaKey:
    """Returns a key of the library as one of ours. Raises ``ValueError`` for any other kind."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return P256Key(key)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= algorithms.MIN_RSA_BITS:
        return RsaKey(key)
    raise ValueError(f"a key of a software card is P-256, SM2, or RSA from {algorithms.MIN_RSA_BITS} bits")


def generate(kind: KeyKind) -> AnyKey:
    """Returns a new key."""
    makers: dict[KeyKind, Callable[[], AnyKey]] = {
        KeyKind.P256: P256Key.generate,
        KeyKind.RSA: RsaKey.generate,
        KeyKind.SM2: Sm2Key.generate,
    }
    return makers[kind]()


def _public(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> PublicKeyInfo:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return PublicKeyInfo.load(key.public_key().public_bytes(serialization.Encoding.DER, form))


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> PrivateKeyInfo:
    encoding, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    return PrivateKeyInfo.load(key.private_bytes(encoding, form, serialization.NoEncryption()))


@cache
def _name_the_curve() -> None:
    """Names the curve: the library needs its width to write a private key."""
    NamedCurve.register("sm2", algorithms.CURVE_SM2, 32)


def _sm2_algorithm() -> dict[str, object]:
    _name_the_curve()
    return {
        "algorithm": "ec",
        "parameters": ECDomainParameters(name="named", value=algorithms.CURVE_SM2),
    }
