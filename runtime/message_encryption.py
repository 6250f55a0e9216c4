"""Encrypts messages for customs alone 数字信封, on any transport.

An envelope is a compact JWE (RFC 7516): a key agreed with the P-256 key of customs' certificate (ECDH-ES, RFC 7518)
encrypts the XML by AES-256-GCM, ``enc`` = ``A256GCM``, or SM4-GCM, ``enc`` = ``SM4GCM``, a name of ours, as JOSE has
none. Each envelope has a key of its own, so a message enclosed twice is never the same bytes; its ``message_id`` stays
outside, as the Idempotency-Key.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Self

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwe
from joserfc.errors import DecodeError
from joserfc.jwa import ECDHESAlgKeyAgreement, JWEEncModel
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64encode

from customs.channels import Unavailable
from customs.xml import MAX_BYTES
from runtime.ciphers import NONCE_BYTES, TAG_BYTES, Algorithm, InvalidTag, Key
from runtime.settings import Settings
from signing.anchors import SANDBOX_MARK
from signing.revocation import Lists

#: ``enc`` of each algorithm.
NAMES = {Algorithm.AES_256_GCM: "A256GCM", Algorithm.SM4_GCM: "SM4GCM"}


class CertificateError(ValueError):
    """Customs' certificate cannot be used; the message says why."""


class Addressee:
    """Customs, by its certificate; the file is read for each message, so a new certificate counts at once."""

    def __init__(self, path: Path, algorithm: Algorithm, lists: Lists | None = None) -> None:
        self._path, self._lists = path, lists
        self._header = {"alg": "ECDH-ES", "enc": NAMES[algorithm], "cty": "application/xml"}

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Returns the addressee; None where messages go without an envelope.

        Raises ``CertificateError``, also when the certificate is the sandbox's and this is no sandbox.
        """
        if settings.customs_certificate is None:
            return None
        lists = Lists(settings.trust_dir) if settings.trust_dir else None
        made = cls(settings.customs_certificate, settings.envelope_algorithm, lists)
        certificate = made.certificate()
        if SANDBOX_MARK in certificate.issuer.rfc4514_string() and not settings.sandbox:
            raise CertificateError("a certificate of the sandbox is good for the sandbox only (YUYUE_SANDBOX=1)")
        return made

    def certificate(self) -> x509.Certificate:
        """Returns the certificate that is in the file now. Raises ``CertificateError``."""
        try:
            raw = self._path.read_bytes()
            pem = raw.lstrip().startswith(b"-----BEGIN")
            found = x509.load_pem_x509_certificate(raw) if pem else x509.load_der_x509_certificate(raw)
            _check(found, datetime.now(UTC))
            self._demand_unrevoked(found)
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise CertificateError(f"{self._path}: {error}") from error
        return found

    def enclose(self, xml: bytes) -> bytes:
        """Returns the encrypted message. Raises ``Unavailable`` while the certificate cannot be used."""
        try:
            certificate = self.certificate()
        except CertificateError as error:
            raise Unavailable("customs certificate") from error
        thumbprint = urlsafe_b64encode(certificate.fingerprint(SHA256())).decode()
        header = self._header | {"x5t#S256": thumbprint}
        return jwe.encrypt_compact(header, xml, _key_of(certificate), registry=Registry()).encode()

    def _demand_unrevoked(self, certificate: x509.Certificate) -> None:
        """Raises ``CertificateError`` when a list of the trust folder revokes the certificate."""
        if self._lists and self._lists.revoke(Certificate.load(certificate.public_bytes(Encoding.DER))):
            raise CertificateError("revoked by its authority")

    def days_left(self) -> int:
        """Returns the whole days until the certificate ends. Raises ``CertificateError``."""
        return (self.certificate().not_valid_after_utc - datetime.now(UTC)) // timedelta(days=1)


class _Enc(JWEEncModel):
    """Adapts one of our algorithms to the JOSE library."""

    recommended = True
    iv_size = NONCE_BYTES * 8

    def __init__(self, algorithm: Algorithm) -> None:
        self.name = self.description = NAMES[algorithm]
        self.cek_size = algorithm.key_bytes * 8
        self._algorithm = algorithm

    def encrypt(self, plaintext: bytes, cek: bytes, iv: bytes, aad: bytes) -> tuple[bytes, bytes]:
        sealed = Key(self._algorithm, cek).aead().encrypt(iv, plaintext, aad)
        return sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]

    def decrypt(self, ciphertext: bytes, tag: bytes, cek: bytes, iv: bytes, aad: bytes) -> bytes:  # noqa: PLR0917 as the library calls it
        if len(tag) != TAG_BYTES:
            raise DecodeError("tag")
        try:
            return Key(self._algorithm, cek).aead().decrypt(iv, ciphertext + tag, aad)
        except InvalidTag as error:
            raise DecodeError("tag") from error


class Registry(jwe.JWERegistry):
    """The algorithms of an envelope: one key agreement, two ciphers, and room for the largest message."""

    algorithms = {
        "alg": {"ECDH-ES": ECDHESAlgKeyAgreement()},
        "enc": {each.name: each for each in map(_Enc, Algorithm)},
        "zip": {},
    }
    recommended: ClassVar[list[str]] = ["ECDH-ES", *NAMES.values()]
    max_ciphertext_length = MAX_BYTES * 4 // 3 + 4


def _check(certificate: x509.Certificate, at: datetime) -> None:
    key = certificate.public_key()
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise CertificateError("the key is not of the curve P-256")
    if at > certificate.not_valid_after_utc:
        raise CertificateError(f"it ended at {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    if at < certificate.not_valid_before_utc:
        raise CertificateError(f"it begins at {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not usage.key_agreement:
        raise CertificateError("not for the agreement of keys (keyAgreement)")


def _key_of(certificate: x509.Certificate) -> ECKey:
    public = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return ECKey.import_key(public)
