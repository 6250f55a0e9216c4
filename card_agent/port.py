"""What every back end offers: readers that are watched, and a card in one of them that is opened for one user.

All of it blocks and runs in threads; one card is used by one thread at a time (``card_agent.readers`` sees to it).
"""

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, NamedTuple, Protocol

from asn1crypto.x509 import Certificate

from signing.holder import Use


class Refused(Exception):
    """The card or this program says no; ``code`` is of the catalogue, ``facts`` hold nothing personal."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Presence(NamedTuple):
    """What is in which reader.

    ``readers``: the number of the insertion, another one each time a card comes in, or None for an empty reader.
    ``service``: whether anybody can tell; where nobody can, no card counts as present.
    """

    service: bool
    readers: Mapping[str, int | None]


#: Nobody can tell.
GONE = Presence(service=False, readers={})


class Medium(Protocol):
    """One card, opened by us alone. Whoever opened it closes it, which takes back what the PIN has opened."""

    def chain(self, use: Use) -> tuple[Certificate, ...]:
        """The certificate of that key, then those above it as far as the card has them. ``card.unusable``."""

    def tries_left(self) -> int | None:
        """How many wrong PINs it still takes; None for what does not count."""

    def verify(self, pin: str) -> None:
        """Opens the keys. ``card.pin_format`` (costs no try), ``card.pin_wrong``, ``card.blocked``."""

    def sign(self, use: Use, data: bytes) -> bytes:
        """A DER signature over the data with the algorithm of that key. ``card.locked`` without a PIN before."""

    def close(self) -> None:
        """Never fails: a card that is gone has forgotten the PIN already."""


class Backend(Protocol):
    """Where cards come from. ``is_card`` is False for what only plays a card; that is always told."""

    @property
    def name(self) -> str:
        """As the command line has it."""

    @property
    def is_card(self) -> bool:
        """Whether its keys cannot be copied."""

    def watch(self, told: Callable[[Presence], None], stop: Event) -> None:
        """Tells at once what is there and then every change, until ``stop`` is set; blocks."""

    def open(self, reader: str) -> Medium:
        """The card in that reader, for us alone.

        ``card.removed``, ``card.mute``, ``card.in_use``, ``card.service_gone``.
        """
