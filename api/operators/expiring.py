"""What expires soon: customs' certificate, revocation lists, API keys."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from api.context import Context
from api.views import Shown, View
from db import keys
from runtime.message_encryption import Addressee, CertificateError
from signing import anchors, revocation
from signing.anchors import TrustError

#: What ends within this time is shown.
SOON = timedelta(days=30)


class ExpiringView(View):
    """Thing that ends at ``at``, or has ended: ``what`` is ``certificate``, ``revocation_list`` or ``api_key``.

    ``at`` is null for a certificate or list that cannot be read.
    """

    what: str
    name: str
    at: Shown | None


def expiring(session: Session, ctx: Context, now: datetime) -> list[ExpiringView]:
    """Returns what ends soon, the first to end first; what cannot be read comes before."""
    soon = now + SOON
    found = [*_certificate(ctx), *_revocation_lists(ctx), *_keys(session, now)]
    due = [each for each in found if each.at is None or each.at < soon]
    return sorted(due, key=lambda each: (each.at is not None, each.at or now, each.name))


def _certificate(ctx: Context) -> Iterator[ExpiringView]:
    try:
        addressee = Addressee.of(ctx.settings)
        if addressee is not None:
            ends_at = addressee.certificate().not_valid_after_utc
            yield ExpiringView(what="certificate", name="customs", at=ends_at)
    except CertificateError:
        yield ExpiringView(what="certificate", name="customs", at=None)


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
        name = each.issuer.human_friendly
        yield ExpiringView(what="revocation_list", name=name, at=revocation.good_until(each))


def _keys(session: Session, now: datetime) -> Iterator[ExpiringView]:
    """Yields the valid keys that have an end; an expired one is no news."""
    for each in keys.all_keys(session):
        if each.revoked_at is None and each.expires_at is not None and each.expires_at > now:
            yield ExpiringView(what="api_key", name=each.name, at=each.expires_at)
