"""Exclusive connection to one card, which resets the card when it closes.

With a shared connection, or without the reset, another program could sign with the card that our PIN has unlocked.
"""

import time
from typing import Any, NamedTuple

from more_itertools import sliced
from smartcard import scard

from card_agent.pcsc import calls
from card_agent.port import Refused

#: A new card needs a moment to answer, and another program that reads it needs a moment to release it.
PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 0.02
_RETRIED = frozenset({"card.removed", "card.in_use", "card.mute"})
_GET_RESPONSE = 0xC0
_CHAINED = 0x10
_LONGEST = 255
#: More than any object on a card; a longer answer is refused.
_MOST_BYTES = 64 * 1024


class CardReply(NamedTuple):
    """Data of a response, and its two status bytes as one number, such as 0x9000."""

    data: bytes
    status: int


class CardChannel:
    """Exclusive connection to the card in a reader; the caller must close it.

    Raises ``Refused`` when the connection fails: ``card.removed``, ``card.mute``, ``card.in_use``,
    ``card.service_gone`` or ``card.failed``.
    """

    def __init__(self, reader: str) -> None:
        self._context = calls.establish()
        try:
            self._card, self._protocol = self._connect(reader)
        except BaseException:
            scard.SCardReleaseContext(self._context)
            raise
        self._closed = False

    def command(self, instruction: int, parameters: int, data: bytes = b"", *, answered: bool = False) -> CardReply:
        """Sends a command, in pieces if it is long, and returns the whole reply."""
        pieces = list(sliced(data, _LONGEST)) or [b""]
        for piece in pieces[:-1]:
            reply = self._send(_apdu(_CHAINED, instruction, parameters, piece))
            if reply.status != 0x9000:
                return reply
        return self._collected(self._send(_apdu(0, instruction, parameters, pieces[-1], answered=answered)))

    def close(self) -> None:
        """Resets the card and releases it; errors are ignored, because a removed card needs no reset."""
        if not self._closed:
            self._closed = True
            scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
            scard.SCardReleaseContext(self._context)

    def _connect(self, reader: str) -> tuple[Any, int]:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                result, card, protocol = scard.SCardConnect(
                    self._context,
                    reader,
                    scard.SCARD_SHARE_EXCLUSIVE,
                    scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
                )
                calls.require_success(result)
            except Refused as refused:
                if refused.code not in _RETRIED or time.monotonic() > give_up:
                    raise
                time.sleep(PAUSE_SECONDS)  # PC/SC has no event for a card that begins to answer
            else:
                return card, protocol

    def _collected(self, reply: CardReply) -> CardReply:
        data = reply.data
        while reply.status >> 8 == 0x61:
            reply = self._send(bytes([0, _GET_RESPONSE, 0, 0, reply.status & 0xFF]))
            data += reply.data
            if len(data) > _MOST_BYTES:
                raise Refused("card.unusable")
        return CardReply(data, reply.status)

    def _send(self, apdu: bytes) -> CardReply:
        protocol = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        result, answer = scard.SCardTransmit(self._card, protocol, list(apdu))
        calls.require_success(result)
        raw = bytes(answer)
        if len(raw) < 2:
            raise Refused("card.failed", status="no status")
        return CardReply(raw[:-2], int.from_bytes(raw[-2:], "big"))


def _apdu(kind: int, instruction: int, parameters: int, data: bytes, *, answered: bool = False) -> bytes:
    """Returns a short command APDU; ``answered`` adds Le = 00, which requests all data."""
    head = bytes([kind, instruction]) + parameters.to_bytes(2, "big")
    body = bytes([len(data)]) + data if data else b""
    return head + body + (b"\x00" if answered else b"")
