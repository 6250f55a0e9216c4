"""A software card in files, for the sandbox and for programs: NOT a card, because anybody with the file has the key.

P-256 and RSA keys are kept in PKCS#12 with their chain. No library at hand puts an SM2 key into PKCS#12, so an SM2 key
is kept in encrypted PKCS#8 (``signing.pbes2``) beside its chain in PEM, as one file.
"""

from typing import NamedTuple

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from signing import pbes2
from signing.keys import AnyKey, Sm2Key, held, load

_KEY, _CERTIFICATE = "ENCRYPTED PRIVATE KEY", "CERTIFICATE"


class WrongPin(Exception):
    """The file does not open with this PIN, or is damaged."""


class SoftwareKey(NamedTuple):
    """One of a card's two keys, its certificate, and the authorities above it."""

    key: AnyKey
    certificate: Certificate
    chain: tuple[Certificate, ...]


def pack(card: SoftwareKey, pin: str) -> bytes:
    """Returns the file's bytes: PKCS#12 for P-256 and RSA, PEM for SM2."""
    if isinstance(card.key, Sm2Key):
        blocks = [pem.armor(_KEY, pbes2.encrypt(card.key.private().dump(), pin))]
        return b"".join(blocks + [pem.armor(_CERTIFICATE, each.dump()) for each in (card.certificate, *card.chain)])
    certificate, *chain = (x509.load_der_x509_certificate(each.dump()) for each in (card.certificate, *card.chain))
    encryption = BestAvailableEncryption(pin.encode())
    return pkcs12.serialize_key_and_certificates(b"yuyue sandbox", card.key.key, certificate, chain, encryption)


def unpack(raw: bytes, pin: str) -> SoftwareKey:
    """Returns the key of a file that ``pack`` made. Raises ``WrongPin``."""
    try:
        return _from_pem(raw, pin) if pem.detect(raw) else _from_pkcs12(raw, pin)
    except (ValueError, TypeError, KeyError) as error:
        raise WrongPin from error


def _from_pkcs12(raw: bytes, pin: str) -> SoftwareKey:
    key, certificate, chain = pkcs12.load_key_and_certificates(raw, pin.encode())
    if certificate is None:
        raise ValueError("no certificate")
    own, *above = (Certificate.load(each.public_bytes(Encoding.DER)) for each in (certificate, *chain))
    return SoftwareKey(held(key), own, tuple(above))


def _from_pem(raw: bytes, pin: str) -> SoftwareKey:
    blocks = list(pem.unarmor(raw, multiple=True))
    keys = [der for kind, _, der in blocks if kind == _KEY]
    certificates = [Certificate.load(der) for kind, _, der in blocks if kind == _CERTIFICATE]
    if len(keys) != 1 or not certificates:
        raise ValueError("not one key with its certificate")
    return SoftwareKey(load(pbes2.decrypt(keys[0], pin)), certificates[0], tuple(certificates[1:]))
