"""What expires soon: customs' certificate, revocation lists, API keys."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from api.context import Context
from api.views import Shown, View
from db import keys
from runtime.credentials import client_certificate
from runtime.credentials.client_certificate import TlsFiles
from runtime.credentials.kept import CredentialError
from runtime.message_encryption import Addressee, CertificateError
from signing import anchors, revocation
from signing.anchors import TrustError

#: Time in which a certificate or key is renewed by people.
SOON = timedelta(days=30)
#: Authorities issue a new list days before the old one ends: one that is still there has not been fetched.
SOON_LIST = timedelta(days=3)


class ExpiringView(View):
    """Thing that ends at ``at``, or has ended: ``what`` is ``certificate``, ``revocation_list`` or ``api_key``.

    The certificate ``customs`` is that of customs, ``client`` is ours for mutual TLS. ``at`` is null for a certificate
    or list that cannot be read.
    """

    what: str
    name: str
    at: Shown | None


def expiring(session: Session, ctx: Context, now: datetime) -> list[ExpiringView]:
    """Returns what ends soon, the first to end first; what cannot be read comes before."""
    found = [*_certificate(ctx), *_client_certificate(ctx), *_revocation_lists(ctx), *_keys(session, now)]
    due = [each for each in found if each.at is None or each.at < now + _notice(each)]
    return sorted(due, key=lambda each: (each.at is not None, each.at or now, each.name))


def _notice(of: ExpiringView) -> timedelta:
    return SOON_LIST if of.what == "revocation_list" else SOON


def _certificate(ctx: Context) -> Iterator[ExpiringView]:
    try:
        addressee = Addressee.of(ctx.settings)
        if addressee is not None:
            ends_at = addressee.certificate().not_valid_after_utc
            yield ExpiringView(what="certificate", name="customs", at=ends_at)
    except CertificateError:
        yield ExpiringView(what="certificate", name="customs", at=None)


def _client_certificate(ctx: Context) -> Iterator[ExpiringView]:
    files = TlsFiles.of(ctx.settings)
    if files is None or files.certificate is None:
        return
    try:
        yield ExpiringView(what="certificate", name="client", at=client_certificate.load(files).ends)
    except (CredentialError, OSError):
        yield ExpiringView(what="certificate", name="client", at=None)


def _revocation_lists(ctx: Context) -> Iterator[ExpiringView]:
    """Yields the newest list of each authority: cards are refused once it is out of date."""
    if ctx.settings.trust_dir is None:
        return
    try:
        newest = revocation.newest(anchors.load(ctx.settings.trust_dir).crls)
    except (TrustError, OSError):
        yield ExpiringView(what="revocation_list", name="", at=None)
        return
    for each in newest.values():
        name = each.issuer.native.get("common_name") or each.issuer.human_friendly
        yield ExpiringView(what="revocation_list", name=name, at=revocation.good_until(each))


def _keys(session: Session, now: datetime) -> Iterator[ExpiringView]:
    """Yields the valid keys that have an end; an expired one is no news."""
    for each in keys.all_keys(session):
        if each.revoked_at is None and each.expires_at is not None and each.expires_at > now:
            yield ExpiringView(what="api_key", name=each.name, at=each.expires_at)
