"""PIV card edge (NIST SP 800-73-4, part 2): key 9A logs in and needs the PIN once, 9C signs and needs it each time."""

import zlib
from hashlib import sha256

from asn1crypto.algos import DigestInfo
from asn1crypto.x509 import Certificate

from card_agent.pcsc import tlv
from card_agent.pcsc.channel import CardChannel, CardReply
from card_agent.port import Refused
from signing import Rejected
from signing.algorithms import KeyKind, kind_of
from signing.holder import Use

APPLICATION = bytes.fromhex("A000000308000010000100")
_SELECT, _VERIFY, _GET_DATA, _GENERAL_AUTHENTICATE = 0xA4, 0x20, 0xCB, 0x87
#: Kind of key → algorithm identifier (SP 800-78-4, table 6-2). RSA has 2048 bits.
_ALGORITHMS = {KeyKind.P256: 0x11, KeyKind.RSA: 0x07}
_RSA_BYTES = 256
_PIN = 0x0080
_SUCCESS, _NOT_VERIFIED, _BLOCKED = 0x9000, 0x6982, 0x6983

#: Key references, and the data objects of their certificates (part 1, table 3).
_KEYS = {Use.LOGIN: 0x9A, Use.DATA: 0x9C}
_OBJECTS = {Use.LOGIN: bytes.fromhex("5FC105"), Use.DATA: bytes.fromhex("5FC10A")}
_LONGEST_CERTIFICATE = 16 * 1024


class PivCard:
    """PIV card over a channel. Raises ``card.unusable`` when the card has no PIV application."""

    def __init__(self, channel: CardChannel) -> None:
        self._channel = channel
        self._certificates: dict[Use, Certificate] = {}
        if channel.command(_SELECT, 0x0400, APPLICATION, answered=True).status != _SUCCESS:
            raise Refused("card.unusable")

    def chain(self, use: Use) -> tuple[Certificate, ...]:
        """Returns the certificate of a key alone: a card has no room for issuers, and the server has them."""
        if use not in self._certificates:
            self._certificates[use] = self._read(use)
        return (self._certificates[use],)

    def tries_left(self) -> int | None:
        """Returns the tries left; None while the PIN is verified, because the counter is full then."""
        status = self._channel.command(_VERIFY, _PIN).status
        return None if status == _SUCCESS else _tries(status)

    def verify(self, pin: str) -> None:
        """Unlocks the keys with a PIN of 6 to 8 digits, padded to 8 bytes."""
        if not (6 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
            raise Refused("card.pin_format")
        status = self._channel.command(_VERIFY, _PIN, pin.encode().ljust(8, b"\xff")).status
        if status == _SUCCESS:
            return
        left = _tries(status)
        raise Refused("card.pin_wrong", tries_left=left) if left else Refused("card.blocked")

    def sign(self, use: Use, data: bytes) -> bytes:
        """Returns a signature made on the card: ECDSA over the digest, or RSA over the padded digest."""
        algorithm, block = self._input(use, data)
        template = tlv.wrap(0x7C, tlv.wrap(0x82, b"") + tlv.wrap(0x81, block))
        reply = self._channel.command(_GENERAL_AUTHENTICATE, algorithm << 8 | _KEYS[use], template, answered=True)
        if reply.status == _NOT_VERIFIED:
            raise Refused("card.locked")
        return tlv.find(tlv.find(_succeeded(reply), 0x7C), 0x82)

    def close(self) -> None:
        """Resets the card, which locks the keys, and releases it."""
        self._channel.close()

    def _read(self, use: Use) -> Certificate:
        reply = self._channel.command(_GET_DATA, 0x3FFF, tlv.wrap(0x5C, _OBJECTS[use]), answered=True)
        if reply.status != _SUCCESS:
            raise Refused("card.unusable")
        content = tlv.find(reply.data, 0x53)
        raw, packed = tlv.find(content, 0x70), tlv.find(content, 0x71, b"\x00")
        try:
            der = _unpacked(raw) if packed[:1] == b"\x01" else raw
            certificate = Certificate.load(der, strict=True)
            certificate.native  # noqa: B018 parses all of it, so that errors come here and not later
        except (ValueError, TypeError, KeyError, zlib.error):
            raise Refused("card.unusable") from None
        return certificate

    def _input(self, use: Use, data: bytes) -> tuple[int, bytes]:
        """Returns the algorithm and the bytes to sign. Raises ``card.unusable`` when the key is of another kind."""
        public = self.chain(use)[0].public_key
        try:
            kind = kind_of(public)
        except Rejected:
            raise Refused("card.unusable") from None
        if kind not in _ALGORITHMS or (kind is KeyKind.RSA and public.byte_size != _RSA_BYTES):
            raise Refused("card.unusable")
        digest = sha256(data).digest()
        return _ALGORITHMS[kind], _padded(digest) if kind is KeyKind.RSA else digest


def _padded(digest: bytes) -> bytes:
    """Returns the digest in EMSA-PKCS1-v1_5 padding (RFC 8017, 9.2), which the card does not add."""
    info: bytes = DigestInfo({"digest_algorithm": {"algorithm": "sha256"}, "digest": digest}).dump()
    return b"\x00\x01" + b"\xff" * (_RSA_BYTES - 3 - len(info)) + b"\x00" + info


def _tries(status: int) -> int:
    """Returns the tries left, from the status of VERIFY."""
    if status == _BLOCKED:
        return 0
    if status >> 4 != 0x63C:
        raise Refused("card.failed", status=f"{status:04X}")
    return status & 0xF


def _succeeded(reply: CardReply) -> bytes:
    if reply.status != _SUCCESS:
        raise Refused("card.failed", status=f"{reply.status:04X}")
    return reply.data


def _unpacked(raw: bytes) -> bytes:
    """Returns the content of a gzip stream, up to the length of the longest certificate."""
    stream = zlib.decompressobj(31)
    return stream.decompress(raw, _LONGEST_CERTIFICATE)
