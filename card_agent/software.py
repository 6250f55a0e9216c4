"""软件卡: the back end of files made by ``yuyue pki``. NO card: whoever has the files and the PIN has the keys.

Each folder with two certificates in the watched folder is a reader with its card in; a folder that is moved away is a
card that was pulled. Wrong PINs are not counted, for a file cannot.
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

#: As ``yuyue pki`` names the two keys of a card.
_FILES = {Use.LOGIN: "login", Use.DATA: "signing"}
_CERTIFICATE = "crt.pem"
_DEBOUNCE_MS = 50
_LOOK_MS = 500
_LONGEST_PIN = 64

#: Of a folder: its number on the disk, and when it was moved last.
Identity = tuple[int, int]


class SoftwareCards:
    """A folder of software cards."""

    name = "pkcs12"
    is_card = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[str, tuple[Identity, int]] = {}
        self._last = 0

    def watch(self, told: Callable[[Presence], None], stop: Event) -> None:
        """Until ``stop``; a change on the disk wakes it up."""
        before = None
        for present in self._looks(stop):
            if present != before:
                told(present)
                before = present

    def open(self, reader: str) -> Medium:
        """The card in that folder."""
        folder = self._folder / reader
        if reader not in self._found():
            raise Refused("card.removed")
        return SoftwareCard(folder)

    def _looks(self, stop: Event) -> Iterator[Presence]:
        """One look now, one after every change, and one now and then, for what no notice came of."""
        while not stop.is_set():
            yield self._present()
            if not self._folder.is_dir():
                stop.wait(_LOOK_MS / 1000)
                continue
            for _ in watch(
                self._folder,
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                step=_DEBOUNCE_MS,
                stop_event=stop,
                rust_timeout=_LOOK_MS,
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
        """Each complete folder; any may go while one looks."""
        with suppress(FileNotFoundError, NotADirectoryError):
            folders = sorted(self._folder.iterdir())
            found = {each.name: _identity(each) for each in folders}
            return {name: identity for name, identity in found.items() if identity is not None}
        return {}


class SoftwareCard:
    """One folder; its keys are in memory from the PIN until it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[Use, SoftwareKey] = {}

    def chain(self, use: Use) -> tuple[Certificate, ...]:
        """The certificate beside the file; those above it come out with the key."""
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
        """Files do not count."""
        return None

    def verify(self, pin: str) -> None:
        """Both files must open with it."""
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
        """While the files are still there."""
        if use not in self._keys:
            raise Refused("card.locked")
        if not self._key(use).is_file():
            raise Refused("card.removed")
        return self._keys[use].key.sign(data)

    def close(self) -> None:
        """Forgets the keys."""
        self._keys = {}

    def _key(self, use: Use) -> Path:
        found = [self._folder / f"{_FILES[use]}.{ending}" for ending in ("p12", "key.pem")]
        return next((path for path in found if path.is_file()), found[0])


def _identity(folder: Path) -> Identity | None:
    """Changes with every move, so that a card that was out and in again between two looks is another insertion."""
    try:
        status = folder.stat()
        complete = all(_certificate(folder, use).is_file() for use in Use)
    except FileNotFoundError:
        return None
    return (status.st_ino, status.st_ctime_ns) if complete else None


def _certificate(folder: Path, use: Use) -> Path:
    return folder / f"{_FILES[use]}.{_CERTIFICATE}"
