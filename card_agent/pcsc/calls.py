"""Calls of PC/SC whose failures raise ``Refused`` with a problem code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from smartcard import scard

from card_agent.port import Refused

#: The card is gone, or it was reset or replaced.
_NO_CARD = frozenset(
    {
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_READER_UNAVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_W_RESET_CARD,
    }
)
#: The card is in the reader and does not answer.
_MUTE = frozenset({scard.SCARD_W_UNPOWERED_CARD, scard.SCARD_W_UNRESPONSIVE_CARD})
#: The service has ended, or the connection to it.
_NO_SERVICE = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_F_INTERNAL_ERROR,
    }
)
_CODES = dict.fromkeys(_NO_CARD, "card.removed") | dict.fromkeys(_NO_SERVICE, "card.service_gone")
_CODES |= dict.fromkeys(_MUTE, "card.mute")
_CODES[scard.SCARD_E_SHARING_VIOLATION] = "card.in_use"


def require_success(result: int) -> None:
    """Raises ``Refused`` when the result is not a success."""
    if result == scard.SCARD_S_SUCCESS:
        return
    if result in _CODES:
        raise Refused(_CODES[result])
    raise Refused("card.failed", status=f"{result & 0xFFFFFFFF:08X}")


@contextmanager
def context() -> Iterator[Any]:
    """Yields a connection to the service, and releases it. Raises ``card.service_gone`` when there is no service."""
    handle = establish()
    try:
        yield handle
    finally:
        scard.SCardReleaseContext(handle)


def establish() -> Any:
    """Returns a connection, which the caller must release. Raises ``card.service_gone`` when there is no service."""
    result, handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        raise Refused("card.service_gone")
    return handle


def readers(handle: Any) -> list[str]:
    """Returns the names of the readers that are plugged in."""
    result, names = scard.SCardListReaders(handle, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    require_success(result)
    return list(names)
