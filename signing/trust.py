"""Paths from a card's certificate to a trusted root, with no step revoked, expired or signed by a weak algorithm.

A path is validated once and cached until the first of its revocation lists is due for renewal, or the trust folder
changes. Refusals are never cached.
"""

from collections.abc import Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.crl import CertificateList
from asn1crypto.keys import PublicKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    StaleRevinfoError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    SignatureValidationContext,
    SignatureValidator,
)

from signing import Rejected, algorithms, anchors, revocation
from signing.anchors import Anchors, State

_MOST_CACHED = 4096

Found = TypeVar("Found")

#: The library's error → our code; the first that fits, so the more special ones come first.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (RevokedError, "signature.revoked"),
    (StaleRevinfoError, "signature.crl_stale"),
    (InsufficientRevinfoError, "signature.crl_missing"),
    (ExpiredError, "signature.expired"),
    (NotYetValidError, "signature.not_yet_valid"),
    (DisallowedAlgorithmError, "signature.algorithm"),
    (InvalidCertificateError, "signature.self_signed"),
    (PathBuildingError, "signature.issuer_unknown"),
    (ValidationError, "signature.untrusted"),
)


class Chain(NamedTuple):
    """A validated path from the card's certificate to the root, with the revocation lists that were used.

    It is good from ``since`` on and before ``until``.
    """

    certificates: tuple[Certificate, ...]
    crls: tuple[CertificateList, ...]
    since: datetime
    until: datetime

    def holds_at(self, at: datetime) -> bool:
        """Returns True if the path is good at that instant."""
        return self.since <= at < self.until


class Trust:
    """Validates paths by the trust folder; threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Raises ``TrustError`` for a folder that cannot be used."""
        self._folder = folder
        self._lock = Lock()
        self._state: State = anchors.state(folder)
        self._anchors = anchors.load(folder)
        self._cached: dict[bytes, Chain] = {}

    def chain(self, certificate: Certificate, others: Sequence[Certificate], at: datetime) -> Chain:
        """Returns the path at an instant, cached or validated. Raises ``Rejected``, with a code for each reason."""
        present, cached = self._fresh()
        known = cached.get(certificate.sha256)
        if known and known.holds_at(at):
            return known
        found = validate(certificate, others, at, present)
        if len(cached) >= _MOST_CACHED:
            cached.clear()
        cached[certificate.sha256] = found
        return found

    def _fresh(self) -> tuple[Anchors, dict[bytes, Chain]]:
        """Returns the current content of the folder, and the paths that were validated by it."""
        state = anchors.state(self._folder)
        with self._lock:
            if state != self._state:
                self._anchors, self._state, self._cached = anchors.load(self._folder), state, {}
            return self._anchors, self._cached


def validate(certificate: Certificate, others: Sequence[Certificate], at: datetime, present: Anchors) -> Chain:
    """Returns the path at an instant, validated now. Raises ``Rejected``, with a code for each reason."""
    lists = revocation.newest(present.crls)
    context = ValidationContext(
        trust_roots=list(present.roots),
        other_certs=[*present.issuers, *others],
        moment=at,
        crls=list(lists.values()),
        # "hard-fail" lets a certificate pass that names no distribution point, even when it is revoked.
        revocation_mode="require",
        algorithm_usage_policy=_OnlyOurs(),
        signature_validator=_Checker(),
    )
    certificates = _path(certificate, context)
    issuers = {each.issuer.dump() for each in certificates[:-1]}
    chain = _chain(certificates, tuple(found for name, found in lists.items() if name in issuers))
    if not chain.holds_at(at):
        raise Rejected("signature.expired")
    return chain


def _path(certificate: Certificate, context: ValidationContext) -> tuple[Certificate, ...]:
    try:
        path = _at_once(CertificateValidator(certificate, validation_context=context).async_validate_path())
    except (ValidationError, PathBuildingError) as error:
        raise Rejected(next(code for kind, code in _REASONS if isinstance(error, kind))) from error
    return tuple(path.iter_certs(include_root=True))[::-1]


def _at_once(validation: Coroutine[Any, Any, Found]) -> Found:
    """Runs a coroutine of the library, which awaits only to fetch; nothing is fetched here, so no loop is needed."""
    try:
        validation.send(None)
    except StopIteration as done:
        found: Found = done.value
        return found
    validation.close()
    raise RuntimeError("validating a path waits for something")


def _chain(certificates: tuple[Certificate, ...], crls: tuple[CertificateList, ...]) -> Chain:
    begins = [each.not_valid_before for each in certificates] + [revocation.issued_at(each) for each in crls]
    ends = [each.not_valid_after for each in certificates] + [revocation.good_until(each) for each in crls]
    return Chain(certificates, crls, max(begins), min(ends))


class _OnlyOurs(AlgorithmUsagePolicy):
    """Allows the one algorithm that belongs to the issuer's key."""

    def signature_algorithm_allowed(
        self, algo: SignedDigestAlgorithm, moment: datetime | None, public_key: PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        del moment
        return AlgorithmUsageConstraint(allowed=public_key is not None and algorithms.fits(public_key, algo))


class _Checker(SignatureValidator):
    """Verifies signatures of certificates and revocation lists, also by SM2, which the library does not know."""

    def validate_signature(  # noqa: PLR0917 the library's own shape
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: PublicKeyInfo,
        signature_algorithm: SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        del context
        fits = algorithms.fits(public_key_info, signature_algorithm)
        if not fits or not algorithms.verifies(public_key_info, signature, signed_data):
            raise InvalidSignature
