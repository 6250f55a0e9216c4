"""Interface of the back ends: they watch readers and open the card in one of them for one user.

All calls block and run in threads. One thread at a time uses a card; ``card_agent.readers`` ensures it.
"""

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, NamedTuple, Protocol

from asn1crypto.x509 import Certificate

from signing.holder import Use


class Refused(Exception):
    """Refusal by the card or by this program.

    ``code`` is a problem code of the catalogue; text such as "raises ``card.removed``" means this error with that code.
    ``facts`` has no personal data.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Presence(NamedTuple):
    """Cards in the readers at an instant.

    ``readers`` has the number of the insertion, a new number for each, or None for an empty reader.
    ``service`` is False while the readers cannot be watched; then no card counts as present.
    """

    service: bool
    readers: Mapping[str, int | None]


#: The readers cannot be watched.
GONE = Presence(service=False, readers={})


class Medium(Protocol):
    """Card opened for exclusive use. The caller that opened it must close it, which locks the keys again."""

    def chain(self, use: Use) -> tuple[Certificate, ...]:
        """Returns the certificate of a key, then the issuing certificates that the card has.

        Raises ``card.unusable`` when the certificate is missing or cannot be parsed.
        """

    def tries_left(self) -> int | None:
        """Returns how many wrong PINs the card still accepts; None if it is not counting."""

    def verify(self, pin: str) -> None:
        """Unlocks the keys.

        Raises ``card.pin_format`` when no card has such a PIN (uses no try), ``card.pin_wrong`` when it is wrong,
        ``card.blocked`` when no try is left.
        """

    def sign(self, use: Use, data: bytes) -> bytes:
        """Returns a DER signature over the data, with the key's algorithm. Raises ``card.locked`` when no PIN came."""

    def close(self) -> None:
        """Locks the keys and releases the card. Never fails: a card without power has lost its PIN state."""


class Backend(Protocol):
    """Source of cards: real readers, or files that act as cards."""

    @property
    def name(self) -> str:
        """Name of the back end in the status: ``pcsc`` or ``pkcs12``."""

    @property
    def is_card(self) -> bool:
        """True if its keys cannot be copied; the page warns about a back end of files."""

    def watch(self, report: Callable[[Presence], None], stop: Event) -> None:
        """Reports the cards at once and then after every change, until ``stop`` is set."""

    def open(self, reader: str) -> Medium:
        """Opens the card in a reader for exclusive use.

        Raises ``card.removed`` when it is not there, ``card.mute`` when it does not answer, ``card.in_use`` when
        another program has it, ``card.service_gone`` when PC/SC does not run.
        """
