"""吊销列表 Revocation lists: of each authority the newest one, so that an old one cannot bring a revoked card back."""

from collections.abc import Iterable
from datetime import datetime

from asn1crypto.crl import CertificateList


def newest(lists: Iterable[CertificateList]) -> dict[bytes, CertificateList]:
    """The list that counts for each authority, by the DER of its name: the one issued last."""
    found: dict[bytes, CertificateList] = {}
    for each in sorted(lists, key=issued_at):
        found[each.issuer.dump()] = each
    return found


def issued_at(revoked: CertificateList) -> datetime:
    """``thisUpdate``."""
    at: datetime = revoked["tbs_cert_list"]["this_update"].native
    return at


def good_until(revoked: CertificateList) -> datetime:
    """``nextUpdate``; a list that does not name one is good for nothing but its own moment."""
    at: datetime | None = revoked["tbs_cert_list"]["next_update"].native
    return at or issued_at(revoked)
