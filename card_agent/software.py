"""软件卡 (software cards): the back end of files that ``yuyue pki`` makes.

They are NOT cards: anybody with the files and the PIN has the keys. Each folder with two certificates in the watched
folder acts as a reader with a card; moving the folder away removes the card. Files cannot count wrong PINs.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from watchfiles import watch

from card_agent.port import GONE, Medium, Presence, Refused
from signing.holder import Use
from signing.software import SoftwareKey, WrongPin, unpack

#: File names that ``yuyue pki`` gives to the two keys of a card.
_FILES = {Use.LOGIN: "login", Use.DATA: "signing"}
_CERTIFICATE = "crt.pem"
_DEBOUNCE_MS = 50
_POLL_MS = 500
_LONGEST_PIN = 64

#: Inode number and change time of a folder.
Identity = tuple[int, int]


class SoftwareCards:
    """Back end over a folder of software cards."""

    name = "pkcs12"
    is_card = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[str, tuple[Identity, int]] = {}
        self._last = 0

    def watch(self, report: Callable[[Presence], None], stop: Event) -> None:
        """Reports the cards at once and after every change on the disk, until ``stop`` is set."""
        before = None
        for present in self._presences(stop):
            if present != before:
                report(present)
                before = present

    def open(self, reader: str) -> Medium:
        """Returns the card in the folder. Raises ``card.removed`` when it is not there."""
        folder = self._folder / reader
        if reader not in self._found():
            raise Refused("card.removed")
        return SoftwareCard(folder)

    def _presences(self, stop: Event) -> Iterator[Presence]:
        """Yields the cards now, after every change, and every ``_POLL_MS`` for changes without a notice."""
        while not stop.is_set():
            yield self._present()
            if not self._folder.is_dir():
                stop.wait(_POLL_MS / 1000)
                continue
            for _ in watch(
                self._folder,
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                step=_DEBOUNCE_MS,
                stop_event=stop,
                rust_timeout=_POLL_MS,
                yield_on_timeout=True,
            ):
                yield self._present()
                if not self._folder.is_dir():
                    break

    def _present(self) -> Presence:
        if not self._folder.is_dir():
            return GONE
        found = self._found()
        self._numbers = {reader: self._number(reader, identity) for reader, identity in found.items()}
        return Presence(service=True, readers={reader: number for reader, (_, number) in self._numbers.items()})

    def _number(self, reader: str, identity: Identity) -> tuple[Identity, int]:
        known = self._numbers.get(reader)
        if known and known[0] == identity:
            return known
        self._last += 1
        return identity, self._last

    def _found(self) -> dict[str, Identity]:
        """Returns every complete folder; a folder may vanish in the meantime."""
        with suppress(FileNotFoundError, NotADirectoryError):
            folders = sorted(self._folder.iterdir())
            found = {each.name: _identity(each) for each in folders}
            return {name: identity for name, identity in found.items() if identity is not None}
        return {}


class SoftwareCard:
    """Card in one folder; its keys are in memory from the PIN until the card is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[Use, SoftwareKey] = {}

    def chain(self, use: Use) -> tuple[Certificate, ...]:
        """Returns the certificate next to the key file; the issuing certificates need the PIN."""
        if use in self._keys:
            return (self._keys[use].certificate, *self._keys[use].chain)
        try:
            raw = _certificate(self._folder, use).read_bytes()
            return (Certificate.load(pem.unarmor(raw)[2]),)
        except FileNotFoundError:
            raise Refused("card.removed") from None
        except ValueError:
            raise Refused("card.unusable", reason="certificate") from None

    def tries_left(self) -> int | None:
        """Returns None: files do not count wrong PINs."""
        return None

    def verify(self, pin: str) -> None:
        """Unlocks both keys; each key file must accept the PIN."""
        self._keys = {}
        if not 1 <= len(pin) <= _LONGEST_PIN:
            raise Refused("card.pin_format")
        try:
            self._keys = {use: unpack(self._key(use).read_bytes(), pin) for use in Use}
        except FileNotFoundError:
            raise Refused("card.removed") from None
        except WrongPin:
            raise Refused("card.file_pin_wrong") from None

    def sign(self, use: Use, data: bytes) -> bytes:
        """Returns a signature. Raises ``card.removed`` when the key file is gone, ``card.locked`` when no PIN came."""
        if use not in self._keys:
            raise Refused("card.locked")
        if not self._key(use).is_file():
            raise Refused("card.removed")
        return self._keys[use].key.sign(data)

    def close(self) -> None:
        """Drops the keys from memory."""
        self._keys = {}

    def _key(self, use: Use) -> Path:
        found = [self._folder / f"{_FILES[use]}.{ending}" for ending in ("p12", "key.pem")]
        return next((path for path in found if path.is_file()), found[0])


def _identity(folder: Path) -> Identity | None:
    """Returns None for an incomplete folder.

    The identity changes with every move, so a card that was out and in again between two polls is a new insertion.
    """
    try:
        status = folder.stat()
        complete = all(_certificate(folder, use).is_file() for use in Use)
    except FileNotFoundError:
        return None
    return (status.st_ino, status.st_ctime_ns) if complete else None


def _certificate(folder: Path, use: Use) -> Path:
    return folder / f"{_FILES[use]}.{_CERTIFICATE}"
