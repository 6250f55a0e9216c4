"""A PIV card in software (NIST SP 800-73-4, part 2), for tests: its keys lie in memory, so it is no card at all.

Answers APDUs as a card does: the counter of PIN tries, the PIN lost on reset, answers in pieces (61xx), commands in
pieces. Each switch in ``Faults`` makes it a card that must not pass.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from card_agent.pcsc.tlv import find, wrap
from signing.algorithms import KeyKind
from signing.keys import P256Key, RsaKey, Sm2Key
from signing.software import SoftwareKey

#: T=1, and the application's name in the historical bytes, as ISO 7816-4 has it: OpenSC takes no unknown PIV card for
#: one with elliptic curves otherwise.
ATR = bytes.fromhex("3B8B0180F9A0000003080000100048")
AID = bytes.fromhex("A000000308000010000100")
TRIES = 3
_ALGORITHMS = {KeyKind.P256: 0x11, KeyKind.RSA: 0x07}
LOGIN, SIGNING = 0x9A, 0x9C
_PIECE = 256

OK, WRONG_LENGTH, NOT_VERIFIED, BLOCKED = 0x9000, 0x6700, 0x6982, 0x6983
WRONG_DATA, NOT_FOUND, WRONG_PARAMETERS, UNKNOWN = 0x6A80, 0x6A82, 0x6A86, 0x6D00


class Keys(NamedTuple):
    """The two keys of a card with their certificates."""

    login: SoftwareKey
    signing: SoftwareKey


@dataclass
class Faults:
    """The misbehaviour of a bad card.

    ``deaf`` is how often it does not let itself be selected; a ``mute`` one does not wake up when powered.
    """

    any_pin: bool = False
    deaf: int = 0
    mute: bool = False
    other_key: bool = False


@dataclass
class PivCard:
    """One card. What it has done is counted in ``signatures``."""

    keys: Keys
    pin: str
    faults: Faults = field(default_factory=Faults)
    tries: int = TRIES
    signatures: int = 0
    _verified: bool = False
    _fresh: bool = False
    _selected: bool = False
    _rest: bytes = b""
    _chained: bytes = b""

    def reset(self) -> None:
        """Power off, or a reset: the PIN is forgotten."""
        self._verified = self._fresh = self._selected = False
        self._rest = self._chained = b""

    @property
    def atr(self) -> bytes:
        """The answer to a reset; one longer than ISO 7816-3 allows is none."""
        return bytes(2 * len(ATR) + 4) if self.faults.mute else ATR

    def answer(self, apdu: bytes) -> bytes:
        """The answer with its two status bytes."""
        if len(apdu) < 4:
            return _status(WRONG_LENGTH)
        kind, instruction, parameters = apdu[0], apdu[1], int.from_bytes(apdu[2:4], "big")
        if instruction == 0xC0:
            return self._piece(self._rest, _expected(apdu))
        try:
            data = self._chained + _data(apdu)
        except ValueError:
            return _status(WRONG_LENGTH)
        self._chained = data if kind & 0x10 else b""
        if kind & 0x10:
            return _status(OK)
        if instruction != 0x87:
            self._fresh = False
        said, status = self._carry_out(instruction, parameters, data)
        return self._piece(said, _expected(apdu)) if status == OK else _status(status)

    def _carry_out(self, instruction: int, parameters: int, data: bytes) -> tuple[bytes, int]:
        if instruction == 0xA4:
            return self._select(data)
        if not self._selected:
            return b"", NOT_FOUND
        if instruction == 0x20:
            return b"", self._verify(parameters, data)
        if instruction == 0xCB and parameters == 0x3FFF:
            found = self._objects().get(find(data, 0x5C, b""))
            return (b"", NOT_FOUND) if found is None else (found, OK)
        if instruction == 0x87:
            return self._authenticate(parameters, data)
        return b"", UNKNOWN

    def _select(self, data: bytes) -> tuple[bytes, int]:
        if self.faults.deaf:
            self.faults.deaf -= 1
            return b"", UNKNOWN
        if len(data) < 5 or not AID.startswith(data):
            return b"", NOT_FOUND
        self._selected = True
        authority = wrap(0x79, wrap(0x4F, AID[:5]))
        return wrap(0x61, wrap(0x4F, AID[5:]) + authority), OK

    def _verify(self, parameters: int, data: bytes) -> int:
        if parameters != 0x0080:
            return WRONG_PARAMETERS
        if not data:
            return OK if self._verified else self._counter()
        if len(data) != 8:
            return WRONG_DATA
        if self.tries == 0:
            return BLOCKED
        if not self.faults.any_pin and data != self.pin.encode().ljust(8, b"\xff"):
            self.tries -= 1
            self._verified = False
            return self._counter()
        self.tries, self._verified, self._fresh = TRIES, True, True
        return OK

    def _counter(self) -> int:
        return 0x63C0 | self.tries if self.tries else BLOCKED

    def _objects(self) -> dict[bytes, bytes]:
        """CHUID, capabilities, discovery, and the two certificates."""
        guid = self.keys.login.certificate.sha256[:16]
        chuid = wrap(0x30, bytes(25)) + wrap(0x34, guid) + wrap(0x35, b"20991231") + b"\x3e\x00\xfe\x00"
        capabilities = wrap(0xF0, bytes(21)) + b"\xf1\x01\x21\xf2\x01\x21\xf3\x00\xf4\x01\x00\xf5\x01\x10\xfe\x00"
        discovery = wrap(0x7E, wrap(0x4F, AID) + b"\x5f\x2f\x02\x40\x00")
        return {
            bytes.fromhex("5FC102"): wrap(0x53, chuid),
            bytes.fromhex("5FC107"): wrap(0x53, capabilities),
            bytes.fromhex("5FC105"): _certificate(self.keys.login),
            bytes.fromhex("5FC10A"): _certificate(self.keys.signing),
            b"\x7e": discovery,
        }

    def _authenticate(self, parameters: int, data: bytes) -> tuple[bytes, int]:
        reference, fresh = parameters & 0xFF, self._fresh
        self._fresh = False
        if reference not in {LOGIN, SIGNING} or parameters >> 8 != _ALGORITHMS[self._key(reference).kind]:
            return b"", WRONG_PARAMETERS
        if not self._verified or (reference == SIGNING and not fresh):
            return b"", NOT_VERIFIED
        key, block = self._key(reference), find(find(data, 0x7C, b""), 0x81, b"")
        if len(block) != (32 if isinstance(key, P256Key) else 256):
            return b"", WRONG_DATA
        self.signatures += 1
        return wrap(0x7C, wrap(0x82, _signed(key, block))), OK

    def _key(self, reference: int) -> P256Key | RsaKey:
        held = self.keys.login if (reference == LOGIN) != self.faults.other_key else self.keys.signing
        assert not isinstance(held.key, Sm2Key)  # which PIV has no name for
        return held.key

    def _piece(self, data: bytes, expected: int) -> bytes:
        """The bytes that were requested and fit into one answer; GET RESPONSE fetches the rest."""
        said, self._rest = data[:expected], data[expected:]
        return said + _status(0x6100 | min(len(self._rest), 0xFF) if self._rest else OK)


def _signed(key: P256Key | RsaKey, block: bytes) -> bytes:
    """The bare power of an RSA card: the caller has chosen what is signed and how it is padded."""
    if isinstance(key, P256Key):
        return key.key.sign(block, ec.ECDSA(Prehashed(hashes.SHA256())))
    numbers = key.key.private_numbers()
    return pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(256)


def _certificate(held: SoftwareKey) -> bytes:
    return wrap(0x53, wrap(0x70, held.certificate.dump()) + b"\x71\x01\x00\xfe\x00")


def _data(apdu: bytes) -> bytes:
    """The data of a short or extended command. Raises ``ValueError`` when the length is wrong."""
    body = apdu[4:]
    if len(body) <= 1:
        return b""
    if body[0] == 0 and len(body) == 3:
        return b""
    start, length = (3, int.from_bytes(body[1:3], "big")) if body[0] == 0 else (1, body[0])
    if len(body) < start + length:
        raise ValueError("shorter than it says")
    return body[start : start + length]


def _expected(apdu: bytes) -> int:
    """Le of a short command; one answer never holds more than ``_PIECE``."""
    body = apdu[4:]
    if len(body) == 1 or (body and body[0] and len(body) == body[0] + 2):
        return body[-1] or _PIECE
    return _PIECE


def _status(status: int) -> bytes:
    return status.to_bytes(2, "big")
