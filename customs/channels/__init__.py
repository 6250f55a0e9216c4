"""Ways to reach customs, chosen by settings; the messages are the same on each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.declarations import DeclarationRecord, NotFound


class Refused(Exception):
    """Customs says "never": asking again cannot help. ``reason`` is stable and holds nothing personal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(Exception):
    """No answer to rely on: ask again later with the same ``message_id``. ``reason`` is stable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Resent(NamedTuple):
    """A receipt that customs is about to send again."""

    receipt_id: str
    pre_entry_no: str


class Addressee(Protocol):
    """Who alone may read what is sent."""

    def enclose(self, xml: bytes) -> bytes:
        """The message in an envelope, a compact JWE. Raises ``Unavailable`` while that cannot be done."""


class Channel(Protocol):
    """What every channel can do."""

    def send(self, message_id: str, xml: bytes) -> None:
        """Returns once customs has durably taken the message. Raises ``Refused`` or ``Unavailable``."""

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """An answer for every number asked. Raises ``Unavailable``."""

    def resend(self, since: datetime) -> list[Resent]:
        """Customs sends again, by the usual way, every receipt it sent since then. Raises ``Unavailable``."""
