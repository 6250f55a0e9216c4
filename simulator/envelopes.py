"""数字信封 (digital envelope): the office decrypts messages that were encrypted for its certificate.

The format is compact JWE (RFC 7516, RFC 7518) with ``alg`` = ``ECDH-ES`` on P-256 and ``enc`` = ``A256GCM`` or the
private ``SM4GCM``. No library does it here: the code shows each step to people who build the real receiving side.
"""

import base64
import binascii
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from simulator.messages import MAX_BYTES, Rejected

MEDIA_TYPE = "application/jose"
#: The largest message in Base64, plus the header.
MAX_ENVELOPE_BYTES = MAX_BYTES * 4 // 3 + 4096
#: ``enc`` → cipher and length of its key in bytes.
_CIPHERS = {"A256GCM": (AES, 32), "SM4GCM": (SM4, 16)}
_HEADERS = {"alg", "enc", "cty", "epk", "x5t#S256"}


class EnvelopeOpener:
    """Opens envelopes with the office's key.

    ``only_enveloped`` refuses every message without an envelope. Without a key every envelope is refused.
    """

    def __init__(
        self, certificate: Path | None = None, key: Path | None = None, *, only_enveloped: bool = False
    ) -> None:
        self._only_enveloped = only_enveloped
        self._key: EllipticCurvePrivateKey | None = None
        self._thumbprint = ""
        if certificate and key:
            found = load_pem_private_key(key.read_bytes(), password=None)
            if not isinstance(found, EllipticCurvePrivateKey) or not isinstance(found.curve, SECP256R1):
                raise ValueError("the office's key is not of the curve P-256")
            self._key = found
            own = x509.load_pem_x509_certificate(certificate.read_bytes())
            self._thumbprint = base64.urlsafe_b64encode(own.fingerprint(SHA256())).rstrip(b"=").decode()

    def open(self, raw: bytes, media_type: str) -> bytes:
        """Returns the message, taken out of its envelope if it has one.

        Raises ``Rejected`` when the envelope is missing, too large or cannot be opened.
        """
        if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
            if self._only_enveloped:
                raise Rejected("NOT_ENVELOPED")
            return raw
        if len(raw) > MAX_ENVELOPE_BYTES:
            raise Rejected("TOO_LARGE")
        try:
            return self._opened(raw)
        except (ValueError, TypeError, KeyError, AttributeError, InvalidTag, RecursionError) as error:
            raise Rejected("NOT_FOR_US") from error

    def _opened(self, raw: bytes) -> bytes:
        protected, encrypted_key, nonce, text, tag = raw.split(b".")
        header: dict[str, Any] = json.loads(_decoded(protected))
        if self._key is None or not hmac.compare_digest(str(header["x5t#S256"]), self._thumbprint):
            raise ValueError("for another certificate")
        if (
            header["alg"] != "ECDH-ES"
            or encrypted_key
            or set(header) - _HEADERS
            or (len(_decoded(nonce)), len(_decoded(tag))) != (12, 16)
        ):
            raise ValueError("encrypted in another way")
        algorithm, length = _CIPHERS[header["enc"]]
        key = _agreed(self._key, header["epk"], header["enc"], length)
        decryptor = Cipher(algorithm(key), GCM(_decoded(nonce), _decoded(tag))).decryptor()
        decryptor.authenticate_additional_data(protected)
        return decryptor.update(_decoded(text)) + decryptor.finalize()


def _agreed(own: EllipticCurvePrivateKey, theirs: dict[str, str], enc: str, length: int) -> bytes:
    """Returns the agreed key (RFC 7518, 4.6.2), without party information."""
    if (theirs["kty"], theirs["crv"]) != ("EC", "P-256"):
        raise ValueError("another curve")
    x, y = (int.from_bytes(_decoded(theirs[name].encode())) for name in ("x", "y"))
    shared = own.exchange(ECDH(), EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key())
    about = struct.pack(">I", len(enc)) + enc.encode() + bytes(8) + struct.pack(">I", length * 8)
    return ConcatKDFHash(SHA256(), length, about).derive(shared)


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error
