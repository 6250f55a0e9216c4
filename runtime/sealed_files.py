r"""Encrypts a file with its own key, chunk by chunk, so that never more than a chunk is in memory.

One line of text, then the chunks::

    yuyue-file:v1:<token>\n           the file's key, sealed with the keyring for ``objects/<sha256 of the content>``
    <chunk 0><chunk 1>…<last chunk>  each 64 KiB and a tag of 16 bytes, the last one shorter

The nonce of a chunk is its number and a mark of the last one (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár 2015), so
no chunk can be removed, moved, repeated or added, and no end can be cut off, unnoticed. A file's key is
made for one write and never used again. Only the first line changes when the keyring rotates.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from runtime.ciphers import NONCE_BYTES, TAG_BYTES, Aead, InvalidTag, Key
from runtime.sealing import Sealer, Tampered, kid_of

CHUNK_BYTES = 64 * 1024
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
_MARK: Final = b"yuyue-file:v1:"
#: Longer than any first line.
HEADER_BYTES = 512


def sealed(sealer: Sealer, digest: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the stored form of a file, whose content comes in pieces of any size."""
    key = Key.new(sealer.algorithm)
    yield _header(sealer, digest, str(key))
    cipher = key.aead()
    for number, chunk, is_last in _chunks(content, CHUNK_BYTES):
        yield cipher.encrypt(_nonce(number, is_last=is_last), chunk, b"")


def opened(sealer: Sealer, digest: str, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the content, each piece authenticated. Raises ``UnknownKey`` or ``Tampered``."""
    header, rest = split(stored)
    cipher = _cipher(sealer.open(_token(header), context=_place(digest)))
    for number, chunk, is_last in _chunks(rest, _SEALED_CHUNK_BYTES):
        try:
            yield cipher.decrypt(_nonce(number, is_last=is_last), chunk, b"")
        except InvalidTag:
            raise Tampered(f"{_place(digest)}: chunk {number} is damaged, moved or cut off") from None


def rewrapped(sealer: Sealer, digest: str, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the same file with its key sealed by the current key. Raises ``UnknownKey`` or ``Tampered``."""
    header, rest = split(stored)
    yield _header(sealer, digest, sealer.open(_token(header), context=_place(digest)))
    yield from rest


def kid_in(beginning: bytes) -> str:
    """Returns the id of the key that seals the file's key, from the file's first bytes. Raises ``Tampered``."""
    return kid_of(_token(_first_line(beginning)))


def split(stored: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Returns the first line and the rest. Raises ``Tampered`` when there is no such line."""
    parts, beginning = iter(stored), b""
    for part in parts:
        beginning += part
        if len(beginning) >= HEADER_BYTES:
            break
    header = _first_line(beginning)
    return header, _joined(beginning[len(header) :], parts)


def _joined(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def _header(sealer: Sealer, digest: str, key: str) -> bytes:
    return _MARK + sealer.seal(key, context=_place(digest)).encode() + b"\n"


def _first_line(beginning: bytes) -> bytes:
    end = beginning.find(b"\n", 0, HEADER_BYTES)
    if end < 0 or not beginning.startswith(_MARK):
        raise Tampered("not an encrypted file")
    return beginning[: end + 1]


def _token(header: bytes) -> str:
    return header[len(_MARK) : -1].decode("ascii", "replace")


def _place(digest: str) -> str:
    return f"objects/{digest}"


def _cipher(key: str) -> Aead:
    return Key.parse(key).aead()


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1) + bytes([is_last])


def _chunks(parts: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yields number, bytes and True for the last chunk: at least one, all full but the last, empty only alone."""
    number, held = 0, bytearray()
    for part in parts:
        held += part
        while len(held) > size:
            yield number, bytes(held[:size]), False
            del held[:size]
            number += 1
    yield number, bytes(held), True
