"""Work with cards: reads them, unlocks them with the PIN, signs with them and closes them.

After a login the card stays open for exclusive use, as long as the page that unlocked it asks for proofs of presence.
So 插入且已解锁 ("inserted and unlocked") is always true of the card itself. The card is closed when it is pulled, when
no page has asked for a while, when a PIN was wrong, and when the program ends. Calls block; calls about one reader run
one after the other.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from card_agent import cards
from card_agent.cards import CardInfo
from card_agent.port import Backend, Medium, Refused
from signing import cms, jws
from signing.algorithms import KeyKind
from signing.holder import Use

#: A card stays open this long after the last proof of presence.
IDLE_SECONDS = 120.0
#: The try after which a wrong PIN blocks the card; it is used only if the user agrees.
LAST_TRY = 1
#: Refusals before the PIN reaches the card: the card keeps its state.
_BEFORE_PIN = frozenset({"card.last_try", "card.other", "card.pin_format"})


@dataclass(frozen=True, slots=True)
class Pin:
    """PIN as typed; ``last_try`` is True if the user agrees to use the last try."""

    digits: str = field(repr=False)
    last_try: bool = False


@dataclass(slots=True)
class OpenCard:
    """Card that a PIN has unlocked for one page; ``used_at`` is the clock's time of the login or the last proof."""

    medium: Medium
    origin: str
    used_at: float


class Readers:
    """Readers of this machine, with the cards that one user has unlocked."""

    def __init__(self, backend: Backend, clock: Callable[[], float] = time.monotonic) -> None:
        self.backend = backend
        self._clock = clock
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._open: dict[str, OpenCard] = {}

    def read_card(self, reader: str) -> CardInfo:
        """Returns the data of the card in the reader that need no PIN."""
        with self._locks[reader]:
            held = self._open.get(reader)
            if held is not None:
                return self._read_open_card(reader, held.medium)
            medium = self.backend.open(reader)
            try:
                return cards.read_card(medium, datetime.now(UTC))
            finally:
                medium.close()

    def is_open(self, reader: str) -> bool:
        """Returns True if a PIN has unlocked the card in the reader."""
        return reader in self._open

    def log_in(self, reader: str, serial: str, challenge: bytes, *, pin: Pin, origin: str) -> dict[str, str]:
        """Returns the signed challenge as ``{"jws"}`` or ``{"cms"}``; the card stays open for the page."""
        with self._locks[reader]:
            self._close(reader)
            medium = self.backend.open(reader)
            try:
                _require_serial(medium, serial)
                _unlock(medium, pin)
                answer = _answer(medium, challenge)
            except BaseException:
                medium.close()
                raise
            self._open[reader] = OpenCard(medium, origin, self._clock())
            return answer

    def prove(self, reader: str, serial: str, challenge: bytes, *, origin: str) -> dict[str, str]:
        """Returns a proof of presence: the challenge, signed as at the login, by the card that is still open.

        Raises ``card.locked`` when the card is not open for this page.
        """
        with self._locks[reader]:
            held = self._open.get(reader)
            if held is None or held.origin != origin:
                raise Refused("card.locked")
            try:
                _require_serial(held.medium, serial)
                answer = _answer(held.medium, challenge)
            except Refused:
                self._close(reader)
                raise
            held.used_at = self._clock()
            return answer

    def sign(self, reader: str, serial: str, statement: bytes, *, pin: Pin) -> bytes:
        """Returns the CMS signature in DER. It needs the PIN each time, also with an open card."""
        with self._locks[reader]:
            held = self._open.get(reader)
            medium = held.medium if held else self.backend.open(reader)
            try:
                signed = _signed(medium, serial, statement, pin)
            except BaseException as error:
                # A wrong PIN locks the card again; a refusal before the PIN changes nothing.
                if held is None or not isinstance(error, Refused) or error.code not in _BEFORE_PIN:
                    self._close(reader)
                    medium.close()
                raise
            if held is None:
                medium.close()
            return signed

    def close(self, reader: str) -> None:
        """Locks the card in the reader and releases it."""
        with self._locks[reader]:
            self._close(reader)

    def close_idle(self) -> list[str]:
        """Closes the cards that no page has used for ``IDLE_SECONDS``, and returns their readers."""
        limit = self._clock() - IDLE_SECONDS
        idle = [reader for reader, held in list(self._open.items()) if held.used_at < limit]
        for reader in idle:
            self.close(reader)
        return idle

    def close_all(self) -> None:
        """Closes all open cards."""
        for reader in list(self._open):
            self.close(reader)

    def _read_open_card(self, reader: str, medium: Medium) -> CardInfo:
        """Returns the card's data; closes a card that does not answer, so that the next call opens it again."""
        try:
            return cards.read_card(medium, datetime.now(UTC))
        except Refused:
            self._close(reader)
            raise

    def _close(self, reader: str) -> None:
        held = self._open.pop(reader, None)
        if held is not None:
            held.medium.close()


def _signed(medium: Medium, serial: str, statement: bytes, pin: Pin) -> bytes:
    _require_serial(medium, serial)
    medium.chain(Use.DATA)  # read and cached now: between the PIN and the signature the card takes no other command
    _unlock(medium, pin)
    own, *above = medium.chain(Use.DATA)
    return cms.assemble(statement, own, cards.CardKey(medium, Use.DATA), above)


def _require_serial(medium: Medium, serial: str) -> None:
    if cards.serial_of(medium) != serial:
        raise Refused("card.other")


def _unlock(medium: Medium, pin: Pin) -> None:
    left = medium.tries_left()
    if left == 0:
        raise Refused("card.blocked")
    if left is not None and left <= LAST_TRY and not pin.last_try:
        raise Refused("card.last_try", tries_left=left)
    medium.verify(pin.digits)


def _answer(medium: Medium, challenge: bytes) -> dict[str, str]:
    """Returns a JWS (ES256) by a P-256 key, or a CMS by any other key."""
    own, *above = medium.chain(Use.LOGIN)
    key = cards.CardKey(medium, Use.LOGIN)
    if key.kind is KeyKind.P256:
        return {"jws": jws.assemble(challenge, own, key, above)}
    return {"cms": cards.base64_of(cms.assemble(challenge, own, key, above))}
