"""Ways to reach customs, chosen by settings; the messages are the same on each."""

from collections.abc import Sequence
from typing import Protocol

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


class Channel(Protocol):
    """What every channel can do."""

    def send(self, message_id: str, xml: bytes) -> None:
        """Returns once customs has durably taken the message. Raises ``Refused`` or ``Unavailable``."""

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """An answer for every number asked. Raises ``Unavailable``."""
