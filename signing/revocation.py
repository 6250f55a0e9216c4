"""Revocation lists 吊销列表: the newest of each authority counts, so that an old one cannot restore a revoked card."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate

from signing import algorithms, anchors
from signing.anchors import Anchors, State


def newest(lists: Iterable[CertificateList]) -> dict[bytes, CertificateList]:
    """Returns the list of each authority that was issued last, by the DER of the authority's name."""
    found: dict[bytes, CertificateList] = {}
    for each in sorted(lists, key=issued_at):
        found[each.issuer.dump()] = each
    return found


def issued_at(revoked: CertificateList) -> datetime:
    """Returns the instant ``thisUpdate``."""
    at: datetime = revoked["tbs_cert_list"]["this_update"].native
    return at


def good_until(revoked: CertificateList) -> datetime:
    """Returns ``nextUpdate``; without one a list is good at its own instant only."""
    at: datetime | None = revoked["tbs_cert_list"]["next_update"].native
    return at or issued_at(revoked)


class Lists:
    """The revocation lists of a trust folder, for a certificate that is pinned and needs no path to a root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state: State | None = None
        self._serials: dict[bytes, frozenset[int]] = {}

    def revoke(self, certificate: Certificate) -> bool:
        """Returns True if the newest list of its authority names the certificate; False where there is no list.

        Raises ``TrustError`` or ``OSError`` when the folder cannot be read.
        """
        state, name = anchors.state(self._folder), certificate.issuer.dump()
        if state != self._state:
            self._state, self._serials = state, {}
        if name not in self._serials:
            self._serials[name] = revoked_by(name, anchors.load(self._folder))
        return certificate.serial_number in self._serials[name]


def revoked_by(name: bytes, present: Anchors) -> frozenset[int]:
    """Returns the serial numbers in the authority's newest list, even if that is out of date."""
    authorities = [each for each in (*present.roots, *present.issuers) if each.subject.dump() == name]
    lists = [each for each in present.crls if any(_is_by(authority, each) for authority in authorities)]
    listed = newest(lists).get(name)
    entries = listed["tbs_cert_list"]["revoked_certificates"] if listed else ()
    return frozenset(each["user_certificate"].native for each in entries)


def _is_by(authority: Certificate, revoked: CertificateList) -> bool:
    key, content = authority.public_key, revoked["tbs_cert_list"].dump()
    is_named = revoked.issuer.dump() == authority.subject.dump()
    return (
        is_named
        and algorithms.fits(key, revoked["signature_algorithm"])
        and algorithms.verifies(key, revoked.signature, content)
    )
