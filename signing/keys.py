"""Private keys at hand as bytes: of the sandbox's authorities and of software cards. A real card keeps its own.

P-256 and SM2 look alike here; what they sign with follows from ``kind``.
"""

from functools import cache
from typing import Protocol, Self

import gmssl_pyx
from asn1crypto.keys import ECDomainParameters, ECPrivateKey, NamedCurve, PrivateKeyInfo, PublicKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing import algorithms
from signing.algorithms import Kind


class SigningKey(Protocol):
    """Something that signs: a key in memory, or a card."""

    @property
    def kind(self) -> Kind:
        """Which algorithm it signs with."""

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""


class P256Key:
    """ECDSA with SHA-256."""

    kind = Kind.P256

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key

    @classmethod
    def generate(cls) -> Self:
        """A fresh one."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> PublicKeyInfo:
        """Its public half."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return PublicKeyInfo.load(self.key.public_key().public_bytes(serialization.Encoding.DER, form))

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def private(self) -> PrivateKeyInfo:
        """PKCS#8, in the clear."""
        return PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class Sm2Key:
    """SM2 with SM3, under the usual identity."""

    kind = Kind.SM2

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


def load(pkcs8: bytes) -> P256Key | Sm2Key:
    """A key from PKCS#8 in the clear. ``ValueError`` for any other kind."""
    _name_the_curve()
    info = PrivateKeyInfo.load(pkcs8)
    parameters = info["private_key_algorithm"]["parameters"]
    curve = parameters.chosen.dotted if parameters.name == "named" else ""
    if curve == algorithms.CURVE_SM2:
        inner = info["private_key"].parsed
        return Sm2Key(inner["private_key"].native.to_bytes(32, "big"), inner["public_key"].native[1:])
    key = serialization.load_der_private_key(pkcs8, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("a key of a software card is P-256 or SM2")  # noqa: TRY004 what is in the file is wrong
    return P256Key(key)


def generate(kind: Kind) -> P256Key | Sm2Key:
    """A fresh key. ``ValueError`` for RSA, which cards of ours do not have."""
    if kind is Kind.RSA:
        raise ValueError("keys are made for P-256 and SM2")
    return P256Key.generate() if kind is Kind.P256 else Sm2Key.generate()


@cache
def _name_the_curve() -> None:
    """The library wants to know a curve's width before it writes a private key."""
    NamedCurve.register("sm2", algorithms.CURVE_SM2, 32)


def _sm2_algorithm() -> dict[str, object]:
    _name_the_curve()
    return {
        "algorithm": "ec",
        "parameters": ECDomainParameters(name="named", value=algorithms.CURVE_SM2),
    }
