"""What is done with a card: looked at, opened with its PIN, asked for a signature, closed again.

A card that has logged in stays open, by us alone, while the page that opened it keeps asking for signs of life: that is
the honest meaning of 插入且已解锁, "in the reader and unlocked". It is closed when it is pulled, when nobody has asked
for a while, when a PIN was wrong, and at the end. Every call blocks; calls about one reader take turns.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from card_agent import cards
from card_agent.cards import Seen
from card_agent.port import Backend, Medium, Refused
from signing import cms, jws
from signing.algorithms import Kind
from signing.holder import Use

#: A card stays open this long after the last sign of life was asked for.
IDLE_SECONDS = 120.0
#: The try after which a card blocks itself is taken only when the user has said so.
LAST_TRY = 1
_UNTOUCHED = frozenset({"card.last_try", "card.other", "card.pin_format"})


@dataclass(frozen=True, slots=True)
class Pin:
    """What the user typed, and whether the last try may be risked."""

    digits: str = field(repr=False)
    last_try: bool = False


@dataclass(slots=True)
class Open:
    """A card that its PIN has opened, for the page that typed it."""

    medium: Medium
    origin: str
    asked_at: float


class Readers:
    """The readers of this machine in the hands of one user."""

    def __init__(self, backend: Backend, clock: Callable[[], float] = time.monotonic) -> None:
        self.backend = backend
        self._clock = clock
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._open: dict[str, Open] = {}

    def see(self, reader: str) -> Seen:
        """The card in the reader, as far as it shows without a PIN."""
        with self._locks[reader]:
            held = self._open.get(reader)
            if held is not None:
                return self._still_seen(reader, held.medium)
            medium = self.backend.open(reader)
            try:
                return cards.seen(medium, datetime.now(UTC))
            finally:
                medium.close()

    def is_open(self, reader: str) -> bool:
        """Whether a PIN has opened it."""
        return reader in self._open

    def log_in(self, reader: str, serial: str, challenge: bytes, *, pin: Pin, origin: str) -> dict[str, str]:
        """``{"jws"}`` or ``{"cms"}``: the answer to the challenge; the card stays open for that page."""
        with self._locks[reader]:
            self._close(reader)
            medium = self.backend.open(reader)
            try:
                _demand(medium, serial)
                _unlock(medium, pin)
                answer = _answer(medium, challenge)
            except BaseException:
                medium.close()
                raise
            self._open[reader] = Open(medium, origin, self._clock())
            return answer

    def prove(self, reader: str, serial: str, challenge: bytes, *, origin: str) -> dict[str, str]:
        """A sign of life: the same as at the login, of a card that is still open. ``card.locked`` where it is not."""
        with self._locks[reader]:
            held = self._open.get(reader)
            if held is None or held.origin != origin:
                raise Refused("card.locked")
            try:
                _demand(held.medium, serial)
                answer = _answer(held.medium, challenge)
            except Refused:
                self._close(reader)
                raise
            held.asked_at = self._clock()
            return answer

    def sign(self, reader: str, serial: str, statement: bytes, *, pin: Pin) -> bytes:
        """The CMS signature, in DER. The PIN is asked for each time, whether the card is open or not."""
        with self._locks[reader]:
            held = self._open.get(reader)
            medium = held.medium if held else self.backend.open(reader)
            try:
                signed = _signed(medium, serial, statement, pin)
            except BaseException as error:
                # A wrong PIN takes back what the right one has opened; a refusal before that touches nothing.
                if held is None or not isinstance(error, Refused) or error.code not in _UNTOUCHED:
                    self._close(reader)
                    medium.close()
                raise
            if held is None:
                medium.close()
            return signed

    def close(self, reader: str) -> None:
        """The card was pulled, or is to be locked."""
        with self._locks[reader]:
            self._close(reader)

    def close_idle(self) -> list[str]:
        """Closes what nobody has asked for any more; gives these readers."""
        late = self._clock() - IDLE_SECONDS
        idle = [reader for reader, held in list(self._open.items()) if held.asked_at < late]
        for reader in idle:
            self.close(reader)
        return idle

    def close_all(self) -> None:
        """The end."""
        for reader in list(self._open):
            self.close(reader)

    def _still_seen(self, reader: str, medium: Medium) -> Seen:
        """An open card that does not answer is open no more: whoever looks again looks anew."""
        try:
            return cards.seen(medium, datetime.now(UTC))
        except Refused:
            self._close(reader)
            raise

    def _close(self, reader: str) -> None:
        held = self._open.pop(reader, None)
        if held is not None:
            held.medium.close()


def _signed(medium: Medium, serial: str, statement: bytes, pin: Pin) -> bytes:
    _demand(medium, serial)
    medium.chain(Use.DATA)  # read before, because nothing may stand between the PIN and the signature
    _unlock(medium, pin)
    own, *above = medium.chain(Use.DATA)
    return cms.assemble(statement, own, cards.CardKey(medium, Use.DATA), above)


def _demand(medium: Medium, serial: str) -> None:
    """The card the page means."""
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
    """JWS ES256; of another key than P-256, CMS."""
    own, *above = medium.chain(Use.LOGIN)
    key = cards.CardKey(medium, Use.LOGIN)
    if key.kind is Kind.P256:
        return {"jws": jws.assemble(challenge, own, key, above)}
    return {"cms": cards.base64_of(cms.assemble(challenge, own, key, above))}
