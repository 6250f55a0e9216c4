"""The enterprise that a validated certificate names, and what its key may be used for."""

import re
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from asn1crypto.x509 import Certificate

from signing import Rejected

#: The subject alternative name that holds the enterprise's 10-digit customs code 海关编码.
CUSTOMS_CODE_URI = "urn:yuyue:customs-code:"

#: The critical extensions that a card's certificate may have.
_UNDERSTOOD = frozenset(
    {"basic_constraints", "certificate_policies", "extended_key_usage", "key_usage", "subject_alt_name"}
)

_CODE = re.compile(r"[0-9]{4}[0-9A-Z]{6}")


class Use(Enum):
    """The two keys of a card; neither is used for the other's purpose."""

    LOGIN = "login"
    DATA = "data"


class Holder(NamedTuple):
    """The enterprise whose card it is; ``serial`` and ``fingerprint`` (SHA-256, hexadecimal) name the certificate."""

    customs_code: str
    serial: str
    fingerprint: str
    not_after: datetime


def holder_of(certificate: Certificate, use: Use) -> Holder:
    """Returns the holder of a certificate whose path was validated.

    Raises ``Rejected`` for the wrong key of a card, and when no holder is named.
    """
    _check_usage(certificate, use)
    return Holder(
        customs_code=_customs_code(certificate),
        serial=f"{certificate.serial_number:x}",
        fingerprint=certificate.sha256.hex(),
        not_after=certificate.not_valid_after,
    )


def check_understood(certificate: Certificate) -> None:
    """Raises ``Rejected`` for a critical extension that is not understood; the path need not be validated yet."""
    if unknown := certificate.critical_extensions - _UNDERSTOOD:
        raise Rejected("signature.extension_unknown", found=sorted(unknown)[:5])


def _check_usage(certificate: Certificate, use: Use) -> None:
    usage = _key_usage(certificate)
    binding = "non_repudiation" in usage
    login = "digital_signature" in usage and "client_auth" in _extended(certificate) and not binding
    if certificate.ca:
        raise Rejected("signature.key_usage")
    if use is Use.DATA and not binding:
        raise Rejected("signature.login_key" if login else "signature.key_usage")
    if use is Use.LOGIN and not login:
        raise Rejected("signature.signing_key" if binding else "signature.key_usage")


def _key_usage(certificate: Certificate) -> frozenset[str]:
    found = certificate.key_usage_value
    return frozenset(found.native) if found else frozenset()


def _extended(certificate: Certificate) -> frozenset[str]:
    found = certificate.extended_key_usage_value
    return frozenset(found.native) if found else frozenset()


def _customs_code(certificate: Certificate) -> str:
    names = certificate.subject_alt_name_value or ()
    # Byte for byte: the library's own reading of an address drops line breaks.
    uris = [name.chosen.contents.decode("latin-1") for name in names if name.name == "uniform_resource_identifier"]
    codes = [uri.removeprefix(CUSTOMS_CODE_URI) for uri in uris if uri.startswith(CUSTOMS_CODE_URI)]
    if len(codes) != 1 or not _CODE.fullmatch(codes[0]):
        raise Rejected("signature.holder_unnamed")
    return str(codes[0])
