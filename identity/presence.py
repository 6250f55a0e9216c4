"""插入且已解锁 A card that stays in the reader: the grant of its session, renewed by signatures of the login key.

A grant counts from the moment when its challenge was issued, not from the answer: an answer proves only that the card
was there after that. So a removed card leaves no grant longer than ``PRESENT_FOR``, however late its answers arrive.
"""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from db import card_presence
from db.card_presence import CardGrant
from db.engine import reading, writing
from identity.card_login import NONCE_BYTES, PRESENT_FOR, OfferedChallenge
from identity.principal import BrowserSession
from signing import Rejected
from signing.canonical import PRESENCE_PURPOSE, Challenge
from signing.trust import Trust
from signing.verify import verify_login


class Renewed(NamedTuple):
    """End of the renewed grant; ``offered`` is the next challenge."""

    until: datetime
    offered: OfferedChallenge


class CardPresence:
    """Manages the grants of all card sessions. Blocks on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def offer(self, browser: BrowserSession, origin: str, at: datetime) -> OfferedChallenge:
        """Returns a challenge for this session; it replaces an earlier one."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        with writing(self._engine) as session:
            card_presence.set_nonce(session, browser.token_hash, nonce, at)
        return _offered(origin, nonce, at)

    def renew(
        self, browser: BrowserSession, nonce: str, answer: str | bytes, *, origin: str, at: datetime, trust: Trust
    ) -> Renewed:
        """Extends the grant after an answer of the card that opened the session.

        Raises ``Rejected`` for a wrong, late or repeated answer, or one of another card.
        """
        with reading(self._engine) as session:
            grant = card_presence.find(session, browser.token_hash)
        asked_at = _asked_at(grant, nonce, at)
        challenge = Challenge(origin, nonce, asked_at, PRESENCE_PURPOSE).write()
        if verify_login(answer, challenge, at=at, trust=trust).holder.serial != browser.card:
            raise Rejected("session.other_card")
        return self._granted(browser, nonce, until=asked_at + PRESENT_FOR, following=(origin, at))

    def is_present(self, browser: BrowserSession, at: datetime) -> bool:
        """True if the card of the session was present within ``PRESENT_FOR``."""
        with reading(self._engine) as session:
            grant = card_presence.find(session, browser.token_hash)
        return grant is not None and grant.until is not None and at < grant.until

    def _granted(
        self, browser: BrowserSession, nonce: str, *, until: datetime, following: tuple[str, datetime]
    ) -> Renewed:
        """Extends the grant if the nonce is still the current one: of identical answers only the first counts."""
        origin, at = following
        new = secrets.token_urlsafe(NONCE_BYTES)
        with writing(self._engine) as session:
            if not card_presence.renew(session, browser.token_hash, nonce, until=until, following=new, at=at):
                raise Rejected("signature.replayed")
        return Renewed(until, _offered(origin, new, at))


def _asked_at(grant: CardGrant | None, nonce: str, at: datetime) -> datetime:
    """Returns when the nonce was issued. Raises ``Rejected`` when it is unknown or expired."""
    if grant is None or grant.nonce != nonce or grant.asked_at is None:
        raise Rejected("signature.challenge_unknown")
    if at >= grant.asked_at + PRESENT_FOR:
        raise Rejected("signature.challenge_expired")
    return grant.asked_at


def _offered(origin: str, nonce: str, at: datetime) -> OfferedChallenge:
    return OfferedChallenge(nonce, Challenge(origin, nonce, at, PRESENCE_PURPOSE).write(), at + PRESENT_FOR)
