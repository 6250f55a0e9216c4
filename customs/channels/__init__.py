"""Ways to reach customs, chosen by settings; the messages are the same on each."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from domain.declarations import DeclarationRecord, NotFound
from domain.known_declarations import DeclarationSearch


class ChannelName(StrEnum):
    """The ways that a port can be assigned to."""

    HTTP = "http"
    DIRECTORY = "directory"
    SFTP = "sftp"


class DeliveryRefused(Exception):
    """Customs refused the message for good: a retry cannot help. ``reason`` is stable and holds nothing personal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(Exception):
    """Customs gave no answer to rely on: retry later with the same ``message_id``. ``reason`` is stable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def is_about_credentials(self) -> bool:
        """True if customs or this system found a credential wrong, over or missing: a person has to mend it."""
        return self.reason in {"http 401", "http 403"} or self.reason.startswith(("credentials ", "tls "))


class CannotResend(Unavailable):
    """The channel has no way to ask for receipts again."""


class Resent(NamedTuple):
    """A receipt that customs is about to send again."""

    receipt_id: str
    pre_entry_no: str


class ReceiptPage(NamedTuple):
    """Receipts that customs holds for us, as they would be pushed, and where the next page begins.

    ``more`` is False when customs has nothing else now.
    """

    receipts: list[bytes]
    cursor: str
    more: bool


class CursorForgotten(Exception):
    """Customs does not know the cursor any more: receipts have to be asked for from an instant on."""


class ReceiptSource(Protocol):
    """A channel from which receipts can be fetched."""

    def pull(self, after: str | None, since: datetime) -> ReceiptPage:
        """Returns the receipts behind the cursor or, without one, those since the instant.

        Raises ``CursorForgotten`` or ``Unavailable``.
        """


@runtime_checkable
class DeclarationSource(Protocol):
    """A channel by which declarations can be searched for."""

    def search(self, wanted: DeclarationSearch) -> list[DeclarationRecord]:
        """Returns the declarations that customs knows, at most 50. Raises ``Unavailable``."""


class Addressee(Protocol):
    """The receiver for whom messages are encrypted."""

    def enclose(self, xml: bytes) -> bytes:
        """Returns the message in an envelope, a compact JWE. Raises ``Unavailable`` while that cannot be done."""


class Channel(Protocol):
    """The calls that every channel answers."""

    def send(self, message_id: str, xml: bytes) -> None:
        """Sends a message; returns once customs has stored it. Raises ``DeliveryRefused`` or ``Unavailable``."""

    def withdraw(self, message_id: str) -> bool:
        """Takes back a message that waits here, because another channel will send it.

        Returns True when customs already has it: it must not be sent again. Raises ``Unavailable``.
        """

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """Returns an answer for every number. Raises ``Unavailable``."""

    def resend(self, since: datetime) -> list[Resent]:
        """Makes customs send every receipt since then again, by the usual way.

        Raises ``CannotResend`` or another ``Unavailable``.
        """
