"""插入且已解锁 A card that stays in the reader: the grant of its session, renewed by signs of life of the login key.

A grant counts from the moment a challenge was given out, not from the answer: all an answer shows is that the card was
there after that. So a card that was pulled leaves no grant longer than ``PRESENT_FOR``, however late its answers come.
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
from signing.canonical import PRESENCE_PURPOSE, Challenge
from signing.rejected import Rejected
from signing.trust import Trust
from signing.verify import verify_login


class Renewed(NamedTuple):
    """The grant holds until then; ``offered`` is the challenge for the next sign of life."""

    until: datetime
    offered: OfferedChallenge


class CardPresence:
    """The grants of all card sessions; blocks on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def offer(self, browser: BrowserSession, origin: str, at: datetime) -> OfferedChallenge:
        """A challenge for this session; an earlier one counts no more."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        with writing(self._engine) as session:
            card_presence.set_nonce(session, browser.token_hash, nonce, at)
        return _offered(origin, nonce, at)

    def renew(
        self, browser: BrowserSession, nonce: str, answer: str | bytes, *, origin: str, at: datetime, trust: Trust
    ) -> Renewed:
        """The session's own card has answered: the grant is longer. ``Rejected``."""
        with reading(self._engine) as session:
            held = card_presence.find(session, browser.token_hash)
        asked_at = _asked_at(held, nonce, at)
        challenge = Challenge(origin, nonce, asked_at, PRESENCE_PURPOSE).write()
        if verify_login(answer, challenge, at=at, trust=trust).holder.serial != browser.card:
            raise Rejected("session.other_card")
        return self._granted(browser, nonce, until=asked_at + PRESENT_FOR, following=(origin, at))

    def is_present(self, browser: BrowserSession, at: datetime) -> bool:
        """Whether the session's card was there a moment ago."""
        with reading(self._engine) as session:
            held = card_presence.find(session, browser.token_hash)
        return held is not None and held.until is not None and at < held.until

    def _granted(
        self, browser: BrowserSession, nonce: str, *, until: datetime, following: tuple[str, datetime]
    ) -> Renewed:
        """Of several who bring the same answer, one finds its nonce still there."""
        origin, at = following
        new = secrets.token_urlsafe(NONCE_BYTES)
        with writing(self._engine) as session:
            if not card_presence.renew(session, browser.token_hash, nonce, until=until, following=new, at=at):
                raise Rejected("signature.replayed")
        return Renewed(until, _offered(origin, new, at))


def _asked_at(held: CardGrant | None, nonce: str, at: datetime) -> datetime:
    """When it was given out."""
    if held is None or held.nonce != nonce or held.asked_at is None:
        raise Rejected("signature.challenge_unknown")
    if at >= held.asked_at + PRESENT_FOR:
        raise Rejected("signature.challenge_expired")
    return held.asked_at


def _offered(origin: str, nonce: str, at: datetime) -> OfferedChallenge:
    return OfferedChallenge(nonce, Challenge(origin, nonce, at, PRESENCE_PURPOSE).write(), at + PRESENT_FOR)
