"""Login by card 卡介质登录: the login key of the card signs a challenge, which opens a session for its enterprise."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

from db import access_log, banned_cards, card_presence, reference, sessions, signatures
from db.access_log import Access
from db.engine import reading, writing
from db.sessions import SessionCard
from db.signatures import LOGIN, Replayed
from identity.sessions import Sessions, hash_of
from signing import Rejected
from signing.canonical import Challenge
from signing.holder import Holder
from signing.trust import Trust
from signing.verify import verify_login

LIFETIME = timedelta(seconds=60)
#: How long a card counts as present after a challenge: see ``identity.presence``.
PRESENT_FOR = timedelta(seconds=60)
NONCE_BYTES = 32


class UnknownEnterprise(Exception):
    """The card is valid, but its enterprise is not in the register."""

    def __init__(self, customs_code: str) -> None:
        super().__init__(customs_code)
        self.customs_code = customs_code


class OfferedChallenge(NamedTuple):
    """A challenge; the login key must sign its bytes before ``expires_at``."""

    nonce: str
    challenge: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """A signed challenge: JWS text or CMS in DER. ``old_token`` is the session that the new one replaces, if any."""

    nonce: str
    signature: str | bytes = field(repr=False)
    address: str | None = None
    old_token: str | None = field(default=None, repr=False)


class CardLogins:
    """Offers challenges and opens sessions for cards that sign them. Blocks on the database."""

    def __init__(self, engine: Engine, sessions: Sessions, fingerprint: Callable[[Any], str]) -> None:
        self._engine = engine
        self._sessions = sessions
        self._fingerprint = fingerprint

    def offer(self, origin: str, at: datetime) -> OfferedChallenge:
        """Returns a new challenge, valid once and for a minute."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        challenge = Challenge(origin, nonce, at).write()
        stored = signatures.StoredChallenge(
            nonce=nonce, purpose=LOGIN, digest=self._digest(challenge), offered_at=at, expires_at=at + LIFETIME
        )
        with writing(self._engine) as session:
            signatures.create_challenge(session, stored)
        return OfferedChallenge(nonce, challenge, stored.expires_at)

    def log_in(self, answer: CardAnswer, origin: str, at: datetime, trust: Trust) -> str:
        """Returns the token of a new session; a refusal goes into the access log.

        Raises ``Rejected`` for a wrong answer and ``UnknownEnterprise`` when the register does not have the enterprise.
        """
        try:
            holder = self._holder(answer, origin, at, trust)
            with writing(self._engine) as session:
                return self._enter(session, answer, holder, at)
        except Rejected as rejected:
            self._refuse(answer, at, rejected.code)
            raise
        except UnknownEnterprise as unknown:
            self._refuse(answer, at, "unknown_enterprise", unknown.customs_code)
            raise

    def _holder(self, answer: CardAnswer, origin: str, at: datetime, trust: Trust) -> Holder:
        with reading(self._engine) as session:
            stored = signatures.find_challenge(session, answer.nonce)
        if stored is None or stored.purpose != LOGIN:
            raise Rejected("signature.challenge_unknown")
        if stored.used_by is not None:
            raise Rejected("signature.replayed")
        if at >= stored.expires_at:
            raise Rejected("signature.challenge_expired")
        challenge = Challenge(origin, answer.nonce, stored.offered_at).write()
        if not hmac.compare_digest(self._digest(challenge), stored.digest):
            raise Rejected("signature.origin")
        return verify_login(answer.signature, challenge, at=at, trust=trust).holder

    def _enter(self, session: Session, answer: CardAnswer, holder: Holder, at: datetime) -> str:
        """Opens the session in one transaction, so that of several answers at once only one succeeds."""
        if banned_cards.is_banned(session, holder.serial):
            raise Rejected("signature.card_banned")
        if reference.enterprise(session, holder.customs_code) is None:
            raise UnknownEnterprise(holder.customs_code)
        try:
            # A repeated answer is identical, so a random id tells the two users of the nonce apart.
            signatures.use_challenge(session, answer.nonce, by=secrets.token_hex(8), signature_id=holder.fingerprint)
        except Replayed:
            raise Rejected("signature.replayed") from None
        if answer.old_token is not None:
            sessions.end(session, hash_of(answer.old_token))
        name, code = f"card/{holder.serial}", holder.customs_code
        access_log.record(session, Access(at=at, what="login", subject=name, customs_code=code, address=answer.address))
        card = SessionCard(serial=holder.serial, customs_code=code, until=holder.not_after)
        token = self._sessions.open(session, name, card=card, at=at)
        card_presence.create(session, hash_of(token), at + PRESENT_FOR)
        return token

    def _refuse(self, answer: CardAnswer, at: datetime, why: str, code: str | None = None) -> None:
        """Logs a refused login without a name: an unverified card proves no identity."""
        refused = Access(
            at=at, what="login.refused", subject="card", customs_code=code, address=answer.address, detail=why
        )
        with writing(self._engine) as session:
            access_log.record(session, refused)

    def _digest(self, challenge: bytes) -> str:
        return self._fingerprint(["offered", challenge.decode()])
