"""Names of files in the store: their SHA-256, encrypted, so that only we can tell which file is which.

The encryption is deterministic (AES-SIV, RFC 5297), so that one content has one name. Names decrypt, so that a listing
of the store says which files lie there even when the database has no row of them. The key follows from the fingerprint
key, which never rotates.
"""

import re

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from runtime.ciphers import InvalidTag
from runtime.sealing import Sealer

_PURPOSE = "names of files in the object store"
_KEY_BYTES = 64
_PLACE = [b"yuyue objects"]
_NAME = re.compile(r"[0-9a-f]{64}|[0-9a-f]{96}")
_PLAIN = re.compile(r"(?:.*/)?[0-9a-f]{64}")


class ObjectNames:
    """Converts digests to names, and back."""

    def __init__(self, sealer: Sealer) -> None:
        self._siv = AESSIV(sealer.derived(_PURPOSE, _KEY_BYTES))

    def of(self, digest: str) -> str:
        """Returns the name of a file with that SHA-256: 96 hexadecimal digits."""
        return self._siv.encrypt(bytes.fromhex(digest), _PLACE).hex()

    def digest(self, name: str) -> str | None:
        """Returns the SHA-256 of the file with that name; None for a name that is not ours."""
        if not is_name(name):
            return None
        if is_plain(name):
            return name
        try:
            return self._siv.decrypt(bytes.fromhex(name), _PLACE).hex()
        except InvalidTag:
            return None


def is_name(text: str) -> bool:
    """Returns True if a file of ours can have that name."""
    return _NAME.fullmatch(text) is not None


def is_plain(path: str) -> bool:
    """Returns True if the file with that name or path was written in the clear by an earlier version."""
    return _PLAIN.fullmatch(path) is not None


def path_of(name: str) -> str:
    """Returns the path of a file, in one of 256 folders."""
    return f"{name[:2]}/{name}"
