"""Login by card 卡介质登录: a challenge, answered by the card's login key, opens a session of the card's enterprise."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

from db import access_log, card_presence, reference, sessions, signatures
from db.access_log import Access
from db.engine import reading, writing
from db.sessions import SessionCard
from db.signatures import LOGIN, Replayed
from identity.sessions import Sessions, hash_of
from signing.canonical import Challenge
from signing.holder import Holder
from signing.rejected import Rejected
from signing.trust import Trust
from signing.verify import verify_login

LIFETIME = timedelta(seconds=60)
#: A card that was there counts as present for so long: see ``identity.presence``.
PRESENT_FOR = timedelta(seconds=60)
NONCE_BYTES = 32


class UnknownEnterprise(Exception):
    """The card is good, but the register does not know its enterprise."""

    def __init__(self, customs_code: str) -> None:
        super().__init__(customs_code)
        self.customs_code = customs_code


class OfferedChallenge(NamedTuple):
    """A challenge: its bytes are to be signed with the login key before ``expires_at``."""

    nonce: str
    challenge: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What comes back: a JWS as text, or CMS in DER; ``old_token`` is the session it is to replace, if any."""

    nonce: str
    signature: str | bytes = field(repr=False)
    address: str | None = None
    old_token: str | None = field(default=None, repr=False)


class CardLogins:
    """The one way from a card to a session; blocks on the database."""

    def __init__(self, engine: Engine, sessions: Sessions, fingerprint: Callable[[Any], str]) -> None:
        self._engine = engine
        self._sessions = sessions
        self._fingerprint = fingerprint

    def offer(self, origin: str, at: datetime) -> OfferedChallenge:
        """A new challenge, good once and for a minute."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        challenge = Challenge(origin, nonce, at).write()
        kept = signatures.StoredChallenge(
            nonce=nonce, purpose=LOGIN, digest=self._digest(challenge), offered_at=at, expires_at=at + LIFETIME
        )
        with writing(self._engine) as session:
            signatures.create_challenge(session, kept)
        return OfferedChallenge(nonce, challenge, kept.expires_at)

    def log_in(self, answer: CardAnswer, origin: str, at: datetime, trust: Trust) -> str:
        """The token of a new session. ``Rejected``, ``UnknownEnterprise``; a refusal is put on record."""
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
            kept = signatures.find_challenge(session, answer.nonce)
        if kept is None or kept.purpose != LOGIN:
            raise Rejected("signature.challenge_unknown")
        if kept.used_by is not None:
            raise Rejected("signature.replayed")
        if at >= kept.expires_at:
            raise Rejected("signature.challenge_expired")
        challenge = Challenge(origin, answer.nonce, kept.offered_at).write()
        if not hmac.compare_digest(self._digest(challenge), kept.digest):
            raise Rejected("signature.origin")
        return verify_login(answer.signature, challenge, at=at, trust=trust).holder

    def _enter(self, session: Session, answer: CardAnswer, holder: Holder, at: datetime) -> str:
        """One transaction, so that of several who answer at once one gets in."""
        if reference.enterprise(session, holder.customs_code) is None:
            raise UnknownEnterprise(holder.customs_code)
        try:
            # Whoever comes second brings the same answer: what tells them apart is made here.
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
        """Puts a refused login on record; who it was is not known, whatever the card says."""
        refused = Access(
            at=at, what="login.refused", subject="card", customs_code=code, address=answer.address, detail=why
        )
        with writing(self._engine) as session:
            access_log.record(session, refused)

    def _digest(self, challenge: bytes) -> str:
        return self._fingerprint(["offered", challenge.decode()])
