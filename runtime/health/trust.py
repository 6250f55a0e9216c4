"""The check of the trust folder: certificates and revocation lists that end soon."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate

from runtime.card_trust import trusted
from runtime.health.finding import Finding, fault, warning, well
from runtime.settings import Settings
from signing import anchors
from signing.anchors import Anchors, TrustError

#: A new certificate of an authority takes weeks, a new revocation list is only downloaded.
CERTIFICATE_SOON, LIST_SOON = timedelta(days=30), timedelta(days=1)


def check(settings: Settings) -> list[Finding]:
    """Returns findings about the trust folder; none where the settings name no folder."""
    if settings.trust_dir is None:
        return []
    try:
        trusted(settings)
        found = list(judge(anchors.load(settings.trust_dir), datetime.now(UTC)))
    except (TrustError, OSError) as error:
        return [fault("trust", "trust.unusable", "信任目录不可用", f"the trust folder cannot be used: {error}")]
    return found or [well("trust", "根证书与吊销列表有效", "certificates and revocation lists are valid")]


def judge(present: Anchors, now: datetime) -> Iterator[Finding]:
    """Yields a finding for each certificate and each list that has ended or ends soon."""
    yield from _certificates((*present.roots, *present.issuers), now)
    yield from _lists(present.crls, now)


def _certificates(certificates: Iterable[Certificate], now: datetime) -> Iterator[Finding]:
    for each in certificates:
        if each.not_valid_after - now < CERTIFICATE_SOON:
            name, day = each.subject.human_friendly, f"{each.not_valid_after:%Y-%m-%d}"
            chinese, english = f"证书 {name} 有效期至 {day}", f"the certificate {name} ends on {day}"
            yield warning("trust", "trust.certificate_ending", chinese, english)


def _lists(lists: Iterable[CertificateList], now: datetime) -> Iterator[Finding]:
    for each in lists:
        due = each["tbs_cert_list"]["next_update"].native
        if due is None or due - now >= LIST_SOON:
            continue
        name, moment = each.issuer.human_friendly, f"{due:%Y-%m-%d %H:%M}Z"
        if due < now:
            chinese, english = f"{name} 的吊销列表已于 {moment} 过期", f"the revocation list of {name} ended {moment}"
            yield fault("trust", "trust.list_overdue", chinese, english)
        else:
            chinese, english = f"{name} 的吊销列表 {moment} 到期", f"the revocation list of {name} ends {moment}"
            yield warning("trust", "trust.list_ending", chinese, english)
