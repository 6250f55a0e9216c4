"""The whole check of a signature, the entry of this folder.

It fits the bytes, its certificate is trusted and not revoked, the key may be used for this, and the holder is the
enterprise that acts.
"""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, Protocol

from asn1crypto.x509 import Certificate

from signing import Rejected, cms, jws
from signing.cms import Signature
from signing.holder import Holder, Use, check_understood, holder_of
from signing.trust import Chain


class Trusting(Protocol):
    """Validates the path from a certificate to a trusted root."""

    def chain(self, certificate: Certificate, others: tuple[Certificate, ...], at: datetime) -> Chain:
        """Returns the path at an instant. Raises ``Rejected``."""


class Verified(NamedTuple):
    """A good signature; ``chain`` is the evidence for it."""

    holder: Holder
    algorithm: str
    chain: Chain


def signature_id(raw: bytes) -> str:
    """Returns the id of a signature: the SHA-256 of its DER, which binds the signed content and certificate."""
    return sha256(raw).hexdigest()


def verify_data(raw: bytes, statement: bytes, *, signer: str, at: datetime, trust: Trusting) -> Verified:
    """Returns the CMS signature of a statement by the enterprise ``signer``, as of ``at``. Raises ``Rejected``."""
    verified = _verified(cms.check(raw, statement), Use.DATA, at, trust)
    if verified.holder.customs_code != signer:
        raise Rejected("signature.other_enterprise")
    return verified


def verify_login(answer: str | bytes, challenge: bytes, *, at: datetime, trust: Trusting) -> Verified:
    """Returns the signature of a challenge, a JWS as text or CMS in DER, with its holder. Raises ``Rejected``."""
    found = jws.check(answer, challenge) if isinstance(answer, str) else cms.check(answer, challenge)
    return _verified(found, Use.LOGIN, at, trust)


def _verified(found: Signature, use: Use, at: datetime, trust: Trusting) -> Verified:
    try:
        check_understood(found.certificate)
        chain = trust.chain(found.certificate, found.others, at)
        return Verified(holder_of(found.certificate, use), found.algorithm, chain)
    except (ValueError, TypeError, KeyError) as error:
        # The library reads extensions on demand; what it cannot read there is the certificate's fault.
        raise Rejected("signature.malformed", why="certificate") from error
